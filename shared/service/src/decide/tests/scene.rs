//! Scenes: one service with its record, its tasks and the time.
//!
//! Seconds count from [`at`]`(0)`, the start of the operation. By default the service `api` in the cluster `shop` has the
//! desired count 3, no load balancer and no scalable target, and a recycle is open.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

pub(super) use super::services::{deployment, service, service_deployment, target_group};
use super::tasks::{TaskScene, arn};
use crate::decision::{OperationAction, OperationDecision};
use crate::facts::stability::fingerprint;
use crate::intent::{Beginning, Intent};
use crate::kind::OperationKind;
use crate::limits::{DECISION_HOLDS, SECOND_LOOK};
use crate::memory::{OperationMemory, StableLook};
use crate::moment::before;
use crate::observation::*;
use crate::question::OperationQuestion;
use crate::record::{OperationRecord, RecordedScaling};
use crate::request::{OperationRequest, StopMethod};
use crate::state::{Cancellation, OperationState, StopCause};
use crate::{decide, questions};

pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 3600;
pub(super) const DAY: i64 = 86_400;

/// Returns the time `second` seconds after the start of the operation.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_442_000 + second).unwrap()
}

/// One service with its record, its tasks and the time.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) record: OperationRecord,
    pub(super) recorded: bool,
    pub(super) state: Option<OperationState>,
    pub(super) service: Option<ObservedService>,
    pub(super) tasks: Vec<TaskScene>,
    pub(super) scaling: Option<ObservedScalableTarget>,
    pub(super) scheduled_actions: Vec<ObservedScheduledAction>,
    pub(super) service_deployments: Vec<ObservedServiceDeployment>,
    pub(super) agents: BTreeMap<String, bool>,
    pub(super) deregistration_delay: Duration,
    pub(super) account: String,
    pub(super) silent: Vec<OperationQuestion>,
    pub(super) memory: OperationMemory,
    pub(super) is_proven: bool,
    pub(super) is_restored: bool,
    pub(super) asks_for_all: bool,
    pub(super) now: Timestamp,
}

/// Returns the scene of an open operation of this kind.
pub(super) fn scene_of(kind: OperationKind) -> Scene {
    let record = OperationRecord {
        request: OperationRequest::new(kind, "shop", "api"),
        by: "ann".to_owned(),
        at: at(0),
        tasks: 3,
        desired_count: (kind == OperationKind::Recycle).then_some(3),
        scaling: None,
        protected: BTreeMap::new(),
        scheduled_actions: None,
    };
    Scene {
        record,
        recorded: true,
        state: None,
        service: Some(service()),
        tasks: Vec::new(),
        scaling: None,
        scheduled_actions: Vec::new(),
        service_deployments: Vec::new(),
        agents: BTreeMap::new(),
        deregistration_delay: Duration::from_secs(300),
        account: "111122223333".to_owned(),
        silent: Vec::new(),
        memory: OperationMemory::default(),
        is_proven: true,
        is_restored: true,
        asks_for_all: false,
        now: at(5 * MINUTE),
    }
}

/// Returns the scene of an open recycle.
pub(super) fn scene() -> Scene {
    scene_of(OperationKind::Recycle)
}

/// The operation and the time.
impl Scene {
    pub(super) fn now(mut self, second: i64) -> Self {
        self.now = at(second);
        self
    }

    pub(super) fn asking(mut self, change: impl FnOnce(&mut OperationRequest)) -> Self {
        change(&mut self.record.request);
        self
    }

    /// Asks for a recycle without `maintain_service_state`.
    pub(super) fn shrinking(self) -> Self {
        self.asking(|request| request.maintain_service_state = false)
    }

    pub(super) fn batch(self, batch: u32) -> Self {
        self.asking(|request| request.batch = batch)
    }

    pub(super) fn stopping_with(self, method: StopMethod) -> Self {
        self.asking(|request| request.stop_with = Some(method))
    }

    pub(super) fn recorded(mut self, change: impl FnOnce(&mut OperationRecord)) -> Self {
        change(&mut self.record);
        self
    }

    pub(super) fn in_state(mut self, change: impl FnOnce(&mut OperationState)) -> Self {
        let mut state = self.state.take().unwrap_or_else(|| OperationState::new(&self.record));
        change(&mut state);
        self.state = Some(state);
        self
    }

    pub(super) fn cancelled(self) -> Self {
        let cancellation = Cancellation { by: "ann".to_owned(), at: at(MINUTE) };
        self.in_state(|state| state.cancelled = Some(cancellation))
    }

    pub(super) fn stopped(self, code: &str) -> Self {
        let cause = StopCause {
            outcome: crate::outcome::OperationOutcome::Failed,
            code: code.to_owned(),
            sentence: "task new-1 failed".to_owned(),
            at: at(MINUTE),
        };
        self.in_state(|state| state.stopped = Some(cause))
    }

    /// Makes this the first look at the service.
    pub(super) fn at_first_sight(mut self) -> Self {
        self.is_proven = false;
        self
    }

    pub(super) fn with_memory(mut self, memory: OperationMemory) -> Self {
        self.memory = memory;
        self
    }
}

