//! `ebb man`: manual pages.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};
use clap_mangen::Man;

use super::{Ebb, complain};
use crate::exit::Exit;
use crate::output::printing;

const MANUAL_EXAMPLES: &str = "\
Examples:
  ebb man | man -l -
  ebb man --to ~/.local/share/man/man1";

/// `ebb man`.
#[derive(Debug, Args)]
#[command(after_help = MANUAL_EXAMPLES)]
pub(crate) struct ManualArguments {
    /// Folder for the pages of ebb and of each command; created if missing
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
}

/// Prints the manual page of ebb, or writes the pages of all commands.
pub(crate) fn manual(arguments: &ManualArguments) -> Exit {
    match &arguments.to {
        Some(folder) => match write_pages(folder) {
            Ok(()) => Exit::NothingLost,
            Err(error) => complain(&format!("{}: {error}", folder.display())),
        },
        None => print_page(),
    }
}

fn write_pages(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Ebb::command(), folder)
}

fn print_page() -> Exit {
    let mut page = Vec::new();
    match Man::new(Ebb::command()).render(&mut page) {
        Ok(()) => printing::print(&String::from_utf8_lossy(&page)).unwrap_or(Exit::NothingLost),
        Err(error) => complain(&error.to_string()),
    }
}
