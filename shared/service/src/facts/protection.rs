//! Protection from scale-in: whose it is, and what it must become.
//!
//! AWS does not say who protects a task. ebb protects for 60 minutes from a time after the operation's start. So a
//! protection that ends before start + 60 minutes, or later than 60 minutes from now, is another owner's. A protection
//! that the record has, with the same end, is another owner's too.
//!
//! A protection that another owner sets during the operation looks like ebb's in its last 62 minutes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::decision::OperationAction;
use crate::limits::{
    CLOCK_SKEW, PROTECTION, PROTECTION_HOLDS, PROTECTION_RENEWAL, TASKS_PER_PROTECTION_CALL,
};
use crate::moment::{after, before};
use crate::observation::{ObservedTask, TaskStatus};
use crate::record::OperationRecord;

/// Owner of a task's protection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProtectionOwner {
    /// The task is not protected.
    None,
    /// ebb protects the task until this time.
    Ebb(Timestamp),
    /// Another owner protects the task until this time.
    Other(Option<Timestamp>),
}

/// Protection of all tasks of a service, at one look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Protections<'a> {
    /// Protected tasks by ARN, with the end of their protection.
    pub(crate) found: &'a BTreeMap<String, Option<Timestamp>>,
    /// Record of the operation.
    pub(crate) record: &'a OperationRecord,
    /// Start of the operation.
    pub(crate) started: Timestamp,
    /// Time of the look.
    pub(crate) now: Timestamp,
}

impl Protections<'_> {
    /// Returns the owner of a task's protection.
    pub(crate) fn owner(&self, task: &ObservedTask) -> ProtectionOwner {
        let Some(until) = self.found.get(&task.arn) else { return ProtectionOwner::None };
        let Some(until) = *until else { return ProtectionOwner::Other(None) };
        if until <= self.now {
            return ProtectionOwner::None;
        }
        let recorded = self.record.protected.get(task.id());
        let as_recorded = recorded.is_some_and(|at| at.as_second() == until.as_second());
        let earliest = before(after(self.started, PROTECTION), CLOCK_SKEW);
        let latest = after(after(self.now, PROTECTION), CLOCK_SKEW);
        if as_recorded || until < earliest || until > latest {
            ProtectionOwner::Other(Some(until))
        } else {
            ProtectionOwner::Ebb(until)
        }
    }

    /// Returns true if another owner protects the task.
    pub(crate) fn is_of_others(&self, task: &ObservedTask) -> bool {
        matches!(self.owner(task), ProtectionOwner::Other(_))
    }

    /// Returns the actions after which ECS can stop these tasks, and no other running task, to scale in.
    pub(crate) fn all_but(
        &self,
        tasks: &[ObservedTask],
        leavers: &[&ObservedTask],
    ) -> Vec<OperationAction> {
        let leaves = |task: &ObservedTask| leavers.iter().any(|it| it.arn == task.arn);
        let runs = |task: &&ObservedTask| task.is_kept() && task.last_status == TaskStatus::Running;
        let stay = tasks.iter().filter(runs).filter(|task| !leaves(task));
        let protect = stay.filter(|task| self.needs_protection(task)).map(|task| &task.arn);
        let is_ours = |task: &&&ObservedTask| matches!(self.owner(task), ProtectionOwner::Ebb(_));
        let unprotect = leavers.iter().filter(is_ours).map(|task| &task.arn);
        protects(protect.cloned().collect())
            .into_iter()
            .chain(unprotects(unprotect.cloned().collect()))
            .collect()
    }

    /// Returns the actions that renew ebb's protection while ECS has not yet chosen the tasks to stop.
    pub(crate) fn renewals(&self, tasks: &[ObservedTask]) -> Vec<OperationAction> {
        let is_ours = |task: &&ObservedTask| {
            task.is_kept() && matches!(self.owner(task), ProtectionOwner::Ebb(_))
        };
        let ours = tasks.iter().filter(is_ours).filter(|task| self.needs_protection(task));
        protects(ours.map(|task| task.arn.clone()).collect())
    }

    /// Returns the actions after which every protection is as recorded. Empty if it is.
    ///
    /// A protection that ebb took over gets its end back, in minutes rounded up. If that end has passed, it ends now.
    pub(crate) fn restore(&self, tasks: &[ObservedTask]) -> Vec<OperationAction> {
        let (mut unprotect, mut actions) = (Vec::new(), Vec::new());
        for task in tasks.iter().filter(|task| task.is_kept()) {
            let ProtectionOwner::Ebb(until) = self.owner(task) else { continue };
            match self.record.protected.get(task.id()).filter(|end| **end > self.now) {
                Some(end) if until <= after(*end, PROTECTION_ROUNDING) && until >= *end => {}
                Some(end) => actions.push(OperationAction::ProtectTasks {
                    tasks: vec![task.arn.clone()],
                    minutes: minutes_until(*end, self.now),
                }),
                None => unprotect.push(task.arn.clone()),
            }
        }
        actions.extend(unprotects(unprotect));
        actions
    }

    fn needs_protection(&self, task: &ObservedTask) -> bool {
        let lasts = |until: Timestamp, length| until >= after(self.now, length);
        match self.owner(task) {
            ProtectionOwner::None => true,
            ProtectionOwner::Ebb(until) => !lasts(until, PROTECTION_RENEWAL),
            ProtectionOwner::Other(until) => {
                until.is_some_and(|until| !lasts(until, PROTECTION_HOLDS))
            }
        }
    }
}

/// 61 seconds by which a restored protection may end later than before: the API takes whole minutes.
const PROTECTION_ROUNDING: std::time::Duration = std::time::Duration::from_secs(61);

fn minutes_until(end: Timestamp, now: Timestamp) -> u32 {
    let seconds = end.as_second().saturating_sub(now.as_second()).max(1);
    u32::try_from((seconds + 59) / 60).unwrap_or(1)
}

fn protects(tasks: Vec<String>) -> Vec<OperationAction> {
    let minutes = u32::try_from(PROTECTION.as_secs() / 60).unwrap_or(60);
    let chunks = tasks.chunks(TASKS_PER_PROTECTION_CALL);
    chunks.map(|tasks| OperationAction::ProtectTasks { tasks: tasks.to_vec(), minutes }).collect()
}

fn unprotects(tasks: Vec<String>) -> Vec<OperationAction> {
    let chunks = tasks.chunks(TASKS_PER_PROTECTION_CALL);
    chunks.map(|tasks| OperationAction::UnprotectTasks { tasks: tasks.to_vec() }).collect()
}
