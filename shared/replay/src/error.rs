//! Errors of a replay.

use std::path::PathBuf;

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
        /// The line, where it is known.
        line: Option<usize>,
        /// The field and a colon, or nothing.
        field: String,
        /// The mistake, and what would be right.
        message: String,
    },
    /// The environment that the scenario sets holds mistakes.
    #[error("{}: environment: {mistakes}", path.display())]
    Environment {
        /// The file.
        path: PathBuf,
        /// All of them.
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
