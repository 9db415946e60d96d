//! Errors of Systems Manager, Application Auto Scaling, Elastic Load Balancing and STS, sorted by what to do next.
//!
//! `aws::fault` sorts all codes that these services share with the services of the drain.

use std::fmt::Display;

use aws::fault::Fault;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::signed_calls::SignedCallError;

/// Error codes of temporary faults.
const BUSY: [&str; 3] = ["ConcurrentUpdateException", "InternalServiceException", "TooManyUpdates"];

/// Error codes of a resource that does not exist.
const GONE: [&str; 3] = ["ObjectNotFoundException", "ParameterNotFound", "TargetGroupNotFound"];

/// Sorts the error of a signed call. `doing` is the call in the gerund: `reading the parameter …`.
pub(crate) fn sorted(doing: impl Display, error: &SignedCallError) -> Fault {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default();
    let text = || match error {
        SdkError::ServiceError(answer) => {
            let message = answer.err().message().unwrap_or_default();
            format!("{doing}: {code}: {message}")
        }
        _ => format!("{doing}: {code}"),
    };
    if BUSY.contains(&code) {
        Fault::Busy(text())
    } else if GONE.contains(&code) {
        Fault::Gone(text())
    } else {
        Fault::new(doing, error)
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    use super::*;
    use crate::signed_calls::AnswerError;

    fn fault(code: &str) -> Fault {
        let text = format!("{{\"__type\":\"{code}\",\"message\":\"why\"}}");
        let status = StatusCode::try_from(400).unwrap();
        let response = HttpResponse::new(status, SdkBody::from(text.clone()));
        let error = AnswerError::of_answer(&response, &text);
        sorted("calling", &SdkError::service_error(error, response))
    }

    #[test]
    fn pending_change_of_a_scalable_target_is_busy() {
        assert_eq!(
            fault("ConcurrentUpdateException"),
            Fault::Busy("calling: ConcurrentUpdateException: why".to_owned())
        );
        assert!(matches!(fault("ThrottlingException"), Fault::Busy(_)));
    }

    #[test]
    fn missing_parameter_is_gone_and_a_refused_call_is_denied() {
        assert!(fault("ParameterNotFound").is_gone());
        assert!(matches!(fault("AccessDeniedException"), Fault::Denied(_)));
    }
}
