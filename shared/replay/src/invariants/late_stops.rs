//! Late stops: while a StopTask is late, ebb spends no token of the write bucket on a less urgent call.
//!
//! ECS takes StopTask, UpdateContainerInstancesState and the writes of attributes from one request bucket (ECS API
//! reference, request-throttling). The order of urgency is DRAINING, StopTask by deadline, and all other calls.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::history::{Caller, Entry, Fact, TaskKind, TaskRef};

use super::disturbances::is_refused;
use super::instance_state::{InstanceState, InstanceStates};
use super::task_stops::is_followed;
use super::time_limits::REACTION;
use super::{CheckedRun, Violation};

const LATE: &str = "no stop is late while calls of less value are made";

/// Time from the latest moment of a stop until the stop is late, 5 s. Within it the plan is delivered, and its tasks
/// are described.
const PATIENCE: Duration = Duration::from_secs(5);

/// Time between the write of the attribute and the call that sets the instance DRAINING, at most 5 s.
const WRITTEN_FIRST: Duration = Duration::from_secs(5);

/// Calls that took a token of the write bucket and are less urgent than a StopTask.
pub(super) struct LateStops<'a> {
    /// Times of calls that write attributes or set instances ACTIVE, and their operations, in order.
    lesser: Vec<(Duration, &'a str)>,
    /// Times and deadlines of the StopTask calls so far, in order.
    stops: Vec<(Duration, Duration)>,
}

impl<'a> LateStops<'a> {
    /// Collects the calls of a run.
    pub(super) fn in_run(run: &CheckedRun<'a>) -> Self {
        let mut drains: BTreeMap<&Caller, Vec<Duration>> = BTreeMap::new();
        let mut lesser = Vec::new();
        for Entry { at, fact } in &run.played.history {
            let Fact::Call { by, operation, outcome, about, .. } = fact else { continue };
            if !by.is_function() || is_refused(outcome) {
                continue;
            }
            match operation.as_str() {
                "PutAttributes" | "DeleteAttributes" => lesser.push((*at, operation.as_str(), by)),
                "UpdateContainerInstancesState" if about.contains("status=DRAINING") => {
                    drains.entry(by).or_default().push(*at);
                }
                "UpdateContainerInstancesState" => lesser.push((*at, operation.as_str(), by)),
                _ => {}
            }
        }
        let is_first_part_of_a_drain = |at: Duration, by: &Caller| {
            let mut drains = drains.get(by).into_iter().flatten();
            drains.any(|drain| (at..at + WRITTEN_FIRST).contains(drain))
        };
        lesser.retain(|(at, _, by)| !is_first_part_of_a_drain(*at, by));
        let lesser = lesser.into_iter().map(|(at, operation, _)| (at, operation)).collect();
        Self { lesser, stops: Vec::new() }
    }

    /// Checks one fact. The states are those before the fact.
    pub(super) fn check(
        &mut self,
        run: &CheckedRun<'_>,
        states: &InstanceStates,
        Entry { at, fact }: &Entry,
    ) -> Option<Violation> {
        let Fact::StopTask { task, by } = fact else { return None };
        let instance = states.get(&task.ec2_instance).filter(|_| by.is_function())?;
        let deadline = deadline(run, instance)?;
        self.stops.push((*at, deadline));
        let latest = latest_moment(run, task, deadline)?;
        if latest + PATIENCE >= *at || !could_be_in_time(run, instance, task, latest, *at) {
            return None;
        }
        let lesser = self.lesser_call(latest, *at, deadline)?;
        let late = (*at - latest).as_secs();
        let name = run.name(&task.ec2_instance);
        let what =
            format!("a task of {} on {name} was stopped {late} s late, after {lesser}", task.name);
        Some(Violation::new(LATE, *at, what))
    }

    /// Returns the first call between two times that is less urgent than a StopTask with this deadline.
    fn lesser_call(&self, from: Duration, to: Duration, deadline: Duration) -> Option<String> {
        let first = self.lesser.partition_point(|(at, _)| *at < from);
        if let Some((_, operation)) = self.lesser.get(first).filter(|(at, _)| *at < to) {
            return Some((*operation).to_owned());
        }
        let first = self.stops.partition_point(|(at, _)| *at < from);
        let mut stops = self.stops[first..].iter().filter(|(at, _)| *at < to);
        let later = stops.find(|(_, of)| *of > deadline);
        later.map(|_| "a StopTask with a later deadline".to_owned())
    }
}

/// Returns the time by which the tasks of an instance must have stopped, if its host is certain to end.
fn deadline(run: &CheckedRun<'_>, instance: &InstanceState) -> Option<Duration> {
    let group = instance.group.as_deref();
    let is_certain = group.is_some_and(|name| {
        !run.policies.has_foreign_hook(name)
            && run.policies.group(name).is_some_and(|group| !group.retains_abandoned)
    });
    let action = instance.action.as_ref().filter(|_| is_certain);
    let of_action = action.and_then(|(hook, began)| instance.deadline(run, hook, *began));
    [of_action, instance.spot_end()].into_iter().flatten().min()
}

/// Returns the latest moment of StopTask that leaves a task its whole stop time before the deadline.
fn latest_moment(run: &CheckedRun<'_>, task: &TaskRef, deadline: Duration) -> Option<Duration> {
    let margin = run.policies.config.policy.stop_margin;
    deadline.checked_sub(run.policies.exact_stop_time(task) + margin)
}

