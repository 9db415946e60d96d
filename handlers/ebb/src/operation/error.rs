//! Errors of the commands for services.

use aws::access::AccessError;
use aws::config::ConfigErrors;
use aws::fault::Fault;
use service::request::RequestErrors;

use crate::exit::Exit;

/// Reason why a command ended without an operation.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OperationError {
    /// A mistake in the arguments.
    #[error("{}", in_options(.0))]
    Request(#[from] RequestErrors),
    /// A mistake in the arguments that no request has.
    #[error("{0}")]
    Arguments(String),
    /// The access to AWS is not configured.
    #[error("{0}")]
    Access(#[from] AccessError),
    /// A mistake in the variables of notifications.
    #[error("{0}")]
    Configuration(#[from] ConfigErrors),
    /// A call failed.
    #[error("{0}")]
    Call(#[from] Fault),
    /// A second signal ended the command in the middle of its steps.
    #[error("ended in the middle of a step; the records are left: ebb operations list")]
    Stopped,
    /// The operating system refused a runtime.
    #[error("no runtime: {0}")]
    Runtime(std::io::Error),
}

impl OperationError {
    /// Returns the exit code of the error.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Request(_) | Self::Arguments(_) | Self::Access(_) | Self::Configuration(_) => {
                Exit::Usage
            }
            Self::Call(_) => Exit::Unsuccessful,
            Self::Stopped => Exit::Interrupted,
            Self::Runtime(_) => Exit::Broken,
        }
    }
}

/// Returns the mistakes with the names of the options instead of those of the fields.
fn in_options(errors: &RequestErrors) -> String {
    let sentence = |error: &service::request::FieldError| {
        let option = match error.field.as_str() {
            "cluster_name" => "cluster".to_owned(),
            "service_name" => "service".to_owned(),
            field => field.replace('_', "-"),
        };
        format!("--{option} {}", error.problem)
    };
    errors.0.iter().map(sentence).collect::<Vec<_>>().join("; ")
}
