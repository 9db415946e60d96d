//! An operation that the function service-operation carries out: the request goes to its queue, and this process watches.

use std::time::Duration;

use aws::act::messages::{OutgoingMessage, send};
use aws::fault::Fault;
use aws_services::operation_report::OperationReport;
use aws_services::{OperationRun, ServiceName};
use serde_json::Value;
use service::outcome::OperationOutcome;
use service::record::OperationRecord;
use service::request::{OperationKind, OperationRequest};

use super::arguments::CommonArguments;
use super::error::OperationError;
use super::follow::watch;
use super::local_run::{End, print};
use super::session::Session;
use super::{end_of, plan};
use crate::output::printing;

/// Time in which the function creates the record of a request. Its queue is polled all the time.
const TIME_TO_BEGIN: Duration = Duration::from_secs(180);

/// Time between two looks for the record.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);

/// Hands a request to the function, and watches its operation.
pub(super) async fn run(
    session: &Session,
    request: OperationRequest,
    common: &CommonArguments,
) -> Result<End, OperationError> {
    let run = OperationRun::beginning(request.clone(), session.by.clone());
    let (_, decision) = run.plan(&session.stepper).await;
    if decision.outcome != OperationOutcome::Open {
        // A request that would be refused is not sent.
        return plan::print(session, request, common.json).await;
    }
    send_request(session, &request, &common.request.queue_prefix).await?;
    let report = watch_request(session, &request).await?;
    Ok(print(&report, common.json).map_or_else(|| end_of(report.outcome), |exit| End { exit }))
}

/// Watches the operation of a request that was sent.
///
/// # Errors
///
/// No operation began in time.
pub(super) async fn watch_request(
    session: &Session,
    request: &OperationRequest,
) -> Result<OperationReport, OperationError> {
    let OperationRequest { cluster, service, .. } = request;
    let name = ServiceName { cluster: cluster.clone(), service: service.clone() };
    if !begins(session, &name).await? {
        return Err(OperationError::Call(Fault::Busy(format!(
            "no operation on {cluster}/{service} began within {} minutes; see the log of \
             service-operation, and its dead-letter queue",
            TIME_TO_BEGIN.as_secs() / 60
        ))));
    }
    watch(session, name, request.kind == OperationKind::Shutdown).await
}

/// Sends a request to the queue of the function.
pub(super) async fn send_request(
    session: &Session,
    request: &OperationRequest,
    queue_prefix: &str,
) -> Result<(), OperationError> {
    let sqs = &session.stepper.clients().aws.sqs;
    let name = format!("{queue_prefix}service-operation");
    let doing = || format!("finding queue {name}");
    let found = sqs.get_queue_url().queue_name(&name).send().await;
    let found = found.map_err(|error| Fault::new(doing(), &error))?;
    let url = found.queue_url.unwrap_or_default();
    let message = OutgoingMessage {
        body: confirmed(request).to_string(),
        delay: Duration::ZERO,
        attributes: Vec::new(),
    };
    let sent: Result<(), Fault> = send(sqs, &url, vec![message]).await.into_iter().collect();
    sent?;
    printing::report(&format!("sent the request to queue {name}\n"));
    Ok(())
}

/// Waits for the record of the operation. Returns false if there is none in time.
async fn begins(session: &Session, name: &ServiceName) -> Result<bool, OperationError> {
    let parameter = OperationRecord::parameter(&name.cluster, &name.service);
    let clients = session.stepper.clients();
    let end = session.stepper.now() + TIME_TO_BEGIN;
    while session.stepper.now() < end {
        if !clients.parameters.values(&[&parameter]).await?.is_empty() {
            return Ok(true);
        }
        clients.aws.clock.sleep(LOOK_INTERVAL).await;
    }
    Ok(false)
}

/// Returns the JSON of a request that the operator has confirmed. A record does not keep the confirmation.
fn confirmed(request: &OperationRequest) -> Value {
    let mut json = request.to_json();
    if request.confirmed {
        json["confirmed"] = true.into();
    }
    json
}
