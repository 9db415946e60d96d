//! Why a world could not be served.

use replay::ReplayError;

use crate::address::NoAddress;
use crate::exit::Exit;

/// Why a world could not be served.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The scenario cannot be read or played.
    #[error("{0}")]
    Scenario(#[from] ReplayError),
    /// The address cannot be had.
    #[error(transparent)]
    Address(#[from] NoAddress),
    /// The operating system refuses a runtime.
    #[error("no runtime: {0}")]
    Runtime(std::io::Error),
}

impl SimError {
    /// The class of the error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Scenario(error) => Exit::from(error),
            Self::Address(_) => Exit::Usage,
            Self::Runtime(_) => Exit::Broken,
        }
    }
}
