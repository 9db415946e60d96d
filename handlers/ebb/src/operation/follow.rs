//! `ebb operations follow` and `ebb operations undo`: an open operation, taken or watched to its end.

use std::pin::pin;
use std::time::Duration;

use aws_services::operation_report::OperationReport;
use aws_services::{OperationRun, OperationStep, ServiceName};
use futures::future::{Either, select};
use service::decision::OperationDecision;
use service::memory::OperationMemory;
use service::observation::{Answered, ServiceObservation};
use service::outcome::OperationOutcome;
use service::reason::OperationReason;

use super::arguments::{FollowArguments, UndoArguments};
use super::display::OperationDisplay;
use super::end_of;
use super::error::OperationError;
use super::inspection::{cancel_open, named};
use super::local_run::{print, take_to_the_end};
use super::session::Session;
use super::watched::Watched;
use crate::exit::Exit;
use crate::termination::Termination;

/// Time between two looks of a process that only watches.
const WATCH_INTERVAL: Duration = Duration::from_secs(10);

/// Runs `ebb operations follow`.
pub(super) async fn follow(arguments: &FollowArguments) -> Result<Exit, OperationError> {
    let session = Session::start(&arguments.access).await?;
    let open = named(&session, &arguments.operation).await?;
    let report = match arguments.watch {
        true => watch(&session, open.name, true).await?,
        false => take(&session, open.name).await?,
    };
    Ok(print(&report, arguments.json).unwrap_or(end_of(report.outcome).exit))
}

/// Runs `ebb operations undo`.
pub(super) async fn undo(arguments: &UndoArguments) -> Result<Exit, OperationError> {
    let session = Session::start(&arguments.access).await?;
    let open = named(&session, &arguments.operation).await?;
    cancel_open(&session, &open).await?;
    let report = take(&session, open.name).await?;
    Ok(print(&report, arguments.json).unwrap_or(end_of(report.outcome).exit))
}

/// Takes the steps of the recorded operation in this process.
async fn take(session: &Session, name: ServiceName) -> Result<OperationReport, OperationError> {
    let report = OperationReport::new(&name, None);
    let run = OperationRun::of_record(name, OperationMemory::default());
    take_to_the_end(session, run, report).await
}

/// Watches the recorded operation until its record is gone. This process takes no step.
///
/// With `to_zero` the end of a shutdown, which keeps its record, is an end too.
pub(super) async fn watch(
    session: &Session,
    name: ServiceName,
    to_zero: bool,
) -> Result<OperationReport, OperationError> {
    let mut report = OperationReport::new(&name, None);
    let run = OperationRun::of_record(name, OperationMemory::default());
    let mut termination = Termination::new();
    let mut display = OperationDisplay::start();
    let mut watched = Watched::default();
    loop {
        let (seen, decision) = run.plan(&session.stepper).await;
        if seen.record == Answered::Absent {
            watched.finish(&mut report);
            break;
        }
        watched.look(&seen);
        let step = watched_step(session, seen, decision);
        report.add(&step);
        if to_zero
            && matches!(step.decision.reason, OperationReason::ShutDown(_))
            && step.decision.actions.is_empty()
        {
            break;
        }
        report.outcome = OperationOutcome::Open;
        display.show(&step);
        let sleep = pin!(session.stepper.clients().aws.clock.sleep(WATCH_INTERVAL));
        let requested = pin!(termination.requested());
        if matches!(select(sleep, requested).await, Either::Right(_)) {
            report.outcome = OperationOutcome::Interrupted;
            break;
        }
    }
    display.end();
    Ok(report)
}

/// Returns a look of a process that only watches, as a step without actions.
fn watched_step(
    session: &Session,
    seen: ServiceObservation,
    decision: OperationDecision,
) -> OperationStep {
    let at = session.stepper.now();
    OperationStep {
        at,
        seen,
        decision,
        performed: 0,
        deleted_record: false,
        fault: None,
        next: None,
    }
}