/// The answers of AWS.
impl Scene {
    pub(super) fn with(mut self, task: TaskScene) -> Self {
        self.tasks.push(task);
        self
    }

    pub(super) fn with_all(mut self, tasks: impl IntoIterator<Item = TaskScene>) -> Self {
        self.tasks.extend(tasks);
        self
    }

    pub(super) fn serving(mut self, change: impl FnOnce(&mut ObservedService)) -> Self {
        change(self.service.as_mut().unwrap());
        self
    }

    pub(super) fn desired(self, count: u32) -> Self {
        self.serving(|service| service.desired_count = count)
    }

    pub(super) fn behind_a_load_balancer(self) -> Self {
        let balancer = ObservedLoadBalancer { target_groups: vec![target_group()] };
        self.serving(|service| service.load_balancers = vec![balancer])
    }

    pub(super) fn with_event(self, second: i64, message: &str) -> Self {
        let event = ObservedEvent { at: at(second), message: message.to_owned() };
        self.serving(|service| service.events.push(event))
    }

    pub(super) fn without_service(mut self) -> Self {
        self.service = None;
        self
    }

    /// Records a scalable target with these bounds and active scaling. ebb has suspended it and checked the count.
    pub(super) fn scaled(mut self, min: u32, max: u32) -> Self {
        self.record.scaling =
            Some(RecordedScaling { min, max, suspended: SuspendedScaling::default() });
        self.scaling =
            Some(ObservedScalableTarget { min, max: max.max(4), suspended: SuspendedScaling::ALL });
        self.in_state(|state| state.began = true)
    }

    pub(super) fn with_target(mut self, min: u32, max: u32, suspended: SuspendedScaling) -> Self {
        self.scaling = Some(ObservedScalableTarget { min, max, suspended });
        self
    }

    pub(super) fn with_service_deployment(mut self, found: ObservedServiceDeployment) -> Self {
        self.service_deployments.push(found);
        self
    }

    /// Makes AWS answer a question with an error.
    pub(super) fn silent_about(mut self, question: OperationQuestion) -> Self {
        self.silent.push(question);
        self
    }
}

/// Decisions.
impl Scene {
    /// Returns the decision of the next step. Only the fields that the questions name are filled.
    pub(super) fn decided(&self) -> OperationDecision {
        self.decided_for(&Intent::Step)
    }

    /// Returns the decision about the beginning of the operation, without a record.
    pub(super) fn begun(&self) -> OperationDecision {
        let scene = Self { recorded: false, ..self.clone() };
        scene.decided_for(&self.intent())
    }

    pub(super) fn intent(&self) -> Intent {
        let request = self.record.request.clone();
        Intent::Begin(Beginning { request, by: self.record.by.clone() })
    }

    pub(super) fn decided_for(&self, intent: &Intent) -> OperationDecision {
        let seen = self.observed(intent);
        let mut memory = self.memory.clone();
        memory.restored_since = self.is_restored.then(|| before(self.now, DECISION_HOLDS));
        if let (true, Answered::Present(service), Answered::Present(tasks)) =
            (self.is_proven, &seen.service, &seen.tasks)
        {
            let since = before(self.now, SECOND_LOOK);
            memory.stable = Some(StableLook { since, of: fingerprint(service, tasks) });
        }
        decide(intent, &seen, &memory, self.now)
    }

    /// Returns what a caller observes that answers the questions, and nothing else.
    pub(super) fn observed(&self, intent: &Intent) -> ServiceObservation {
        let mut seen = ServiceObservation::new("shop", "api");
        for _ in 0..9 {
            let open = questions(intent, &seen, self.now);
            if open.is_empty() {
                let rest = super::answers::REST.into_iter().filter(|_| self.asks_for_all);
                rest.for_each(|question| self.answer(question, &mut seen));
                return seen;
            }
            open.into_iter().for_each(|question| self.answer(question, &mut seen));
        }
        panic!("the questions have no end: {:?}", questions(intent, &seen, self.now));
    }

    fn answer(&self, question: OperationQuestion, seen: &mut ServiceObservation) {
        super::answers::answer(self, question, seen);
    }

    pub(super) fn actions(&self) -> Vec<OperationAction> {
        self.decided().actions
    }
}

/// Returns the action that waits until this second.
pub(super) fn wait(second: i64) -> OperationAction {
    OperationAction::Wait { until: at(second) }
}

/// Returns the actions that set the desired count, 5 minutes after the start.
pub(super) fn set(count: u32) -> Vec<OperationAction> {
    vec![OperationAction::SetDesiredCount { count }, wait(5 * MINUTE + 5)]
}

/// Returns the action that protects tasks.
pub(super) fn protect(names: &[&str]) -> OperationAction {
    let tasks = names.iter().map(|name| arn(name)).collect();
    OperationAction::ProtectTasks { tasks, minutes: 60 }
}

/// Returns the action that ends the protection of tasks.
pub(super) fn unprotect(names: &[&str]) -> OperationAction {
    OperationAction::UnprotectTasks { tasks: names.iter().map(|name| arn(name)).collect() }
}

pub(super) fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}
