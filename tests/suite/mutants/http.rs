//! Mistakes between the SDK and AWS: changed requests and answers.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use futures::future::join_all;
use serde_json::{Value, json};

use super::mutant::Mutant;

/// Message attribute that counts a chain of ebb's own messages.
const CHAIN: &str = "ebb.chain";

/// End of the names of the dead-letter queues (infra/template.yaml).
const DEAD_LETTERS: &str = "dead-letters";

/// Answer of Auto Scaling to a completion without an active lifecycle action.
const NO_ACTIVE_ACTION: &str = "No active Lifecycle Action";

/// Answer to a completion that succeeds (Auto Scaling API reference, CompleteLifecycleAction).
const COMPLETED: &str = "<CompleteLifecycleActionResponse><CompleteLifecycleActionResult/>\
                         </CompleteLifecycleActionResponse>";

/// Result of one HTTP request.
type Answer = Result<HttpResponse, ConnectorError>;

/// Wraps an HTTP client with the mistake. Mutants of another kind change no request and no answer.
pub(super) fn wrap_http_client(mutant: Mutant, below: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(MutantHttpClient { mutant, below })
}

#[derive(Debug)]
struct MutantHttpClient {
    mutant: Mutant,
    below: SharedHttpClient,
}

impl HttpClient for MutantHttpClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let below = self.below.http_connector(settings, components);
        SharedHttpConnector::new(MutantConnector { mutant: self.mutant, below })
    }
}

#[derive(Debug, Clone)]
struct MutantConnector {
    mutant: Mutant,
    below: SharedHttpConnector,
}

impl HttpConnector for MutantConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move { connector.answer(request).await })
    }
}

impl MutantConnector {
    async fn answer(&self, mut request: HttpRequest) -> Answer {
        match (self.mutant, operation(&request).as_str()) {
            (Mutant::ListsOnlyRunningTasks, "ListTasks") if lists_stopped_tasks(&request) => {
                response(200, json!({ "taskArns": [] }).to_string())
            }
            (Mutant::ReadsTheFirstPageOnly, _) => {
                let mut answer = self.below.call(request).await?;
                remove_next_token(&mut answer);
                Ok(answer)
            }
            (Mutant::KeepsAPoisonMessage, "SendMessageBatch") if dead_letters(&request) => {
                response(200, refuse_entries(&request))
            }
            (Mutant::KeepsItselfAliveByMessages, "SendMessageBatch") => {
                remove_chain(&mut request);
                self.below.call(request).await
            }
            (Mutant::TakesAnEndedActionForAnError, _) => {
                let mut answer = self.below.call(request).await?;
                reword_ended_action(&mut answer);
                Ok(answer)
            }
            (Mutant::DescribesOneByOne, "DescribeTasks") => {
                self.describe_one_by_one(request, "tasks").await
            }
            (Mutant::DescribesOneByOne, "DescribeContainerInstances") => {
                self.describe_one_by_one(request, "containerInstances").await
            }
            (Mutant::ForgetsAFailedCompletion, "CompleteLifecycleAction") => {
                match self.below.call(request).await {
                    Ok(answer) if answer.status().is_success() => Ok(answer),
                    _ => response(200, COMPLETED.to_owned()),
                }
            }
            _ => self.below.call(request).await,
        }
    }

    /// Sends one request for each entry of `list`, and joins the answers. Returns the first failed answer, if one
    /// failed.
    async fn describe_one_by_one(&self, request: HttpRequest, list: &str) -> Answer {
        let input = json_body(request.body().bytes());
        let entries = input[list].as_array().cloned().unwrap_or_default();
        let requests = entries.into_iter().map(|entry| {
            let mut one = input.clone();
            one[list] = json!([entry]);
            with_body(&request, one.to_string())
        });
        let answers = join_all(requests.map(|request| self.below.call(request))).await;
        let mut joined = json!({ list: [], "failures": [] });
        for answer in answers {
            let answer = answer?;
            if !answer.status().is_success() {
                return Ok(answer);
            }
            let answer = json_body(answer.body().bytes());
            for part in [list, "failures"] {
                append(&mut joined[part], &answer[part]);
            }
        }
        response(200, joined.to_string())
    }
}

