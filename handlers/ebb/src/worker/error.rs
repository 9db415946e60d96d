//! Why a worker could not start.

use aws::access::AccessError;
use aws::config::ConfigErrors;

use crate::address::NoAddress;
use crate::exit::Exit;

/// Why a worker could not start.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// A mistake in the environment.
    #[error("{0}")]
    Configuration(#[from] ConfigErrors),
    /// It is not known which AWS is meant.
    #[error("{0}")]
    Access(#[from] AccessError),
    /// The address cannot be had.
    #[error(transparent)]
    Address(#[from] NoAddress),
    /// The operating system refuses a runtime.
    #[error("no runtime: {0}")]
    Runtime(std::io::Error),
}

impl WorkerError {
    /// The class of the error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Configuration(_) | Self::Access(_) | Self::Address(_) => Exit::Usage,
            Self::Runtime(_) => Exit::Broken,
        }
    }
}
