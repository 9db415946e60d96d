//! The plan of a dry run: what an operation would begin with. Nothing is written to AWS.

use aws_services::operation_report::OperationReport;
use aws_services::{OperationRun, ServiceName};
use serde_json::{Value, json};
use service::decision::{OperationAction, OperationDecision};
use service::observation::ServiceObservation;
use service::outcome::OperationOutcome;
use service::record::OperationRecord;
use service::request::OperationRequest;

use super::error::OperationError;
use super::local_run::End;
use super::session::Session;
use super::{end_of, table};
use crate::output::printing;

/// Most tasks of the table of a plan.
const ROWS: usize = 100;

/// Prints the plan of an operation.
pub(super) async fn print(
    session: &Session,
    request: OperationRequest,
    json: bool,
) -> Result<End, OperationError> {
    let shown = request.clone();
    let run = OperationRun::beginning(request, session.by.clone());
    let (seen, decision) = run.plan(&session.stepper).await;
    let text = match json {
        true => format!("{:#}\n", in_json(run.name(), &shown, &decision)),
        false => in_words(session, &shown, &seen, &decision),
    };
    if let Some(exit) = printing::print(&text) {
        return Ok(End { exit });
    }
    // A plan that would begin is a success of the dry run.
    let outcome = match decision.outcome {
        OperationOutcome::Open => OperationOutcome::Done,
        outcome => outcome,
    };
    Ok(end_of(outcome))
}

/// Returns the plan as JSON.
pub(super) fn in_json(
    name: &ServiceName,
    request: &OperationRequest,
    decision: &OperationDecision,
) -> Value {
    let mut plan = OperationReport::new(name, Some(request.kind)).to_json();
    plan["dry_run"] = true.into();
    plan["outcome"] = json!(decision.outcome);
    plan["reason"] = decision.reason.code().into();
    plan["message"] = decision.reason.to_string().into();
    plan["request"] = request.to_json();
    plan["actions"] = decision.actions.iter().map(ToString::to_string).collect();
    plan["notes"] = decision.notes.iter().map(ToString::to_string).collect();
    if let Some(record) = record_of(decision) {
        plan["tasks"] = record.tasks.into();
        plan["tasks_left"] = record.tasks.into();
        plan["original_desired_count"] = json!(record.desired_count);
    }
    plan
}

fn in_words(
    session: &Session,
    request: &OperationRequest,
    seen: &ServiceObservation,
    decision: &OperationDecision,
) -> String {
    let OperationRequest { kind, cluster, service, .. } = request;
    let account = session.account.as_deref().unwrap_or("unknown");
    let mut text =
        format!("plan: {kind} of {cluster}/{service} in account {account}; nothing is changed\n");
    if let Some(found) = seen.service.present() {
        text.push_str(&format!(
            "  desired count {}, running {}, controller {}\n",
            found.desired_count, found.running_count, found.controller
        ));
    }
    match record_of(decision) {
        Some(record) => text.push_str(&of_record(record)),
        None => text.push_str(&format!("  {}\n", decision.reason)),
    }
    for note in &decision.notes {
        text.push_str(&format!("  note: {note}\n"));
    }
    if let Some(tasks) = table::of_tasks(seen, session.stepper.now(), ROWS) {
        text.push('\n');
        text.push_str(&tasks);
    }
    text
}

/// Returns the record that the operation would begin with.
fn record_of(decision: &OperationDecision) -> Option<&OperationRecord> {
    decision.actions.iter().find_map(|action| match action {
        OperationAction::CreateRecord(record) => Some(&**record),
        _ => None,
    })
}

/// Returns the lines about the things that the operation would change, and restore at its end.
fn of_record(record: &OperationRecord) -> String {
    let mut text = format!("  would begin with the record {}\n", record.id());
    text.push_str(&format!("  tasks to replace: {}\n", record.tasks));
    if let Some(count) = record.desired_count {
        text.push_str(&format!("  changes the desired count, and restores {count}\n"));
    }
    if let Some(scaling) = record.scaling {
        text.push_str(&format!(
            "  suspends scaling, and restores the bounds {} to {} with their flags\n",
            scaling.min, scaling.max
        ));
    }
    if !record.protected.is_empty() {
        let protected = record.protected.len();
        let tasks = if protected == 1 { "task" } else { "tasks" };
        text.push_str(&format!("  restores the protection from scale-in of {protected} {tasks}\n"));
    }
    text
}
