//! Operations in progress: their list, and the next steps of all of them.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws::config::ServedClusters;
use aws::fault::Fault;
use aws::limits::UNLIMITED_AGE;
use aws::memory::ExpiringMap;
use futures::StreamExt;
use futures::stream;
use jiff::Timestamp;
use service::decision::OperationAction;
use service::memory::OperationMemory;
use service::observation::Answered;
use service::reason::OperationReason;
use service::record::OperationRecord;
use service::request::OperationRequest;

use crate::act::ServiceName;
use crate::limits::{BEGIN_TIME, OPERATIONS_AT_ONCE, REMEMBERED_OPERATIONS, STEPS_IN_A_ROW};
use crate::operation_log::{fingerprint, log_step};
use crate::operation_observer::{ObservedStep, OperationObserver};
use crate::operation_report::OperationReport;
use crate::step::{OperationRun, OperationStep};
use crate::stepper::Stepper;

/// The operations of a process.
pub struct Operations {
    stepper: Stepper,
    clusters: ServedClusters,
    remembered: Mutex<ExpiringMap<RememberedOperation>>,
    observer: Option<Arc<dyn OperationObserver>>,
}

/// Facts about an operation from its last step in this process.
#[derive(Debug, Clone)]
struct RememberedOperation {
    memory: OperationMemory,
    report: OperationReport,
    logged: String,
}

impl fmt::Debug for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operations").finish_non_exhaustive()
    }
}

impl Operations {
    /// Creates the operations of a process that serves these clusters.
    pub fn new(stepper: Stepper, clusters: ServedClusters) -> Self {
        let remembered = ExpiringMap::new(REMEMBERED_OPERATIONS, UNLIMITED_AGE);
        Self { stepper, clusters, remembered: Mutex::new(remembered), observer: None }
    }

    /// Returns these operations with an observer of their steps.
    #[must_use]
    pub fn with_observer(self, observer: Option<Arc<dyn OperationObserver>>) -> Self {
        Self { observer, ..self }
    }

    /// Returns the stepper.
    pub fn stepper(&self) -> &Stepper {
        &self.stepper
    }

    /// Returns true if this process serves the cluster.
    pub fn serve(&self, cluster: &str) -> bool {
        self.clusters.include(cluster)
    }

    /// Returns the services of the served clusters that have a record or a state.
    ///
    /// # Errors
    ///
    /// The fault of a page that was not answered.
    pub async fn open(&self) -> Result<Vec<ServiceName>, Fault> {
        let names = self.stepper.clients.parameters.names_below(OperationRecord::PATH).await?;
        let services: BTreeSet<ServiceName> =
            names.iter().filter_map(|name| service_of_parameter(name)).collect();
        Ok(services.into_iter().filter(|name| self.serve(&name.cluster)).collect())
    }

    /// Begins an operation: takes steps until its record exists, or until it is refused. While AWS is busy the steps are tried again for
    /// [`BEGIN_TIME`].
    ///
    /// The last step is returned with the report so far.
    pub async fn begin(
        &self,
        request: OperationRequest,
        by: String,
    ) -> (OperationStep, OperationReport) {
        let mut run = OperationRun::beginning(request, by);
        let until = self.stepper.now() + BEGIN_TIME;
        let mut steps = 0;
        loop {
            let (step, report) = self.step(&mut run).await;
            steps += 1;
            let can_retry = matches!(step.fault, None | Some(Fault::Busy(_)));
            let is_settled = step.is_last() || !can_retry || run.has_begun();
            let now = self.stepper.now();
            let next = step.next.unwrap_or(now);
            if is_settled || steps >= STEPS_IN_A_ROW || next > until {
                return (step, report);
            }
            let wait = Duration::try_from(next.duration_since(now)).unwrap_or_default();
            self.stepper.clients.aws.clock.sleep(wait).await;
        }
    }

    /// Takes the operations of these services further until each has ended, or its next step is due after `until`.
    pub async fn advance_all(&self, services: Vec<ServiceName>, until: Timestamp) {
        let runs = services.into_iter().map(|name| Box::pin(self.advance(name, until)));
        stream::iter(runs).buffer_unordered(OPERATIONS_AT_ONCE).collect::<Vec<_>>().await;
    }

