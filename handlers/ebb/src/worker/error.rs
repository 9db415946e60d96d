//! Errors of `ebb worker`.

use aws::access::AccessError;
use aws::config::ConfigErrors;

use crate::address::AddressError;
use crate::exit::Exit;

/// Reason why a worker could not start.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// A mistake in the environment.
    #[error("{0}")]
    Configuration(#[from] ConfigErrors),
    /// The access to AWS is not configured.
    #[error("{0}")]
    Access(#[from] AccessError),
    /// The address cannot be used.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The operating system refused a runtime.
    #[error("no runtime: {0}")]
    Runtime(std::io::Error),
}

impl WorkerError {
    /// Returns the exit code of the error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Configuration(_) | Self::Access(_) | Self::Address(_) => Exit::Usage,
            Self::Runtime(_) => Exit::Broken,
        }
    }
}
