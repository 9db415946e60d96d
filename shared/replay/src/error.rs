//! Errors of a replay.

use std::path::{Path, PathBuf};

use sim::ScriptError;

/// Reason why a file or scenario could not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// The file holds a mistake.
    #[error("{}{}: {field}{message}", path.display(), line.map(|line| format!(":{line}")).unwrap_or_default())]
    Mistake {
        /// The file.
        path: PathBuf,
        /// The line, if it is known.
        line: Option<usize>,
        /// The field and a colon, or nothing.
        field: String,
        /// The mistake, and its correction.
        message: String,
    },
    /// The scenario names something that does not exist, or that AWS would refuse.
    #[error("{}{}: {error}", path.display(), line.map(|line| format!(":{line}")).unwrap_or_default())]
    Scenario {
        /// The file.
        path: PathBuf,
        /// The line, if it is known.
        line: Option<usize>,
        /// The entry, its field and the mistake.
        error: ScriptError,
    },
    /// The environment that the scenario sets holds mistakes.
    #[error("{}: environment: {mistakes}", path.display())]
    Environment {
        /// The file.
        path: PathBuf,
        /// All mistakes.
        mistakes: String,
    },
    /// The template that is deployed holds mistakes.
    #[error("infra/template.yaml: {0}")]
    Deployment(String),
    /// The simulated AWS got a request that it does not know.
    #[error("{0}")]
    Fatal(#[from] sim::aws::Fatal),
    /// The operating system refused a runtime.
    #[error("no runtime: {0}")]
    Runtime(std::io::Error),
}

impl ReplayError {
    /// Returns the error for a mistake that concerns a whole file.
    pub(crate) fn in_file(path: &Path, message: impl Into<String>) -> Self {
        let (path, message) = (path.to_owned(), message.into());
        Self::Mistake { path, line: None, field: String::new(), message }
    }
}
