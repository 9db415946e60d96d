//! The wire: the SDK's HTTP client, answered by the world.
//!
//! A request waits half of its time and then changes the world. The answer comes after the other half, because an
//! answer can be lost on its way back. Signatures are not checked.

mod answer;
mod call;
mod call_summary;
mod fault;
mod form;
pub(crate) mod outside_caller;
pub(crate) mod request;
mod response;
mod rest;

use std::future::pending;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::byte_stream::ByteStream;

use crate::api::Refusal;
use crate::aws::handle::{Aws, INVOCATION, outside_name};
use crate::history::{Caller, Fact};
use crate::iam;
use crate::scenario::CallFault;
use crate::world::World;
use answer::Answer;
use call::{Call, CallInput};
pub(crate) use call_summary::{about, outcome};

/// An HTTP client of one caller.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub(crate) aws: Aws,
    pub(crate) who: Who,
}

/// Owner of a client.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    Function(String),
    Other(String),
    /// A caller over the network.
    Outside,
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let wire = self.clone();
        HttpConnectorFuture::new(async move { wire.answer(request).await })
    }
}

impl Wire {
    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let caller = self.caller();
        let mut call =
            request::parse_request(&request).map_err(|unread| self.stop(unread.to_string()))?;
        if matches!(self.who, Who::Outside) {
            call.host = request.headers().get("host").map(str::to_owned);
        }
        // The SDK gives up a request whose body is not read for some seconds, such as a long poll.
        let _ = ByteStream::new(request.into_body()).collect().await;
        let stream = format!("api call/{caller}/{}", call.operation);
        let (latency, fault) = self.aws.touch(|world| {
            let latency = world.random.length(&stream, &world.switches.api_call.0);
            let can_strike = |fault| fault::can_strike(fault, &call);
            (latency, world.fault_of_call(&caller, &call.operation, can_strike))
        });
        tokio::time::sleep(self.aws.real(latency / 2)).await;
        let answered = match fault {
            Some(CallFault::KilledBefore) => return self.kill(&caller).await,
            Some(fault) => self.with_fault(fault, &caller, &call).await,
            None => self.patiently(&caller, &call).await,
        };
        let request_id = self.aws.touch(|world| {
            note(world, &caller, &call, &answered);
            world.random.uuid("request ids")
        });
        match fault {
            Some(CallFault::KilledAfter) => return self.kill(&caller).await,
            Some(CallFault::TimedOut) => return pending().await,
            Some(CallFault::LostAnswer) => {
                return Err(ConnectorError::io("connection reset by peer".into()));
            }
            Some(CallFault::Slow) => tokio::time::sleep(self.aws.real(self.slowness())).await,
            _ => {}
        }
        tokio::time::sleep(self.aws.real(latency - latency / 2)).await;
        match answered {
            Ok(answer) => response::success(&call, answer, &request_id),
            Err(Refusal::Error(error)) => response::error(&call, &error, &request_id),
            Err(Refusal::Unknown(what)) => {
                Err(self.stop(format!("the simulated AWS does not know {what}")))
            }
        }
    }

    /// Makes a call in the world. A ReceiveMessage that waits tries again whenever something happened.
    async fn patiently(&self, caller: &Caller, call: &Call) -> Result<Answer, Refusal> {
        let wait = match &call.input {
            CallInput::Json(input) if call.service == "sqs" => {
                crate::sqs::wait(&call.operation, input)
            }
            _ => None,
        };
        let end = tokio::time::Instant::now() + self.aws.real(wait.unwrap_or(Duration::ZERO));
        loop {
            let answer = self.aws.touch(|world| dispatch(world, caller, call));
            let empty =
                matches!(&answer, Ok(Answer::Json(answer)) if answer.get("Messages").is_none());
            if wait.is_none() || !empty || tokio::time::Instant::now() >= end {
                return answer;
            }
            // The next answer shows if time or an event ended the wait.
            let _ = tokio::time::timeout_at(end, self.aws.changed()).await;
        }
    }

    /// Makes a call in the world with a fault that changes the call or its answer.
    async fn with_fault(
        &self,
        fault: CallFault,
        caller: &Caller,
        call: &Call,
    ) -> Result<Answer, Refusal> {
        if let Some(refusal) = fault::refusal(fault, call) {
            return Err(refusal);
        }
        if fault != CallFault::Partial {
            return self.patiently(caller, call).await;
        }
        let mut part = call.clone();
        let Some(left_out) = fault::leave_out(&mut part) else {
            return self.patiently(caller, call).await;
        };
        let mut answer = match fault::answer_to_nothing(&part) {
            Some(answer) => answer,
            None => self.patiently(caller, &part).await?,
        };
        fault::add_failure(&mut answer, &left_out);
        Ok(answer)
    }

    /// Kills the caller's process, and with it all of its calls.
    async fn kill<T>(&self, caller: &Caller) -> T {
        if let Caller::Function { invocation: Some(invocation), .. } = caller {
            self.aws.kill(*invocation);
        }
        pending().await
    }

    fn slowness(&self) -> Duration {
        let range = Duration::from_secs(1)..Duration::from_secs(6);
        self.aws.touch(|world| world.random.length("slow answers", &range))
    }

    fn caller(&self) -> Caller {
        match &self.who {
            Who::Other(who) => Caller::Other(outside_name(who)),
            Who::Outside => Caller::outside(),
            Who::Function(name) => Caller::Function {
                name: name.clone(),
                invocation: INVOCATION.try_with(|number| *number).ok(),
            },
        }
    }

    /// Returns an error that no SDK retries, and ends the run. An outside caller does not end the run.
    fn stop(&self, reason: String) -> ConnectorError {
        if !matches!(self.who, Who::Outside) {
            self.aws.touch(|world| world.fatal(reason.clone()));
        }
        ConnectorError::user(reason.into())
    }
}

