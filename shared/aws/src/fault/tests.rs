use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::error::ErrorMetadata;

use super::*;

fn refused(code: &str, message: &str) -> Fault {
    Fault::answered("completing", Some(code), Some(message), 400)
}

#[test]
fn a_throttle_is_busy_under_each_of_its_names() {
    for code in ["ThrottlingException", "Throttling", "RequestLimitExceeded"] {
        assert!(matches!(refused(code, "Rate exceeded"), Fault::Busy(_)), "{code}");
    }
    assert!(matches!(refused("Whatever", "Rate exceeded"), Fault::Busy(_)));
}

#[test]
fn a_lifecycle_action_that_is_over_is_gone_in_any_case_of_its_letters() {
    let upper = "No active Lifecycle Action found with instance ID i-1";

    assert!(refused("ValidationError", upper).is_gone());
    assert!(refused("ValidationError", &upper.to_lowercase()).is_gone());
    assert!(matches!(refused("ValidationError", "1 validation error"), Fault::Bug(_)));
}

#[test]
fn a_refusal_waits_for_a_human() {
    assert!(matches!(refused("AccessDeniedException", "no"), Fault::Denied(_)));
    let no_cluster = refused("ClusterNotFoundException", "Cluster not found.");
    assert!(matches!(no_cluster, Fault::NoCluster(_)));
    assert!(matches!(no_cluster.unanswered(), Unanswered::Denied(_)));
    assert!(matches!(Fault::answered("asking", None, None, 403), Fault::Denied(_)));
}

#[test]
fn expired_credentials_wait_for_a_human_who_is_told_what_to_do() {
    let why = "The security token included in the request is expired";
    for (code, status) in [("ExpiredTokenException", 400), ("ExpiredToken", 403)] {
        let fault = Fault::answered("receiving", Some(code), Some(why), status);

        let told =
            format!("receiving: {code}: {why}: renew the credentials, or restart with new ones");
        assert_eq!(fault, Fault::Denied(told));
    }
}

#[test]
fn what_aws_says_stays_in_its_line() {
    let fault = refused("ValidationError", "Value 'a\nERROR\u{1b}[2K' at 'cluster'");

    let said = "completing: ValidationError: Value 'a ERROR [2K' at 'cluster'";
    assert_eq!(fault, Fault::Bug(said.to_owned()));
}

#[test]
fn a_server_that_fails_is_busy_whatever_it_says() {
    assert!(matches!(Fault::answered("asking", Some("New"), None, 500), Fault::Busy(_)));
    assert!(matches!(
        refused("ResourceContention", "You already have a pending update"),
        Fault::Busy(_)
    ));
}

#[test]
fn a_failure_in_a_200_is_gone_or_tried_again() {
    assert!(Fault::listed("describing", Some("MISSING"), None).is_gone());
    assert!(Fault::listed("describing", Some("INACTIVE"), None).is_gone());
    assert!(matches!(Fault::listed("describing", Some("AGENT"), None), Fault::Busy(_)));
}

#[test]
fn an_error_of_the_sdk_is_sorted_by_its_metadata() {
    let meta =
        ErrorMetadata::builder().code("ThrottlingException").message("Rate exceeded").build();
    let status = aws_smithy_runtime_api::http::StatusCode::try_from(400).unwrap();
    let raw = Response::new(status, aws_smithy_types::body::SdkBody::empty());

    let fault = Fault::new("describing tasks", &SdkError::service_error(Metadata(meta), raw));

    let said = "describing tasks: ThrottlingException: Rate exceeded";
    assert_eq!(fault, Fault::Busy(said.to_owned()));
}

#[test]
fn credentials_that_are_not_there_wait_for_a_human_and_are_named() {
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
