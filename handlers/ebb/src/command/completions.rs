//! `ebb completions`: scripts for shells.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Ebb;
use crate::exit::Exit;
use crate::output::printing;

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  ebb completions bash > ~/.local/share/bash-completion/completions/ebb
  ebb completions zsh > ~/.zfunc/_ebb
  ebb completions fish > ~/.config/fish/completions/ebb.fish";

/// `ebb completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script of a shell.
pub(crate) fn completions(arguments: &CompletionsArguments) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Ebb::command(), "ebb", &mut script);
    printing::print(&String::from_utf8_lossy(&script)).unwrap_or(Exit::NothingLost)
}
