use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use serde_json::json;

use super::*;
use crate::aws::block_on;
use crate::scenario::{Lengths, Switches};
use crate::sqs::queue_url;

/// Sends a request by hand: status, headers, body.
pub(crate) async fn send(
    client: &SharedHttpClient,
    headers: &[(&'static str, &str)],
    body: String,
) -> (u16, Vec<(String, String)>, String) {
    let mut request = HttpRequest::new(body.into());
    for (name, value) in headers {
        request.headers_mut().insert(*name, (*value).to_owned());
    }
    let components = RuntimeComponentsBuilder::for_tests().build().unwrap();
    let connector = client.http_connector(&HttpConnectorSettings::default(), &components);
    let Ok(response) = connector.call(request).await else {
        return (0, Vec::new(), String::new());
    };
    let headers = response.headers().iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let body = String::from_utf8(response.body().bytes().unwrap().to_vec()).unwrap();
    (response.status().as_u16(), headers, body)
}