/// Returns the operation: awsJson names it in a header, awsQuery in the form.
fn operation(request: &HttpRequest) -> String {
    if let Some((_, operation)) =
        request.headers().get("x-amz-target").and_then(|target| target.split_once('.'))
    {
        return operation.to_owned();
    }
    let form = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
    let action = form.split('&').find_map(|field| field.strip_prefix("Action="));
    action.unwrap_or_default().to_owned()
}

fn json_body(bytes: Option<&[u8]>) -> Value {
    serde_json::from_slice(bytes.unwrap_or_default()).unwrap_or_default()
}

fn with_body(request: &HttpRequest, body: String) -> HttpRequest {
    let mut copy = request.try_clone().expect("the SDK sends bodies that are in memory");
    *copy.body_mut() = body.into();
    copy
}

fn response(status: u16, body: String) -> Answer {
    let status = status.try_into().map_err(|error| ConnectorError::other(Box::new(error), None))?;
    Ok(HttpResponse::new(status, body.into()))
}

fn lists_stopped_tasks(request: &HttpRequest) -> bool {
    json_body(request.body().bytes())["desiredStatus"] == "STOPPED"
}

fn dead_letters(request: &HttpRequest) -> bool {
    let input = json_body(request.body().bytes());
    input["QueueUrl"].as_str().is_some_and(|url| url.ends_with(DEAD_LETTERS))
}

/// Returns the answer of SQS that every entry of the batch failed (API reference, BatchResultErrorEntry).
fn refuse_entries(request: &HttpRequest) -> String {
    let input = json_body(request.body().bytes());
    let entries = input["Entries"].as_array().cloned().unwrap_or_default();
    let failed = entries
        .iter()
        .map(|entry| json!({ "Id": entry["Id"], "Code": "InternalError", "SenderFault": false }));
    json!({ "Successful": [], "Failed": failed.collect::<Vec<_>>() }).to_string()
}

fn remove_chain(request: &mut HttpRequest) {
    let mut input = json_body(request.body().bytes());
    for entry in input["Entries"].as_array_mut().into_iter().flatten() {
        if let Some(attributes) = entry["MessageAttributes"].as_object_mut() {
            attributes.remove(CHAIN);
        }
    }
    *request.body_mut() = input.to_string().into();
}

/// Removes the token of the next page: `nextToken` in JSON, `NextToken` in XML.
fn remove_next_token(answer: &mut HttpResponse) {
    let text = text(answer);
    let without = match serde_json::from_str::<Value>(&text) {
        Ok(mut json) => {
            if let Some(fields) = json.as_object_mut() {
                fields.remove("nextToken");
            }
            json.to_string()
        }
        Err(_) => match (text.split_once("<NextToken>"), text.split_once("</NextToken>")) {
            (Some((before, _)), Some((_, after))) => format!("{before}{after}"),
            _ => text,
        },
    };
    *answer.body_mut() = without.into();
}

/// Changes the answer to a completion without an active lifecycle action into another error.
fn reword_ended_action(answer: &mut HttpResponse) {
    let text = text(answer);
    if text.contains(NO_ACTIVE_ACTION) {
        *answer.body_mut() = text.replace(NO_ACTIVE_ACTION, "Invalid Lifecycle Action").into();
    }
}

fn text(answer: &HttpResponse) -> String {
    String::from_utf8_lossy(answer.body().bytes().unwrap_or_default()).into_owned()
}

fn append(list: &mut Value, more: &Value) {
    if let (Some(list), Some(more)) = (list.as_array_mut(), more.as_array()) {
        list.extend(more.iter().cloned());
    }
}
