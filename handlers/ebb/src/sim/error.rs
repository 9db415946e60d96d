//! Errors of `ebb sim`.

use replay::ReplayError;

use crate::address::AddressError;
use crate::exit::Exit;

/// Reason why a world could not be served.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The scenario cannot be read or played.
    #[error("{0}")]
    Scenario(#[from] ReplayError),
    /// The address cannot be used.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The operating system refused a runtime.
    #[error("no runtime: {0}")]
    Runtime(std::io::Error),
}

impl SimError {
    /// Returns the exit code of the error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Scenario(error) => Exit::from(error),
            Self::Address(_) => Exit::Usage,
            Self::Runtime(_) => Exit::Broken,
        }
    }
}
