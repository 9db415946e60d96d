//! Mistakes in an observation or in the policy, before `decide` sees them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use drain::observation::{Described, Observation, Seen, Status};
use drain::policy::Policy;
use drain::signal::Purpose;
use drain::task::{Owner, Task};
use drain::trigger::{Trigger, TriggerKind, Triggers};
use jiff::Timestamp;

use super::mutant::Mutant;

/// Global timeout of a hook that never ends, ten years.
const ENDLESS: Duration = Duration::from_secs(10 * 365 * 86_400);

/// Age of an event that just arrived, 1 s.
const NEW: Duration = Duration::from_secs(1);

/// A mistake in the input of `decide` during one run.
#[derive(Debug)]
pub(super) struct ObservationChange {
    mutant: Mutant,
    /// First instance of each scheduled change. Instances of one event share its code and its start.
    first_of_change: Mutex<BTreeMap<(String, Timestamp), String>>,
}

impl ObservationChange {
    pub(super) fn new(mutant: Mutant) -> Self {
        Self { mutant, first_of_change: Mutex::default() }
    }

    /// Makes the mistake. Mutants of another kind change neither the observation nor the policy.
    pub(super) fn apply(&self, seen: &mut Observation, policy: &mut Policy, now: Timestamp) {
        match self.mutant {
            Mutant::CountsRunningTasks if described(seen).is_some_and(|it| it.tasks == 0) => {
                change_tasks(seen, |task| task.stopped = true);
            }
            Mutant::BelievesTheDesiredStatus => {
                change_tasks(seen, |task| task.stopped |= task.stopping);
            }
            Mutant::SkipsTasksWithoutStartedBy => {
                if let Seen::Present(tasks) = &mut seen.tasks {
                    tasks.retain(|task| task.owner != Owner::Standalone);
                }
            }
            Mutant::CompletesAtASecondEvent if is_second_event(seen) => {
                seen.tasks = Seen::Present(Vec::new());
                prove_empty(seen, policy, now);
            }
            Mutant::CompletesAtTheFirstLook if seen.tasks.is_answered() => {
                prove_empty(seen, policy, now);
            }
            Mutant::CompletesWhatHasNotRegistered => forget_the_launch(seen, now),
            Mutant::ReadsOneInstanceOfAHealthEvent => self.drop_change_of_another(seen),
            Mutant::TakesSilenceForAbsence => take_silence_for_absence(seen),
            Mutant::SendsHeartbeatsAfterTheEnd => hold_again(seen),
            Mutant::BelievesAnOlderEvent => make_events_new(&mut seen.triggers, now),
            Mutant::IgnoresTheGlobalTimeout => {
                if let Seen::Present(hooks) = &mut seen.hooks {
                    hooks.iter_mut().for_each(|hook| hook.global_timeout = ENDLESS);
                }
            }
            _ => {}
        }
    }

    /// Drops a scheduled change whose event named another instance first.
    fn drop_change_of_another(&self, seen: &mut Observation) {
        let Some((code, starts_at)) = seen.triggers.scheduled_change() else { return };
        let change = (code.to_owned(), starts_at);
        let mut first = self.first_of_change.lock().unwrap_or_else(PoisonError::into_inner);
        if *first.entry(change).or_insert_with(|| seen.ec2_instance.clone()) != seen.ec2_instance {
            seen.triggers = seen.triggers.without(&[TriggerKind::ScheduledChange]);
        }
    }
}

fn described(seen: &Observation) -> Option<&Described> {
    seen.container_instance.present()?.described.as_ref()
}

fn change_tasks(seen: &mut Observation, change: impl Fn(&mut Task)) {
    if let Seen::Present(tasks) = &mut seen.tasks {
        tasks.iter_mut().for_each(change);
    }
}

/// Returns true if an event takes an instance that was DRAINING before this batch.
fn is_second_event(seen: &Observation) -> bool {
    let is_draining = described(seen).is_some_and(|it| it.status == Status::Draining);
    is_draining && seen.drained_at.is_none() && seen.triggers.take_the_instance()
}

/// Makes this check the second one, after the settle time.
fn prove_empty(seen: &mut Observation, policy: &mut Policy, now: Timestamp) {
    policy.settle_time = Duration::ZERO;
    seen.triggers.add(Trigger::Recheck { purpose: Purpose::Settle, at: now });
}

/// Removes the launch time of an instance in no cluster, and makes this check the second one.
fn forget_the_launch(seen: &mut Observation, now: Timestamp) {
    if let Seen::Present(activities) = &mut seen.activities {
        activities.launched_at = None;
    }
    if seen.container_instance == Seen::Absent {
        seen.triggers.add(Trigger::Recheck { purpose: Purpose::Settle, at: now });
    }
}

fn take_silence_for_absence(seen: &mut Observation) {
    absent_if_unanswered(&mut seen.container_instance);
    absent_if_unanswered(&mut seen.tasks);
    absent_if_unanswered(&mut seen.services);
    absent_if_unanswered(&mut seen.stop_times);
    absent_if_unanswered(&mut seen.member);
    absent_if_unanswered(&mut seen.hooks);
    absent_if_unanswered(&mut seen.group);
    absent_if_unanswered(&mut seen.group_uses_ecs);
    absent_if_unanswered(&mut seen.group_draining);
    absent_if_unanswered(&mut seen.activities);
}

fn absent_if_unanswered<T>(answer: &mut Seen<T>) {
    if matches!(answer, Seen::Unanswered(_)) {
        *answer = Seen::Absent;
    }
}

/// Makes a hook hold the instance of a heartbeat recheck, regardless of the group's answer.
fn hold_again(seen: &mut Observation) {
    if let Seen::Present(member) = &mut seen.member
        && seen.triggers.are_only_rechecks_for(Purpose::Heartbeat)
    {
        member.lifecycle_state = "Terminating:Wait".to_owned();
    }
}

fn make_events_new(triggers: &mut Triggers, now: Timestamp) {
    let newest = now - NEW;
    let terminating = triggers.terminating().cloned().map(|mut action| {
        action.at = action.at.max(newest);
        Trigger::Terminating(action)
    });
    let warnings = triggers
        .spot_interruptions()
        .map(|(at, action)| Trigger::SpotInterruption { at: at.max(newest), action });
    let new: Vec<Trigger> = terminating.into_iter().chain(warnings).collect();
    *triggers = triggers.without(&[TriggerKind::Terminating, TriggerKind::SpotInterruption]);
    new.into_iter().for_each(|trigger| triggers.add(trigger));
}
