//! Handler of `service-operation`: messages of its queue, and direct invocations.
//!
//! A message is the schedule's, which takes every open operation further, or a request, which begins one. A direct invocation
//! is a request, and gets an answer.

mod alert;
mod event;

use std::sync::Arc;

use aws::act::messages::{OutgoingMessage, send};
use aws::config::Config;
use aws::fault::Fault;
use drain::mode::Mode;
use jiff::Timestamp;
use serde_json::{Value, json};
use service::outcome::OperationOutcome;
use service::request::{OperationKind, OperationRequest};

use crate::act::ServiceName;
use crate::limits::{LONGEST_WAIT, SCHEDULE_TIME};
use crate::operation_observer::OperationObserver;
use crate::operation_report::{OperationReport, refused_fields};
use crate::operations::Operations;
use crate::step::OperationStep;
use crate::stepper::Stepper;
pub use event::{OperationEvent, OperationMessage, QueuedOperation};

/// Message attribute with the reason of a dead letter, as the drain's.
const REASON_ATTRIBUTE: &str = "ebb.reason";

/// Result of the requests in a batch of messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BegunOperations {
    /// Services whose operation has begun.
    pub services: Vec<ServiceName>,
    /// Ids of the messages that failed, and will be delivered again.
    pub failed: Vec<String>,
    /// True if a message is the schedule's.
    pub is_scheduled: bool,
}

/// Handler of `service-operation`.
#[derive(Debug)]
pub struct OperationHandler {
    operations: Operations,
    mode: Mode,
    dead_letter_queue_url: Option<String>,
    shutdown_clusters: Vec<String>,
    alert_scope: Vec<String>,
}

impl OperationHandler {
    /// Creates a handler with the configuration of the process.
    pub fn new(stepper: Stepper, config: &Config) -> Self {
        stepper.clients().aws.limiter.set_share(config.ecs_share);
        Self {
            operations: Operations::new(stepper, config.clusters.clone()),
            mode: config.policy.mode,
            dead_letter_queue_url: config.dead_letter_queue_url.clone(),
            shutdown_clusters: config.shutdown_clusters.clone(),
            alert_scope: config.alert_scope.clone(),
        }
    }

    /// Returns this handler with an observer of the steps.
    #[must_use]
    pub fn with_observer(self, observer: Option<Arc<dyn OperationObserver>>) -> Self {
        Self { operations: self.operations.with_observer(observer), ..self }
    }

    /// Returns the operations of the process.
    pub fn operations(&self) -> &Operations {
        &self.operations
    }

    /// Handles an event of Lambda: a batch of messages or a direct invocation. Returns its answer.
    pub async fn handle(&self, event: &Value) -> Value {
        match OperationEvent::parse(event) {
            OperationEvent::Messages(messages) => {
                let failed = Box::pin(self.handle_messages(&messages)).await;
                let failed = failed.iter().map(|id| json!({ "itemIdentifier": id }));
                json!({ "batchItemFailures": failed.collect::<Vec<_>>() })
            }
            OperationEvent::Invocation(text) => Box::pin(self.answer(&text)).await,
        }
    }

    /// Handles messages of the queue. Returns the ids of those that failed.
    ///
    /// Requests come first, because their operators wait. Then every operation is taken further if the schedule asks for it, or
    /// else those that have begun.
    async fn handle_messages(&self, messages: &[QueuedOperation]) -> Vec<String> {
        let begun = self.begin_all(messages).await;
        self.take_further(begun.services, begun.is_scheduled).await;
        begun.failed
    }

    /// Begins the operations of all requests.
    pub async fn begin_all(&self, messages: &[QueuedOperation]) -> BegunOperations {
        let mut begun = BegunOperations::default();
        for message in messages {
            match self.begin_message(message).await {
                Ok(service) => begun.services.extend(service),
                Err(fault) => {
                    tracing::warn!("message {} will be delivered again: {fault}", message.id);
                    begun.failed.push(message.id.clone());
                }
            }
            begun.is_scheduled |= message.content == OperationMessage::Schedule;
        }
        begun
    }

    /// Takes all open operations of the served clusters further, or else those of these services, for the time between two
    /// schedules.
    pub async fn take_further(&self, services: Vec<ServiceName>, all: bool) {
        let until = self.operations.stepper().now() + SCHEDULE_TIME;
        match all {
            true => self.take_all_further(until).await,
            false => self.operations.advance_all(services, until).await,
        }
    }