/// Returns true if only the request buckets kept ebb from stopping the task at its latest moment.
fn could_be_in_time(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    task: &TaskRef,
    latest: Duration,
    at: Duration,
) -> bool {
    let Some(live) = instance.tasks.get(&task.arn) else { return false };
    let action = instance.action.as_ref().map(|(_, began)| *began);
    let known_since = instance.spot_warning.or(action).unwrap_or_default();
    let is_first_stop = live.stop_began.is_none() && task.kind != TaskKind::Daemon;
    let had_time = known_since.max(live.since) + REACTION <= latest;
    let is_known = instance.spot_warning.is_none()
        || run.disturbances.delivered_about(&task.ec2_instance, known_since, at);
    is_first_stop
        && had_time
        && is_known
        && is_followed(run, instance, task)
        && run.disturbances.quiet_but_for_refusals(known_since, at)
        && !run.denied.touch(instance, known_since, at)
        && instance.agent_away_since.is_none()
        && instance.agent_back_at < known_since
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sim::aws::RunEnd;
    use sim::scenario::{GroupSpec, HookSpec, Scenario};

    use super::*;
    use crate::player::Played;

    const STOPPED_AT: u64 = 150;

    fn function(name: &str) -> Caller {
        Caller::Function { name: name.to_owned(), invocation: Some(1) }
    }

    fn task(arn: &str, ec2_instance: &str) -> TaskRef {
        let (name, kind) = ("import".to_owned(), TaskKind::Standalone);
        TaskRef { arn: arn.to_owned(), kind, name, ec2_instance: ec2_instance.to_owned() }
    }

    fn warning(ec2_instance: &str) -> Fact {
        let notice = "Spot interruption (terminate)".to_owned();
        Fact::Notice { ec2_instance: ec2_instance.to_owned(), notice }
    }

    fn stop(task: TaskRef) -> Fact {
        Fact::StopTask { task, by: function("spot-interruption") }
    }

    fn call(operation: &str, about: &str) -> Fact {
        Fact::Call {
            by: function("sweep"),
            service: "ecs",
            operation: operation.to_owned(),
            outcome: "ok".to_owned(),
            about: about.to_owned(),
        }
    }

    /// Returns the late stops of a run with a Spot warning after 60 s, these facts, and the StopTask of the only task
    /// after 150 s.
    ///
    /// With a stop time of 30 s and a margin of 10 s, its latest moment is after 140 s.
    fn late_stops(facts: Vec<(u64, Fact)>) -> Vec<String> {
        let mut group = GroupSpec::named("web", 2);
        group.cluster = Some("shop".to_owned());
        group.hooks = vec![HookSpec::named("ebb")];
        let scenario = Scenario { groups: vec![group], ..Scenario::default() };
        let mut facts = [facts, vec![(60, warning("i-1")), (STOPPED_AT, stop(task("t-1", "i-1")))]];
        let mut history: Vec<Entry> = facts
            .iter_mut()
            .flat_map(std::mem::take)
            .map(|(at, fact)| Entry { at: Duration::from_secs(at), fact })
            .collect();
        history.sort_by_key(|entry| entry.at);
        let name = |n: u32| (format!("i-{n}"), format!("i-web-{n}"));
        let played = Played {
            at_start: vec![task("t-1", "i-1"), task("t-2", "i-2")],
            history,
            logged: Vec::new(),
            short: Vec::new(),
            ended: RunEnd::Quiet,
            names: [name(1), name(2)].into(),
        };
        let broken = crate::invariants::check(Path::new("test"), &scenario, &played).unwrap();
        broken.into_iter().filter(|it| it.invariant == LATE).map(|it| it.what).collect()
    }

    #[test]
    fn late_stop_behind_an_attribute_is_reported_with_its_delay() {
        let attribute = call("PutAttributes", "cluster=shop attributes=[{ci-2 ebb.drain v1}]");

        let expected =
            "0:02:30 a task of import on i-web-1 was stopped 10 s late, after PutAttributes";
        assert_eq!(late_stops(vec![(145, attribute)]), [expected]);
    }

    #[test]
    fn late_stop_behind_an_activation_or_a_stop_with_a_later_deadline_is_reported() {
        let activation = call("UpdateContainerInstancesState", "cluster=shop status=ACTIVE");
        let stop_of_other = vec![(70, warning("i-2")), (145, stop(task("t-2", "i-2")))];

        assert_eq!(late_stops(vec![(145, activation)]).len(), 1);
        assert_eq!(late_stops(stop_of_other).len(), 1);
    }

    #[test]
    fn late_stop_behind_calls_of_more_value_alone_is_excused() {
        let drain = call("UpdateContainerInstancesState", "cluster=shop status=DRAINING");
        let before_a_drain = vec![(145, call("PutAttributes", "")), (146, drain.clone())];

        assert!(late_stops(Vec::new()).is_empty());
        assert!(late_stops(vec![(145, drain)]).is_empty());
        assert!(late_stops(before_a_drain).is_empty());
        assert!(late_stops(vec![(139, call("PutAttributes", ""))]).is_empty());
    }

    #[test]
    fn late_stop_is_excused_by_a_fault_and_not_by_an_empty_bucket() {
        let attribute = (145, call("PutAttributes", ""));
        let kind = |kind| Fact::Fault { kind, what: String::new(), about: None };
        let refused = Fact::Call {
            by: function("spot-interruption"),
            service: "ecs",
            operation: "StopTask".to_owned(),
            outcome: "ThrottlingException".to_owned(),
            about: String::new(),
        };

        assert!(late_stops(vec![(143, kind("failed")), attribute.clone()]).is_empty());
        assert_eq!(late_stops(vec![(143, refused), attribute]).len(), 1);
    }
}