    /// Takes the operation of one service further until it has ended, or its next step is due after `until`.
    pub async fn advance(&self, name: ServiceName, until: Timestamp) -> OperationReport {
        let memory =
            self.remembered().get(&key(&name), self.stepper.now()).map(|it| it.memory.clone());
        let mut run = OperationRun::of_record(name, memory.unwrap_or_default());
        let mut in_a_row = 0;
        loop {
            let (step, report) = self.step(&mut run).await;
            in_a_row = if step.next.is_some() { 0 } else { in_a_row + 1 };
            let now = self.stepper.now();
            let next = step.next.unwrap_or(now);
            if step.is_last() || next > until || now >= until || in_a_row >= STEPS_IN_A_ROW {
                return report;
            }
            let wait = Duration::try_from(next.duration_since(now)).unwrap_or_default();
            self.stepper.clients.aws.clock.sleep(wait).await;
        }
    }

    /// Takes one step, logs it if it is new, and remembers it.
    ///
    /// A step that does not begin its operation is not remembered: another operation on the service may be open.
    async fn step(&self, run: &mut OperationRun) -> (OperationStep, OperationReport) {
        let name = run.name().clone();
        let had_begun = run.has_begun();
        let step = run.step(&self.stepper).await;
        let before = self.remembered().get(&key(&name), step.at).filter(|_| had_begun).cloned();
        let new = || OperationReport::new(&name, run.kind());
        let mut report = before.as_ref().map_or_else(new, |it| it.report.clone());
        report.add(&step);
        let logged = fingerprint(&step);
        let is_new = before.as_ref().is_none_or(|before| before.logged != logged);
        if is_new && !is_reported(&step) && !has_ended_elsewhere(&step, before.as_ref()) {
            let known = before.map(|it| it.report.notes).unwrap_or_default();
            log_step(&name, &step, &report, &known);
        }
        if let Some(observer) = &self.observer {
            observer.stepped(ObservedStep { name: &name, step: &step, report: &report }).await;
        }
        // A shutdown ends and keeps its record, so later steps find its end again. It is logged once.
        let keeps_record = step.decision.actions.is_empty() && step.seen.record != Answered::Absent;
        if run.has_begun() && step.is_last() && !keeps_record {
            self.remembered().remove(&key(&name));
        } else if run.has_begun() {
            let memory = run.memory().clone();
            let kept = RememberedOperation { memory, report: report.clone(), logged };
            self.remembered().insert(key(&name), kept, step.at);
        }
        (step, report)
    }

    fn remembered(&self) -> MutexGuard<'_, ExpiringMap<RememberedOperation>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns true if the record that this process has seen is gone. The process that deleted it has logged the end.
fn has_ended_elsewhere(step: &OperationStep, before: Option<&RememberedOperation>) -> bool {
    let is_gone = step.seen.record == Answered::Absent && step.decision.actions.iter().all(is_wait);
    is_gone && before.is_some_and(|it| it.report.has_record())
}

fn is_wait(action: &OperationAction) -> bool {
    matches!(action, OperationAction::Wait { .. })
}

/// Returns true for a look at a shutdown that has ended. The step that ended it was logged.
fn is_reported(step: &OperationStep) -> bool {
    let has_ended = matches!(step.decision.reason, OperationReason::ShutDown(_));
    has_ended && step.decision.actions.is_empty()
}

fn key(name: &ServiceName) -> String {
    format!("{}/{}", name.cluster, name.service)
}

/// Returns the service of a parameter `/ebb/operations/<cluster>/<service>/before` or `…/state`.
pub fn service_of_parameter(parameter: &str) -> Option<ServiceName> {
    let rest = parameter.strip_prefix(OperationRecord::PATH)?;
    match rest.split('/').collect::<Vec<_>>().as_slice() {
        [cluster, service, "before" | "state"] => {
            Some(ServiceName { cluster: (*cluster).to_owned(), service: (*service).to_owned() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_of_another_tool_below_the_path_is_ignored() {
        let service = |parameter| service_of_parameter(parameter).map(|name| key(&name));

        assert_eq!(service("/ebb/operations/shop/api/before").as_deref(), Some("shop/api"));
        assert_eq!(service("/ebb/operations/shop/api/state").as_deref(), Some("shop/api"));
        assert_eq!(service("/ebb/operations/shop/api/notes"), None);
        assert_eq!(service("/ebb/operations/shop/before"), None);
        assert_eq!(service("/other/shop/api/before"), None);
    }
}
