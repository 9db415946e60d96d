//! The last record and state of an operation, which say how it ended.

use aws_services::operation_report::OperationReport;
use service::observation::ServiceObservation;
use service::outcome::OperationOutcome;
use service::record::OperationRecord;
use service::state::OperationState;

/// Facts about an operation from the looks at it. Another process may end it at any time.
#[derive(Default)]
pub(super) struct Watched {
    record: Option<OperationRecord>,
    state: Option<OperationState>,
}

impl Watched {
    /// Keeps the record and the state of a look.
    pub(super) fn look(&mut self, seen: &ServiceObservation) {
        if let Some(stored) = seen.record.present() {
            self.record = OperationRecord::parse(&stored.value).ok().or(self.record.take());
        }
        if let Some(stored) = seen.state.present() {
            self.state = OperationState::parse(&stored.value).ok().or(self.state.take());
        }
    }

    /// Sets the outcome of an operation whose record is gone: that of its last state, or done.
    pub(super) fn finish(self, report: &mut OperationReport) {
        let id = self.record.as_ref().map(OperationRecord::id);
        let state = self.state.filter(|state| Some(&state.operation) == id.as_ref());
        let Some(state) = state else { return done(report) };
        if let Some(cancellation) = state.cancelled {
            report.outcome = OperationOutcome::Cancelled;
            report.message = format!("cancelled by {}", cancellation.by);
        } else if let Some(cause) = state.stopped {
            report.outcome = cause.outcome;
            report.message = cause.sentence;
        } else {
            done(report);
        }
    }
}

fn done(report: &mut OperationReport) {
    report.outcome = OperationOutcome::Done;
    report.reason = "ended";
    report.message = "the record is gone, so the operation has ended".to_owned();
    report.tasks_left = 0;
}
