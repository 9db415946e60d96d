//! Errors of AWS, sorted by what to do next.
//!
//! Rule 8. An action that has ended already is [`Fault::Gone`], and ResourceContention is [`Fault::Busy`].
//!
//! The sort uses the code, the message and the status of the answer, before any of them becomes text.
//! `ThrottlingException` is not modelled on the operations of ECS, nor `ValidationError` on those of Auto Scaling.

use std::error::Error;
use std::fmt::Display;
use std::iter::successors;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::{DispatchFailure, SdkError};
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use drain::log_text;
use drain::observation::Unanswered;

use crate::limiter::NoToken;
use crate::limits::ERROR_CHARACTERS;

/// A failed call, sorted by what to do next. The text names the call and quotes the answer of AWS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Fault {
    /// AWS throttles, is unreachable or fails for the moment. The call is retried.
    #[error("{0}")]
    Busy(String),
    /// The resource no longer exists. Nothing is left to do.
    #[error("{0}")]
    Gone(String),
    /// The call is not allowed, or the configuration is wrong. The operator must act.
    #[error("{0}")]
    Denied(String),
    /// ECS knows no such cluster. If it is configured, the operator must act. If an event named it, it was deleted
    /// since.
    #[error("{0}")]
    NoCluster(String),
    /// A message cannot be parsed. It goes to the dead-letter queue.
    #[error("{0}")]
    Malformed(String),
    /// AWS calls the request invalid. This is a bug in ebb.
    #[error("{0}")]
    Bug(String),
}

/// Error codes of temporary faults: the same call succeeds later.
const BUSY: &[&str] = &[
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "OverLimit",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ResourceContention",
    "ResourceContentionFault",
    "ScalingActivityInProgress",
    "ScalingActivityInProgressFault",
    "ServerException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "UpdateInProgressException",
];

/// Error codes of a call that is not allowed.
const DENIED: &[&str] = &[
    "AWS.SimpleQueueService.NonExistentQueue",
    "AccessDenied",
    "AccessDeniedException",
    "AuthFailure",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "NotAuthorized",
    "OptInRequired",
    "QueueDoesNotExist",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnauthorizedOperation",
    "UnrecognizedClientException",
];

/// Error codes of expired credentials.
///
/// The SDK renews credentials before their end if it knows the end, and retries no call with these codes. So the source
/// of the credentials is out of date, and waiting does not help.
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException"];

/// Error codes of a resource that no longer exists.
const GONE: &[&str] = &["TargetNotFoundException", "ServiceNotFoundException"];

/// Error codes that AWS uses for missing resources and for other mistakes. The message decides.
const GONE_BY_MESSAGE: &[&str] =
    &["ValidationError", "InvalidParameterException", "ClientException"];

/// Parts of messages about a resource that no longer exists, in lower case.
///
/// "No active Lifecycle Action found with token …" answers the completion of an action that was completed before, has
/// timed out, or whose instance is gone. The case of its letters has varied.
const GONE_MESSAGES: &[&str] = &["no active lifecycle action", "not found", "does not exist"];

impl Fault {
    /// Sorts an error of the SDK. `doing` is the call in the gerund: `listing clusters`.
    pub fn new<E>(doing: impl Display, error: &SdkError<E, Response>) -> Self
    where
        E: ProvideErrorMetadata,
    {
        match error {
            SdkError::ServiceError(answer) => {
                let status = answer.raw().status().as_u16();
                Self::from_answer(doing, answer.err().code(), answer.err().message(), status)
            }
            SdkError::TimeoutError(_) => Self::Busy(format!("{doing}: no answer in time")),
            SdkError::DispatchFailure(failure) if failure.is_user() => {
                Self::Bug(format!("{doing}: the request could not be sent"))
            }
            SdkError::DispatchFailure(failure) => Self::from_dispatch(doing, failure),
            SdkError::ResponseError(_) => {
                Self::Busy(format!("{doing}: the answer could not be parsed"))
            }
            _ => Self::Bug(format!("{doing}: the request could not be built")),
        }
    }

