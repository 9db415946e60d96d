//! Operations on many services at the same time, whose steps this process takes.

use std::cell::RefCell;
use std::pin::pin;
use std::time::Duration;

use aws::fault::Fault;
use aws_services::operation_report::OperationReport;
use aws_services::{OperationRun, OperationStep};
use futures::future::{Either, join_all, select};
use service::outcome::OperationOutcome;
use service::reason::OperationReason;
use service::request::OperationRequest;
use tokio::sync::{Semaphore, watch};

use super::scope_display::ScopeDisplay;
use super::session::Session;
use super::watched::Watched;

/// Steps that are taken at the same time. Each look reads a whole service, and the request buckets serve the whole account.
const STEPS_AT_ONCE: usize = 4;

/// Many operations of one command.
pub(super) struct ScopeRun<'a> {
    session: &'a Session,
    stop: watch::Sender<bool>,
    display: RefCell<ScopeDisplay>,
    steps: Semaphore,
}

/// Handle that ends the operations after their steps in progress.
pub(super) struct Stop(watch::Sender<bool>);

impl Stop {
    /// Requests the end.
    pub(super) fn request(&self) {
        self.0.send_replace(true);
    }
}

impl<'a> ScopeRun<'a> {
    /// Creates the operations of a command.
    pub(super) fn new(session: &'a Session) -> Self {
        let display = RefCell::new(ScopeDisplay::start());
        let steps = Semaphore::new(STEPS_AT_ONCE);
        Self { session, stop: watch::Sender::new(false), display, steps }
    }

    /// Returns the handle that ends the operations.
    pub(super) fn stop(&self) -> Stop {
        Stop(self.stop.clone())
    }

    /// Carries out all requests.
    pub(super) async fn all(&self, requests: Vec<OperationRequest>) -> Vec<OperationReport> {
        let reports = join_all(requests.into_iter().map(|request| self.one(request))).await;
        self.display.borrow_mut().end();
        reports
    }

    /// Takes the steps of one operation until it ends, or until the command is stopped.
    async fn one(&self, request: OperationRequest) -> OperationReport {
        let kind = request.kind;
        let mut run = OperationRun::beginning(request, self.session.by.clone());
        let mut report = OperationReport::new(run.name(), Some(kind));
        let mut watched = Watched::default();
        let mut stopped = self.stop.subscribe();
        loop {
            let step = {
                let _permit = self.steps.acquire().await;
                if *stopped.borrow() {
                    report.outcome = OperationOutcome::Interrupted;
                    return report;
                }
                run.step(&self.session.stepper).await
            };
            report.add(&step);
            watched.look(&step.seen);
            self.display.borrow_mut().show(&report, &step);
            match &step.fault {
                Some(fault @ (Fault::Denied(_) | Fault::Bug(_) | Fault::Malformed(_))) => {
                    report.outcome = OperationOutcome::Failed;
                    report.reason = "call-failed";
                    report.message = fault.to_string();
                    return report;
                }
                _ if step.decision.reason == OperationReason::NoOperation => {
                    watched.finish(&mut report);
                    return report;
                }
                _ if step.is_last() => return report,
                _ => {}
            }
            if self.is_stopped(&step, &mut stopped).await {
                report.outcome = OperationOutcome::Interrupted;
                return report;
            }
        }
    }

    /// Waits until the next step is due. Returns true if the command was stopped before.
    async fn is_stopped(&self, step: &OperationStep, stopped: &mut watch::Receiver<bool>) -> bool {
        let Some(next) = step.next else { return *stopped.borrow() };
        let stepper = &self.session.stepper;
        let wait = Duration::try_from(next.duration_since(stepper.now())).unwrap_or_default();
        let sleep = pin!(stepper.clients().aws.clock.sleep(wait));
        let stop = pin!(stopped.wait_for(|stop| *stop));
        matches!(select(sleep, stop).await, Either::Right(_))
    }
}
