//! An operation whose steps this process takes.

use std::pin::pin;
use std::time::Duration;

use aws::fault::Fault;
use aws_services::operation_report::OperationReport;
use aws_services::{OperationRun, OperationStep};
use futures::future::{Either, select};
use service::outcome::OperationOutcome;
use service::reason::OperationReason;
use service::request::OperationRequest;

use super::display::OperationDisplay;
use super::error::OperationError;
use super::session::Session;
use super::watched::Watched;
use super::{end_of, text};
use crate::exit::Exit;
use crate::output::printing;
use crate::termination::Termination;

/// End of a command for one service.
pub(super) struct End {
    pub(super) exit: Exit,
}

/// Begins an operation, and takes its steps until it ends.
pub(super) async fn run_here(
    session: &Session,
    request: OperationRequest,
    json: bool,
) -> Result<End, OperationError> {
    let kind = request.kind;
    let run = OperationRun::beginning(request, session.by.clone());
    let report = OperationReport::new(run.name(), Some(kind));
    let report = take_to_the_end(session, run, report).await?;
    print(&report, json).map_or_else(|| Ok(end_of(report.outcome)), |exit| Ok(End { exit }))
}

/// Takes steps until the operation ends, or until Ctrl-C or SIGTERM.
///
/// The step in progress is finished first. A second signal ends it where it is, as a kill would.
///
/// # Errors
///
/// A call that is denied, or that AWS calls invalid. Waiting would not help.
pub(super) async fn take_to_the_end(
    session: &Session,
    mut run: OperationRun,
    mut report: OperationReport,
) -> Result<OperationReport, OperationError> {
    let mut termination = Termination::new();
    let mut display = OperationDisplay::start();
    let mut watched = Watched::default();
    let ended = loop {
        let step = match next_step(session, &mut run, &mut termination).await {
            Either::Left(step) => step,
            Either::Right(step) => {
                step.iter().for_each(|step| report.add(step));
                report.outcome = OperationOutcome::Interrupted;
                break Ok(report);
            }
        };
        report.add(&step);
        session.observe(run.name(), &step, &report).await;
        watched.look(&step.seen);
        display.show(&step);
        match &step.fault {
            Some(fault @ (Fault::Denied(_) | Fault::Bug(_) | Fault::Malformed(_))) => {
                break Err(open_fault(&run, fault));
            }
            _ if step.decision.reason == OperationReason::NoOperation => {
                // Another process has taken the last steps.
                watched.finish(&mut report);
                break Ok(report);
            }
            _ if step.is_last() => break Ok(report),
            _ => {}
        }
        if is_interrupted(session, &step, &mut termination).await {
            report.outcome = OperationOutcome::Interrupted;
            break Ok(report);
        }
    };
    display.end();
    ended
}

/// Takes the next step. On the right is the step that a signal interrupted, if it could be finished.
async fn next_step(
    session: &Session,
    run: &mut OperationRun,
    termination: &mut Termination,
) -> Either<OperationStep, Option<OperationStep>> {
    let step = pin!(run.step(&session.stepper));
    let unfinished = {
        let requested = pin!(termination.requested());
        match select(step, requested).await {
            Either::Left((step, _)) => return Either::Left(step),
            Either::Right(((), unfinished)) => unfinished,
        }
    };
    printing::report("finishing the step in progress; a second signal ends it at once\n");
    let again = pin!(termination.requested());
    match select(unfinished, again).await {
        Either::Left((step, _)) => Either::Right(Some(step)),
        Either::Right(_) => Either::Right(None),
    }
}

/// Waits until the next step is due. Returns true if a signal came first.
async fn is_interrupted(
    session: &Session,
    step: &OperationStep,
    termination: &mut Termination,
) -> bool {
    let Some(next) = step.next else { return false };
    let wait = Duration::try_from(next.duration_since(session.stepper.now())).unwrap_or_default();
    let sleep = pin!(session.stepper.clients().aws.clock.sleep(wait));
    let requested = pin!(termination.requested());
    matches!(select(sleep, requested).await, Either::Right(_))
}

/// Returns the error of a call that cannot succeed. Once an operation has begun, the error says how to go on.
fn open_fault(run: &OperationRun, fault: &Fault) -> OperationError {
    let name = run.name();
    if !run.has_begun() {
        return OperationError::Call(fault.clone());
    }
    OperationError::Call(Fault::Denied(format!(
        "{fault}\nThe operation is open. To go on: ebb operations follow {0}/{1}; to restore: ebb operations undo {0}/{1}",
        name.cluster, name.service
    )))
}

/// Prints the report of an operation. Returns an exit code if the output cannot be written.
pub(super) fn print(report: &OperationReport, json: bool) -> Option<Exit> {
    if json {
        return printing::print(&format!("{:#}\n", report.to_json()));
    }
    match report.outcome {
        OperationOutcome::Interrupted => printing::print(&text::interrupted(report)),
        _ => printing::print(&text::ended(report)),
    }
}
