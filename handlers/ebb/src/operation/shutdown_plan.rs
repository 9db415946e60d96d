//! The plan of a shutdown: the number of services and tasks, and what happens to each service.

use aws_services::ServiceName;
use aws_services::operation_report::OperationReport;
use serde_json::Value;
use service::decision::OperationDecision;
use service::observation::ServiceObservation;
use service::outcome::OperationOutcome;
use service::reason::{OperationReason, OperationRefusal};
use service::request::OperationRequest;

use super::plan;
use super::session::Session;
use super::table::aligned;
use super::text::count;
use crate::exit::Exit;

/// A service with its request, its answers and the decision about it.
type Planned = (OperationRequest, ServiceObservation, OperationDecision);

/// The plans of all services in the scope.
pub(super) struct ScopePlan(Vec<Planned>);

impl ScopePlan {
    /// Creates the plan of a scope.
    pub(super) fn new(planned: Vec<Planned>) -> Self {
        Self(planned)
    }

    fn begins(planned: &&Planned) -> bool {
        planned.2.outcome == OperationOutcome::Open
    }

    /// Returns the line with the number of services and tasks, for the first line of every shutdown.
    pub(super) fn number(&self, session: &Session, cluster: &str) -> String {
        let begin: Vec<_> = self.0.iter().filter(Self::begins).collect();
        let tasks: usize = begin.iter().map(|it| left(&it.1)).sum();
        let account = session.account.as_deref().unwrap_or("unknown");
        format!(
            "shutdown of {} with {} in cluster {cluster} of account {account}\n",
            count(begin.len(), "service"),
            count(tasks, "task")
        )
    }

    /// Returns the plan as a table.
    pub(super) fn in_words(&self, session: &Session, cluster: &str) -> String {
        let mut text = self.number(session, cluster);
        let mut rows = vec![["SERVICE", "DESIRED", "TASKS", "PLAN"].map(str::to_owned)];
        for (request, seen, decision) in &self.0 {
            let desired = seen.service.present().map(|it| it.desired_count.to_string());
            let mut plan = match decision.outcome {
                OperationOutcome::Open => "record, suspend scaling, 0 tasks".to_owned(),
                _ => decision.reason.to_string(),
            };
            for note in &decision.notes {
                plan.push_str(&format!("; {note}"));
            }
            let desired = desired.unwrap_or_else(|| "-".to_owned());
            rows.push([request.service.clone(), desired, left(seen).to_string(), plan]);
        }
        text.push_str(&aligned(&rows));
        text.push_str("nothing is changed; to shut down, repeat the command with --yes\n");
        text
    }

    /// Returns the plan as JSON, one document for each service.
    pub(super) fn in_json(&self) -> Vec<Value> {
        let document =
            |(request, _, decision): &Planned| plan::in_json(&name_of(request), request, decision);
        self.0.iter().map(document).collect()
    }

    /// Returns the exit code of a dry run: that of a success unless a service would be refused.
    pub(super) fn exit(&self, lists_daemons: bool) -> Exit {
        let fails = |(_, _, decision): &Planned| {
            let is_listed = lists_daemons && is_daemon(decision);
            decision.outcome == OperationOutcome::Failed && !is_listed
        };
        if self.0.iter().any(fails) { Exit::Unsuccessful } else { Exit::NothingLost }
    }

    /// Returns the requests to carry out, and a report of each service for which there is nothing to do.
    ///
    /// A DAEMON service whose name was not given has nothing that a shutdown can do.
    pub(super) fn divided(
        self,
        lists_daemons: bool,
    ) -> (Vec<OperationRequest>, Vec<OperationReport>) {
        let (mut requests, mut reports) = (Vec::new(), Vec::new());
        for (request, _, decision) in self.0 {
            if !(lists_daemons && is_daemon(&decision)) {
                requests.push(request);
                continue;
            }
            let mut report = OperationReport::new(&name_of(&request), Some(request.kind));
            report.outcome = OperationOutcome::NothingToDo;
            report.reason = decision.reason.code();
            report.message = decision.reason.to_string();
            reports.push(report);
        }
        (requests, reports)
    }
}

fn left(seen: &ServiceObservation) -> usize {
    let tasks = seen.tasks.present().map(Vec::as_slice).unwrap_or_default();
    tasks.iter().filter(|task| !task.has_ended()).count()
}

fn is_daemon(decision: &OperationDecision) -> bool {
    decision.reason == OperationReason::Refused(OperationRefusal::DaemonRuns)
}

fn name_of(request: &OperationRequest) -> ServiceName {
    ServiceName { cluster: request.cluster.clone(), service: request.service.clone() }
}
