//! Environment variables of a replay: `--env` and `--env-file`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aws::config::VARIABLES;
use clap::Args;
use replay::VariableSource;

/// Prefix of ebb's variables.
const PREFIX: &str = "EBB_";

/// Environment variables, each with its value and its source.
pub(super) type GivenVariables = BTreeMap<String, (String, VariableSource)>;

/// Configuration of ebb in a replay.
#[derive(Debug, Args)]
#[command(next_help_heading = "The configuration of ebb")]
pub(super) struct EnvironmentArguments {
    /// Set a variable of ebb; NAME alone takes the value from this shell
    ///
    /// The value replaces that of the scenario. Repeat the option for more: --env EBB_DRAIN_TIMEOUT=30m --env EBB_STANDALONE=stop
    #[arg(long = "env", value_name = "NAME=VALUE")]
    variables: Vec<String>,
    /// Read variables of ebb from a file of lines NAME=VALUE; ignore other variables
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
}

impl EnvironmentArguments {
    /// Returns the variables of the file and the command line. The command line has precedence.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, and the first mistake.
    pub(super) fn variables(&self) -> Result<GivenVariables, String> {
        let mut given = GivenVariables::new();
        if let Some(path) = &self.env_file {
            let text = std::fs::read_to_string(path)
                .map_err(|error| format!("--env-file {}: {error}", path.display()))?;
            for (name, value) in in_file(path, &text)? {
                given.insert(name, (value, VariableSource::EnvironmentFile));
            }
        }
        for text in &self.variables {
            let (name, value) = on_command_line(text)?;
            given.insert(name, (value, VariableSource::CommandLine));
        }
        Ok(given)
    }
}

/// Returns the notes about variables of this shell that a replay does not use.
pub(super) fn unused_in_shell(given: &GivenVariables) -> Vec<String> {
    let known = VARIABLES.iter().map(|variable| variable.name);
    let set = known.filter_map(|name| Some((name, std::env::var(name).ok()?)));
    let unused = set.filter(|(name, _)| !given.contains_key(*name));
    let note = |(name, value): (&str, String)| {
        format!("{name}={value} of this shell is not used; pass --env {name} to use it")
    };
    unused.map(note).collect()
}

fn on_command_line(text: &str) -> Result<(String, String), String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, value.to_owned()),
        None => (text, std::env::var(text).map_err(|_| not_set(text))?),
    };
    match name.starts_with(PREFIX) {
        true => Ok((name.to_owned(), value)),
        false => Err(format!("--env {text}: expected a variable of ebb, EBB_NAME=VALUE")),
    }
}

fn not_set(name: &str) -> String {
    format!("--env {name}: expected NAME=VALUE, or the name of a variable that this shell has")
}

/// Returns the variables of ebb in the text of a file, as Docker and systemd read it.
fn in_file(path: &Path, text: &str) -> Result<Vec<(String, String)>, String> {
    let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line.trim()));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let variable = |(n, line): (usize, &str)| {
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or_else(|| {
            format!("{}:{n}: `{line}` is no variable: expected NAME=VALUE", path.display())
        })?;
        Ok((name.trim().to_owned(), unquoted(value.trim()).to_owned()))
    };
    let variables: Result<Vec<_>, String> = lines.map(variable).collect();
    Ok(variables?.into_iter().filter(|(name, _)| name.starts_with(PREFIX)).collect())
}

fn unquoted(value: &str) -> &str {
    let within = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    within('"').or_else(|| within('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_has_comments_quotes_and_foreign_variables() {
        let text = "# a\nPATH=/bin\nexport EBB_MODE=\"observe\"\n\nEBB_HOOKS=ebb,drain\n";

        let found = in_file(Path::new("a.env"), text).unwrap();

        let expected = [("EBB_MODE", "observe"), ("EBB_HOOKS", "ebb,drain")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn line_without_a_value_is_named_by_its_number() {
        let error = in_file(Path::new("a.env"), "EBB_MODE=act\nEBB_HOOKS\n").unwrap_err();

        assert!(error.starts_with("a.env:2: `EBB_HOOKS` is no variable"), "{error}");
    }

    #[test]
    fn variable_of_another_program_is_a_mistake_on_the_command_line() {
        assert!(on_command_line("MODE=act").is_err());
        assert!(on_command_line("EBB_NOT_SET_ANYWHERE").is_err());
        let expected = ("EBB_MODE".to_owned(), "act=x".to_owned());
        assert_eq!(on_command_line("EBB_MODE=act=x"), Ok(expected));
    }
}
