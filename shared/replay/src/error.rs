//! Why a file could not be replayed.

use std::path::PathBuf;

use crate::exit::Exit;

/// Why a file could not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
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
        /// What is wrong.
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
    /// The deployment's own description is wrong.
    #[error("infra/template.yaml: {0}")]
    Deployment(String),
    /// The simulated AWS was asked what it does not know.
    #[error("{0}")]
    Fatal(#[from] sim::aws::Fatal),
    /// The operating system refuses a runtime.
    #[error("no runtime: {0}")]
    Runtime(std::io::Error),
}

impl ReplayError {
    /// The class of the error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { .. } | Self::Mistake { .. } | Self::Environment { .. } => {
                Exit::Usage
            }
            Self::Deployment(_) | Self::Fatal(_) | Self::Runtime(_) => Exit::Broken,
        }
    }
}