    /// Begins the operations of a message. Returns the services for which there is more to do.
    async fn begin_message(&self, message: &QueuedOperation) -> Result<Vec<ServiceName>, Fault> {
        let now = self.operations.stepper().now();
        let reason = match &message.content {
            OperationMessage::Schedule => return Ok(Vec::new()),
            OperationMessage::Alert(alert) => match self.begin_alert(alert).await? {
                Ok(services) => return Ok(services),
                Err(reason) => reason,
            },
            OperationMessage::Request(request) if message.is_too_old(now) => {
                format!("the request for service {} is older than ten minutes", request.service)
            }
            OperationMessage::Request(request) => match self.refusal(request) {
                Some(reason) => reason,
                None => {
                    let begun = self.begin_request(request, message.by()).await?;
                    return Ok(begun.into_iter().collect());
                }
            },
            OperationMessage::Malformed(reason) => reason.clone(),
        };
        self.dead_letter(message, &reason).await?;
        Ok(Vec::new())
    }

    /// Takes every open operation of the served clusters further.
    async fn take_all_further(&self, until: Timestamp) {
        if self.mode != Mode::Act {
            return;
        }
        match self.operations.open().await {
            Ok(open) => self.operations.advance_all(open, until).await,
            Err(fault @ (Fault::Busy(_) | Fault::Gone(_))) => {
                tracing::warn!("cannot list open operations: {fault}; the next schedule will");
            }
            Err(fault) => tracing::error!("cannot list open operations: {fault}; check the role"),
        }
    }

    /// Begins the operation of a request. Returns its service if there is more to do.
    async fn begin_request(
        &self,
        request: &OperationRequest,
        by: String,
    ) -> Result<Option<ServiceName>, Fault> {
        let (step, _) = self.operations.begin(request.clone(), by).await;
        match step.fault {
            Some(fault) => Err(fault),
            None if step.decision.outcome.is_final() => Ok(None),
            None if !step.has_record() => Err(Fault::Busy(step.decision.reason.to_string())),
            None => Ok(Some(name_of(request))),
        }
    }

    /// Answers a direct invocation: at once with the id of the operation, or at its end if the request has `wait`.
    async fn answer(&self, text: &str) -> Value {
        let request = match OperationRequest::parse(text) {
            Ok(request) => request,
            Err(errors) => {
                tracing::warn!(outcome = "failed", reason = "request-invalid", "{errors}");
                return refused_fields(&errors);
            }
        };
        if let Some(reason) = self.refusal(&request) {
            return refused(&request, &reason);
        }
        let wait = request.wait;
        let until = self.operations.stepper().now() + LONGEST_WAIT;
        let (step, report) =
            self.operations.begin(request.clone(), "a direct invocation".to_owned()).await;
        if !wait || step.is_last() || step.fault.is_some() {
            return answer_of(&step, &report);
        }
        let end = self.operations.advance(name_of(&request), until).await;
        end.to_json()
    }

    /// Returns the reason for which this deployment takes no such request.
    fn refusal(&self, request: &OperationRequest) -> Option<String> {
        let cluster = &request.cluster;
        if self.mode != Mode::Act {
            return Some("EBB_MODE is not act, so no operation begins".to_owned());
        }
        let is_allowed = self.shutdown_clusters.contains(cluster);
        if matches!(request.kind, OperationKind::Shutdown | OperationKind::Resume) && !is_allowed {
            return Some(format!(
                "cluster {cluster} is not among EBB_SHUTDOWN_CLUSTERS, so no message shuts down or resumes its services"
            ));
        }
        let is_served = self.operations.serve(cluster);
        let outside =
            || format!("cluster {cluster} is not among EBB_CLUSTERS and EBB_CLUSTER_PREFIX");
        (!is_served).then(outside)
    }

    /// Sends a message to the dead-letter queue, with the reason. Without such a queue it fails until its queue moves it.
    async fn dead_letter(&self, message: &QueuedOperation, reason: &str) -> Result<(), Fault> {
        let Some(queue_url) = &self.dead_letter_queue_url else {
            return Err(Fault::Malformed(reason.to_owned()));
        };
        tracing::warn!(outcome = "failed", "message {} is dead-lettered: {reason}", message.id);
        let letter = OutgoingMessage {
            body: message.body.clone(),
            delay: std::time::Duration::ZERO,
            attributes: vec![(REASON_ATTRIBUTE, reason.to_owned())],
        };
        let sqs = &self.operations.stepper().clients().aws.sqs;
        send(sqs, queue_url, vec![letter]).await.into_iter().collect()
    }
}

fn name_of(request: &OperationRequest) -> ServiceName {
    ServiceName { cluster: request.cluster.clone(), service: request.service.clone() }
}

/// Returns the answer about an operation that has just begun, was refused, or met a fault.
fn answer_of(step: &OperationStep, report: &OperationReport) -> Value {
    let mut answer = report.to_json();
    if let Some(fault) = &step.fault {
        answer["outcome"] = json!(OperationOutcome::Failed);
        answer["reason"] = "call-failed".into();
        answer["message"] = fault.to_string().into();
    }
    answer
}

fn refused(request: &OperationRequest, reason: &str) -> Value {
    let mut report = OperationReport::new(&name_of(request), Some(request.kind));
    report.outcome = OperationOutcome::Failed;
    report.reason = "not-served";
    report.message = reason.to_owned();
    report.to_json()
}
