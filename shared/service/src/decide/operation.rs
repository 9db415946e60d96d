//! An open operation: its record and state, the service, and the time.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::facts::failure::placement_failure;
use crate::facts::health::{Targets, TaskHealth, health};
use crate::facts::protection::{ProtectionOwner, Protections};
use crate::facts::rollout::running_deployment;
use crate::facts::scope::{Scope, is_new};
use crate::facts::stability::{fingerprint, gaps};
use crate::gap::StabilityGap;
use crate::kind::OperationKind;
use crate::limits::{LOOK_INTERVAL, SECOND_LOOK};
use crate::memory::{OperationMemory, StableLook};
use crate::moment::after;
use crate::note::OperationNote;
use crate::observation::{
    ObservedScalableTarget, ObservedService, ObservedServiceDeployment, ObservedTask,
};
use crate::progress::OperationProgress;
use crate::record::OperationRecord;
use crate::request::StopMethod;
use crate::state::OperationState;

use super::situation::{Row, Situation};

/// An open operation at one look.
#[derive(Debug)]
pub(super) struct Operation<'a> {
    pub(super) record: &'a OperationRecord,
    pub(super) state: &'a OperationState,
    /// Start of the operation by the clock of AWS.
    pub(super) started: Timestamp,
    pub(super) service: &'a ObservedService,
    pub(super) tasks: &'a [ObservedTask],
    pub(super) protection: &'a BTreeMap<String, Option<Timestamp>>,
    pub(super) targets: &'a Targets,
    pub(super) scaling: Option<&'a ObservedScalableTarget>,
    pub(super) service_deployments: &'a [ObservedServiceDeployment],
    pub(super) memory: &'a OperationMemory,
    pub(super) now: Timestamp,
}

/// The proof of stability: two looks that saw the same stable service.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Proof {
    /// Something is missing.
    Missing(Vec<StabilityGap>),
    /// Nothing is missing, and a second look must confirm it.
    Once(StableLook),
    /// Nothing was missing at two looks.
    Twice(StableLook),
}

impl<'a> Operation<'a> {
    pub(super) fn scope(&self) -> Scope<'_> {
        Scope::new(&self.record.request, self.started)
    }

    pub(super) fn protections(&self) -> Protections<'_> {
        let (found, record) = (self.protection, self.record);
        Protections { found, record, started: self.started, now: self.now }
    }

    pub(super) fn kept(&self) -> impl Iterator<Item = &'a ObservedTask> {
        self.tasks.iter().filter(|task| task.is_kept())
    }

    pub(super) fn health(&self, task: &ObservedTask) -> TaskHealth {
        health(task, self.service, self.targets, self.now)
    }

    pub(super) fn running_deployment(&self) -> Option<String> {
        running_deployment(self.service, self.service_deployments)
    }

    /// Returns the desired count of the record. A record without one has 0.
    pub(super) fn recorded_count(&self) -> u32 {
        self.record.desired_count.unwrap_or_default()
    }

    /// Returns true if every difference from the recorded count can be ebb's own.
    ///
    /// Without a scalable target only people and tools change the count, and none is suspended.
    pub(super) fn began(&self) -> bool {
        self.record.scaling.is_none() || self.state.began
    }

    /// Returns the tasks that may be stopped next, in their order. Tasks that another owner protects are none.
    pub(super) fn candidates(&self) -> Vec<&'a ObservedTask> {
        let protections = self.protections();
        let left = self.scope().left(self.tasks).into_iter();
        left.filter(|task| task.is_kept() && !protections.is_of_others(task)).collect()
    }

    /// Returns the number of tasks that are left because another owner protects them. Zero while there are others.
    pub(super) fn protected_left(&self) -> usize {
        let protections = self.protections();
        let left = self.scope().left(self.tasks);
        let protected = left.iter().filter(|task| protections.is_of_others(task)).count();
        if protected == left.len() { protected } else { 0 }
    }

    /// Returns the way in which tasks are stopped.
    pub(super) fn method(&self) -> StopMethod {
        let drains = self.service.is_load_balanced() || self.service.service_connect;
        let default = if drains { StopMethod::Scheduler } else { StopMethod::StopTask };
        self.record.request.stop_with.unwrap_or(default)
    }

    /// Returns the time of the next look while ebb waits for ECS.
    pub(super) fn next_look(&self) -> Timestamp {
        after(self.now, LOOK_INTERVAL)
    }

    /// Returns the proof of stability, with this look.
    pub(super) fn proof(&self) -> Proof {
        let missing = gaps(self.service, self.tasks, self.targets, self.now);
        if !missing.is_empty() {
            return Proof::Missing(missing);
        }
        let of = fingerprint(self.service, self.tasks);
        let first = self.memory.stable.filter(|look| look.of == of && look.since <= self.now);
        match first {
            Some(look) if self.now >= after(look.since, SECOND_LOOK) => Proof::Twice(look),
            Some(look) => Proof::Once(look),
            None => Proof::Once(StableLook { since: self.now, of }),
        }
    }

    /// Returns the situation of a row, with progress and notes.
    pub(super) fn situation(&self, row: Row, waiting_for: Vec<StabilityGap>) -> Situation {
        let progress = Some(OperationProgress { waiting_for, ..self.progress() });
        Situation { row, progress, notes: self.notes(), memory: self.memory.clone() }
    }

    fn progress(&self) -> OperationProgress {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let count = |is: fn(&TaskHealth) -> bool| {
            number(self.tasks.iter().filter(|task| is(&self.health(task))).count())
        };
        let is_resumed = self.state.resuming.is_some();
        let kind = if is_resumed { OperationKind::Resume } else { self.record.request.kind };
        let left = if self.record.request.kind == OperationKind::Shutdown {
            self.tasks.iter().filter(|task| !task.has_ended()).count()
        } else {
            self.scope().left(self.tasks).len()
        };
        OperationProgress {
            kind,
            total: self.record.tasks,
            left: number(left),
            original_desired_count: self.record.desired_count,
            desired_count: self.service.desired_count,
            healthy: count(|health| *health == TaskHealth::Healthy),
            starting: count(|health| *health == TaskHealth::Starting),
            stopping: number(self.tasks.iter().filter(|task| task.is_leaving()).count()),
            waiting_for: Vec::new(),
        }
    }

    fn notes(&self) -> Vec<OperationNote> {
        let mut notes = Vec::new();
        let protections = self.protections();
        let scope = self.scope();
        let (mut tasks, mut until) = (Vec::new(), None);
        for task in scope.left(self.tasks) {
            if let ProtectionOwner::Other(end) = protections.owner(task) {
                tasks.push(task.id().to_owned());
                until = until.max(end);
            }
        }
        if !tasks.is_empty() {
            notes.push(OperationNote::ProtectedByOthers { tasks, until });
        }
        notes.extend(self.other_deployment());
        let is_starting = self.kept().any(|task| self.health(task) == TaskHealth::Starting);
        let is_short = self.kept().count() < self.service.desired_count as usize;
        if (is_starting || is_short)
            && let Some(event) = placement_failure(&self.service.events, self.started)
        {
            notes.push(OperationNote::PlacementFailure { event: event.to_owned() });
        }
        notes
    }

    /// Returns the deployment that another tool began during the operation. A restart begins one itself.
    fn other_deployment(&self) -> Option<OperationNote> {
        let mut deployments = self.service.deployments.iter();
        let is_other = self.record.request.kind != OperationKind::Restart;
        let newer = deployments.find(|it| is_other && is_new(it.created_at, self.started))?;
        Some(OperationNote::OtherDeployment { id: newer.id.clone() })
    }
}