fn dispatch(world: &mut World, caller: &Caller, call: &Call) -> Result<Answer, Refusal> {
    world.check_credentials(call.service)?;
    world.take_token(call.service, &call.operation)?;
    iam::check(world, caller, call)?;
    let answer = |past: &mut World| answer_in(past, caller, call);
    match world.answer_late(call.service, &call.operation, answer) {
        Some(late) => late,
        None => answer_in(world, caller, call),
    }
}

fn answer_in(world: &mut World, caller: &Caller, call: &Call) -> Result<Answer, Refusal> {
    let operation = &call.operation;
    match (call.service, &call.input) {
        ("ecs", CallInput::Json(input)) => {
            crate::ecs::call(world, caller, operation, input).map(Answer::Json)
        }
        ("sqs", CallInput::Json(input)) => {
            let host = call.host.as_deref();
            crate::sqs::call(world, caller, operation, input, host).map(Answer::Json)
        }
        ("events", CallInput::Json(input)) => {
            crate::eventbridge::call(world, caller, operation, input).map(Answer::Json)
        }
        ("application-autoscaling", CallInput::Json(input)) => {
            crate::application_autoscaling::call(world, caller, operation, input).map(Answer::Json)
        }
        ("lambda", CallInput::Json(input)) => {
            crate::lambda::call(world, caller, operation, input).map(Answer::Json)
        }
        ("scheduler", CallInput::Json(input)) => {
            crate::scheduler::call(world, caller, operation, input).map(Answer::Json)
        }
        ("secretsmanager", CallInput::Json(input)) => {
            crate::secretsmanager::call(world, operation, input).map(Answer::Json)
        }
        ("sns", CallInput::Form(input)) => {
            crate::sns::call(world, caller, operation, input).map(Answer::Xml)
        }
        ("ssm", CallInput::Json(input)) => {
            crate::ssm::call(world, caller, operation, input).map(Answer::Json)
        }
        ("elasticloadbalancing", CallInput::Form(input)) => {
            crate::elb::call(world, operation, input).map(Answer::Xml)
        }
        ("sts", CallInput::Form(input)) => {
            crate::sts::call(caller, operation, input).map(Answer::Xml)
        }
        ("autoscaling", CallInput::Form(input)) => {
            crate::autoscaling::call(world, caller, operation, input).map(Answer::Xml)
        }
        (service, _) => Err(Refusal::Unknown(format!("{service} {operation}"))),
    }
}

fn note(world: &mut World, caller: &Caller, call: &Call, answered: &Result<Answer, Refusal>) {
    let outcome = match answered {
        Ok(Answer::Json(answer)) => call_summary::outcome(answer),
        Ok(Answer::Xml(_)) => "ok".to_owned(),
        Err(Refusal::Error(error)) => error.code.clone(),
        Err(Refusal::Unknown(_)) => "unknown".to_owned(),
    };
    world.note(Fact::Call {
        by: caller.clone(),
        service: call.service,
        operation: call.operation.clone(),
        outcome,
        about: call_summary::parameters(&call.input),
    });
}

#[cfg(test)]
mod tests;

/// Sends an awsJson request without an SDK. Returns the HTTP status, 0 without an answer, and the answer's body.
#[cfg(test)]
pub(crate) async fn raw(
    client: &aws_smithy_runtime_api::client::http::SharedHttpClient,
    target: &str,
    input: serde_json::Value,
) -> (u16, serde_json::Value) {
    let headers = [("x-amz-target", target)];
    let (status, _, body) = tests::send(client, &headers, input.to_string()).await;
    (status, serde_json::from_str(&body).unwrap_or_default())
}
