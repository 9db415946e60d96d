//! Responders as arguments.

use clap::ValueEnum;
use replay::Responder;

/// Responder of `--responder`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ResponderArgument {
    /// The functions of ebb, as deployed
    Ebb,
    /// ECS managed instance draining: groups of a capacity provider only
    Managed,
    /// None: lifecycle actions run into their timeouts
    None,
}

impl From<ResponderArgument> for Responder {
    fn from(argument: ResponderArgument) -> Self {
        match argument {
            ResponderArgument::Ebb => Self::Ebb,
            ResponderArgument::Managed => Self::Managed,
            ResponderArgument::None => Self::None,
        }
    }
}
