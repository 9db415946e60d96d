//! Log of operations: each new decision once, each note once, and the end.

use std::collections::BTreeMap;

use service::observation::Answered;
use service::outcome::OperationOutcome;

use aws::fault::Fault;

use crate::act::ServiceName;
use crate::operation_report::{OperationReport, recorded};
use crate::step::OperationStep;

/// Returns a text that changes when there is something new to log.
pub fn fingerprint(step: &OperationStep) -> String {
    let decision = &step.decision;
    let notes: Vec<&str> = decision.notes.iter().map(|note| note.code()).collect();
    let fault = step.fault.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{} {} {notes:?} {fault}", decision.outcome, decision.reason)
}

/// Sentences about an operation: the latest of each kind, by the code of the kind.
pub type NoteSentences = BTreeMap<&'static str, String>;

/// Logs a step, and those of its notes that are not among the known ones.
///
/// The caller leaves out a step whose [`fingerprint`] is that of the step before.
pub fn log_step(
    name: &ServiceName,
    step: &OperationStep,
    report: &OperationReport,
    known: &NoteSentences,
) {
    let ServiceName { cluster, service } = name;
    let reason = step.decision.reason.code();
    let outcome = step.decision.outcome.as_str();
    let kind = report.kind.map(|kind| kind.as_str());
    let operation = recorded(step).map(|(_, record)| record.id());
    let text = format!("service {service} of cluster {cluster}: {}", step.decision.reason);
    for note in &step.decision.notes {
        let (code, sentence) = (note.code(), note.to_string());
        if known.get(code) != Some(&sentence) {
            tracing::info!(target: TARGET, cluster, service, operation, kind, note = code, "service {service} of cluster {cluster}: {sentence}");
        }
    }
    match &step.fault {
        Some(fault) => return log_fault(name, reason, fault),
        None if !step.decision.outcome.is_final() => {
            let waiting = step.decision.progress.as_ref().map(ToString::to_string);
            tracing::info!(target: TARGET, cluster, service, operation, kind, reason, progress = waiting, "{text}");
            return;
        }
        None => {}
    }
    let seconds = report.seconds;
    match step.decision.outcome {
        OperationOutcome::Failed | OperationOutcome::TimedOut if is_open(step) => {
            tracing::error!(target: TARGET, cluster, service, operation, kind, outcome, reason, seconds, "{text}");
        }
        _ => {
            tracing::info!(target: TARGET, cluster, service, operation, kind, outcome, reason, seconds, "{text}");
        }
    }
}

/// Target of the log lines.
const TARGET: &str = "ebb::operation";

/// Returns true unless the operation never began. A refusal is an answer to its caller, and no operator has to act.
fn is_open(step: &OperationStep) -> bool {
    !step.decision.reason.is_refusal() && step.seen.record != Answered::Absent
}

fn log_fault(name: &ServiceName, reason: &str, fault: &Fault) {
    let ServiceName { cluster, service } = name;
    match fault {
        Fault::Busy(_) | Fault::Gone(_) => {
            tracing::warn!(target: TARGET, cluster, service, reason, "service {service} of cluster {cluster}: {fault}; will retry");
        }
        _ => {
            tracing::error!(
                target: TARGET,
                cluster,
                service,
                reason,
                "service {service} of cluster {cluster}: {fault}; check the role, then ebb goes on by itself"
            );
        }
    }
}
