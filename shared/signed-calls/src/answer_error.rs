//! Errors that AWS answers to a signed request.

use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::Value;

use crate::xml::text_of;

/// An error of AWS with its code and its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerError(ErrorMetadata);

impl AnswerError {
    /// Reads the error of an answer (Smithy, aws-json-1_1-protocol and aws-query-protocol: operation error serialization).
    pub fn of_answer(response: &HttpResponse, text: &str) -> Self {
        let json: Value = serde_json::from_str(text).unwrap_or_default();
        let header = response.headers().get("x-amzn-errortype");
        let code = header.or(json["__type"].as_str()).map(short_code).map(str::to_owned);
        let message = json["message"].as_str().or(json["Message"].as_str()).map(str::to_owned);
        let mut metadata = ErrorMetadata::builder();
        if let Some(code) = code.or_else(|| text_of(text, "Code")) {
            metadata = metadata.code(code);
        }
        if let Some(message) = message.or_else(|| text_of(text, "Message")) {
            metadata = metadata.message(message);
        }
        Self(metadata.build())
    }
}

/// Returns the name of an error's shape: `ParameterNotFound` of `com.amazonaws.ssm#ParameterNotFound:http://…`.
fn short_code(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or(code);
    code.rsplit('#').next().unwrap_or(code)
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for AnswerError {}

impl ProvideErrorMetadata for AnswerError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn error(text: &str) -> (Option<String>, Option<String>) {
        let status = StatusCode::try_from(400).unwrap();
        let response = HttpResponse::new(status, SdkBody::from(text));
        let error = AnswerError::of_answer(&response, text);
        (error.code().map(str::to_owned), error.message().map(str::to_owned))
    }

    #[test]
    fn error_in_json_is_known_by_the_name_of_its_shape() {
        let text = r#"{"__type":"com.amazonaws.ssm#ParameterNotFound","message":"none"}"#;

        assert_eq!(error(text), (Some("ParameterNotFound".to_owned()), Some("none".to_owned())));
    }

    #[test]
    fn error_in_xml_is_known_by_its_code() {
        let text = "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>";

        assert_eq!(error(text), (Some("Throttling".to_owned()), Some("Rate exceeded".to_owned())));
    }

    #[test]
    fn answer_that_is_no_error_shape_has_no_code() {
        assert_eq!(error("<html>"), (None, None));
    }
}
