//! Errors of AWS, sorted by what to do next.
//!
//! The sort is made from the code, the message and the status that AWS answered with, before any of them becomes text:
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

/// What went wrong, by what to do next. The text says what was being done, and what AWS answered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Fault {
    /// Throttled, unreachable or failing for the moment: again.
    #[error("{0}")]
    Busy(String),
    /// What it was about is no longer there: done.
    #[error("{0}")]
    Gone(String),
    /// Not allowed, or wrongly configured: a human must act.
    #[error("{0}")]
    Denied(String),
    /// ECS knows no such cluster: where it is configured, a human must act; where an event named it, it was deleted since.
    #[error("{0}")]
    NoCluster(String),
    /// A message that cannot be understood: the dead-letter queue.
    #[error("{0}")]
    Malformed(String),
    /// AWS calls the request wrong: ours is the mistake.
    #[error("{0}")]
    Bug(String),
}

/// Characters of what AWS says that are told again: it may quote the request.
const LONGEST_MESSAGE: usize = 1_000;

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

/// Codes of credentials that were good once. The SDK takes new ones by itself where it was told when the old ones end, and
/// tries no call again for these: who gave them out gave out old ones, or nobody gives out others.
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException"];

const GONE: &[&str] = &["TargetNotFoundException", "ServiceNotFoundException"];

/// Codes under which AWS also says that something does not exist (any more); the message tells.
const GONE_BY_MESSAGE: &[&str] =
    &["ValidationError", "InvalidParameterException", "ClientException"];

/// Messages of what is gone. "No active Lifecycle Action found with token …" answers a completion of an action that
/// was completed before, has timed out, or whose instance is gone; its case has varied.
const GONE_MESSAGES: &[&str] = &["no active lifecycle action", "not found", "does not exist"];

impl Fault {
    /// Sorts an error of the SDK. `doing` says in the gerund what was being done.
    pub fn new<E>(doing: impl Display, error: &SdkError<E, Response>) -> Self
    where
        E: ProvideErrorMetadata,
    {
        match error {
            SdkError::ServiceError(answer) => {
                let status = answer.raw().status().as_u16();
                Self::answered(doing, answer.err().code(), answer.err().message(), status)
            }
            SdkError::TimeoutError(_) => Self::Busy(format!("{doing}: no answer in time")),
            SdkError::DispatchFailure(failure) if failure.is_user() => {
                Self::Bug(format!("{doing}: the request could not be sent"))
            }
            SdkError::DispatchFailure(failure) => match credentials_error(failure) {
                Some(error) => Self::without_credentials(doing, error),
                None => Self::Busy(format!("{doing}: no connection")),
            },
            SdkError::ResponseError(_) => Self::Busy(format!("{doing}: an unreadable answer")),
            _ => Self::Bug(format!("{doing}: the request could not be built")),
        }
    }

    /// Sorts what kept the SDK from signing. Who gives credentials out may fail for the moment.
    fn without_credentials(doing: impl Display, error: &CredentialsError) -> Self {
        let cause = sources(error).last().map(ToString::to_string).unwrap_or_default();
        let text = format!("{doing}: no credentials: {cause}");
        match error {
            CredentialsError::CredentialsNotLoaded(_)
            | CredentialsError::InvalidConfiguration(_) => Self::Denied(text),
            _ => Self::Busy(text),
        }
    }

    /// Sorts an answer of AWS by its error code, its message and its HTTP status.
    pub fn answered(
        doing: impl Display,
        code: Option<&str>,
        message: Option<&str>,
        status: u16,
    ) -> Self {
        let code = code.unwrap_or("an error without a code");
        let lower = message.unwrap_or_default().to_lowercase();
        let text = match message.map(|message| log_text::one_line(message, LONGEST_MESSAGE)) {
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

    /// Sorts an entry of `failures` in an answer with status 200 (ECS developer guide, API failure reasons). An
    /// undocumented reason is tried again.
    pub fn listed(doing: impl Display, reason: Option<&str>, detail: Option<&str>) -> Self {
        let reason = reason.unwrap_or("no reason given");
        let text = match detail {
            Some(detail) => format!("{doing}: {reason}: {detail}"),
            None => format!("{doing}: {reason}"),
        };
        if matches!(reason, "MISSING" | "INACTIVE") { Self::Gone(text) } else { Self::Busy(text) }
    }

    /// Why a question has no answer because of this.
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

    /// Whether what it was about is no longer there.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone(_))
    }
}

/// Credentials come before the connection; the SDK tells of both in the same way.
fn credentials_error(failure: &DispatchFailure) -> Option<&CredentialsError> {
    sources(failure.as_connector_error()?).find_map(|error| error.downcast_ref())
}

/// An error, and what it came of.
fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |error| (*error).source())
}

impl From<Unanswered> for Fault {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Busy(text) => Self::Busy(text),
            Unanswered::Denied(text) => Self::Denied(text),
        }
    }
}

#[cfg(test)]
mod tests;