    /// Sorts a failure to send the request: no credentials, no token of the limiter, or no connection.
    fn from_dispatch(doing: impl Display, failure: &DispatchFailure) -> Self {
        if let Some(error) = cause::<CredentialsError>(failure) {
            return Self::from_credentials(doing, error);
        }
        match cause::<NoToken>(failure) {
            Some(error) => Self::Busy(format!("{doing}: {error}")),
            None => Self::Busy(format!("{doing}: no connection")),
        }
    }

    /// Sorts an error of the credentials. A provider that answers with an error may recover.
    fn from_credentials(doing: impl Display, error: &CredentialsError) -> Self {
        let cause = sources(error).last().map(ToString::to_string).unwrap_or_default();
        let cause = log_text::one_line(&cause, ERROR_CHARACTERS);
        let text = format!("{doing}: no credentials: {cause}");
        match error {
            CredentialsError::CredentialsNotLoaded(_)
            | CredentialsError::InvalidConfiguration(_) => Self::Denied(text),
            _ => Self::Busy(text),
        }
    }

    /// Sorts an answer of AWS by its error code, its message and its HTTP status.
    pub fn from_answer(
        doing: impl Display,
        code: Option<&str>,
        message: Option<&str>,
        status: u16,
    ) -> Self {
        let code = code.unwrap_or("an error without a code");
        let lower = message.unwrap_or_default().to_lowercase();
        let text = match message.map(|message| log_text::one_line(message, ERROR_CHARACTERS)) {
            Some(message) if !message.is_empty() => format!("{doing}: {code}: {message}"),
            _ => format!("{doing}: {code}"),
        };
        let says_gone = || GONE_MESSAGES.iter().any(|gone| lower.contains(gone));
        if BUSY.contains(&code) || status >= 500 || lower == "rate exceeded" {
            Self::Busy(text)
        } else if code == "ClusterNotFoundException" {
            Self::NoCluster(text)
        } else if EXPIRED.contains(&code) {
            Self::Denied(format!("{text}: renew the credentials, or restart with new ones"))
        } else if DENIED.contains(&code) || status == 403 {
            Self::Denied(text)
        } else if GONE.contains(&code) || (GONE_BY_MESSAGE.contains(&code) && says_gone()) {
            Self::Gone(text)
        } else {
            Self::Bug(text)
        }
    }

    /// Sorts an entry of `failures` in an answer with status 200 (ECS developer guide, API failure reasons). A reason
    /// that is not documented is retried.
    pub fn from_failure(doing: impl Display, reason: Option<&str>, detail: Option<&str>) -> Self {
        let reason = reason.unwrap_or("no reason given");
        let text = match detail {
            Some(detail) => format!("{doing}: {reason}: {detail}"),
            None => format!("{doing}: {reason}"),
        };
        if matches!(reason, "MISSING" | "INACTIVE") { Self::Gone(text) } else { Self::Busy(text) }
    }

    /// Returns the reason why a question has no answer.
    pub fn unanswered(&self) -> Unanswered {
        match self {
            Self::Busy(text) => Unanswered::Busy(text.clone()),
            Self::Gone(text)
            | Self::Denied(text)
            | Self::NoCluster(text)
            | Self::Malformed(text)
            | Self::Bug(text) => Unanswered::Denied(text.clone()),
        }
    }

    /// Returns true if the resource no longer exists.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone(_))
    }
}

/// Returns the error of this type for which the request failed. The SDK reports it as a failed connection.
fn cause<E: Error + 'static>(failure: &DispatchFailure) -> Option<&E> {
    sources(failure.as_connector_error()?).find_map(|error| error.downcast_ref())
}

/// Returns an error and all its sources.
fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |error| (*error).source())
}

impl From<Unanswered> for Fault {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Busy(text) => Self::Busy(text),
            Unanswered::Denied(text) | Unanswered::ClusterDenied(text) => Self::Denied(text),
        }
    }
}

#[cfg(test)]
mod tests;
