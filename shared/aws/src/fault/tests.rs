use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::error::ErrorMetadata;

use super::*;

fn refusal(code: &str, message: &str) -> Fault {
    Fault::from_answer("completing", Some(code), Some(message), 400)
}

#[test]
fn throttle_is_busy_under_each_of_its_codes() {
    for code in ["ThrottlingException", "Throttling", "RequestLimitExceeded"] {
        assert!(matches!(refusal(code, "Rate exceeded"), Fault::Busy(_)), "{code}");
    }
    assert!(matches!(refusal("Whatever", "Rate exceeded"), Fault::Busy(_)));
}

#[test]
fn ended_lifecycle_action_is_gone_in_upper_and_lower_case() {
    let upper = "No active Lifecycle Action found with instance ID i-1";

    assert!(refusal("ValidationError", upper).is_gone());
    assert!(refusal("ValidationError", &upper.to_lowercase()).is_gone());
    assert!(matches!(refusal("ValidationError", "1 validation error"), Fault::Bug(_)));
}

#[test]
fn refusal_is_denied() {
    assert!(matches!(refusal("AccessDeniedException", "no"), Fault::Denied(_)));
    let no_cluster = refusal("ClusterNotFoundException", "Cluster not found.");
    assert!(matches!(no_cluster, Fault::NoCluster(_)));
    assert!(matches!(no_cluster.unanswered(), Unanswered::Denied(_)));
    assert!(matches!(Fault::from_answer("asking", None, None, 403), Fault::Denied(_)));
}

#[test]
fn expired_credentials_are_denied_with_the_way_out() {
    let why = "The security token included in the request is expired";
    for (code, status) in [("ExpiredTokenException", 400), ("ExpiredToken", 403)] {
        let fault = Fault::from_answer("receiving", Some(code), Some(why), status);

        let text =
            format!("receiving: {code}: {why}: renew the credentials, or restart with new ones");
        assert_eq!(fault, Fault::Denied(text));
    }
}

#[test]
fn message_of_aws_stays_in_its_line() {
    let fault = refusal("ValidationError", "Value 'a\nERROR\u{1b}[2K' at 'cluster'");

    let text = "completing: ValidationError: Value 'a ERROR [2K' at 'cluster'";
    assert_eq!(fault, Fault::Bug(text.to_owned()));
}

#[test]
fn server_error_is_busy_under_any_code() {
    assert!(matches!(Fault::from_answer("asking", Some("New"), None, 500), Fault::Busy(_)));
    assert!(matches!(
        refusal("ResourceContention", "You already have a pending update"),
        Fault::Busy(_)
    ));
}

#[test]
fn failure_in_a_200_is_gone_or_busy() {
    assert!(Fault::from_failure("describing", Some("MISSING"), None).is_gone());
    assert!(Fault::from_failure("describing", Some("INACTIVE"), None).is_gone());
    assert!(matches!(Fault::from_failure("describing", Some("AGENT"), None), Fault::Busy(_)));
}

#[test]
fn error_of_the_sdk_is_sorted_by_its_metadata() {
    let meta =
        ErrorMetadata::builder().code("ThrottlingException").message("Rate exceeded").build();
    let status = aws_smithy_runtime_api::http::StatusCode::try_from(400).unwrap();
    let raw = Response::new(status, aws_smithy_types::body::SdkBody::empty());

    let fault = Fault::new("describing tasks", &SdkError::service_error(Metadata(meta), raw));

    let text = "describing tasks: ThrottlingException: Rate exceeded";
    assert_eq!(fault, Fault::Busy(text.to_owned()));
}

#[test]
fn missing_credentials_are_denied_with_their_cause() {
    let sorted = |error: CredentialsError| {
        let failure = ConnectorError::other(error.into(), None);
        Fault::new("receiving", &SdkError::<Metadata, _>::dispatch_failure(failure))
    };

    let none = sorted(CredentialsError::not_loaded("no profile `x`"));
    let later = sorted(CredentialsError::provider_error("HTTP 503"));

    assert_eq!(none, Fault::Denied("receiving: no credentials: no profile `x`".to_owned()));
    assert_eq!(later, Fault::Busy("receiving: no credentials: HTTP 503".to_owned()));
}

#[derive(Debug)]
struct Metadata(ErrorMetadata);

impl ProvideErrorMetadata for Metadata {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}
