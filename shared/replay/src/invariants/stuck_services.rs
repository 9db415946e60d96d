//! Services that hold an instance in vain: said, and not waited for in silence.

use std::time::Duration;

use sim::history::{ActionEnd, Entry, Fact, TaskKind};

use super::instance_state::{InstanceState, InstanceStates};
use super::time_limits::TWO_SWEEPS;
use super::{CheckedRun, Violation};

const NAMED: &str = "a service that cannot drain is named";

/// The sweep looks at the tasks closely after one, two, four and eight minutes.
const LOOKED_AT: Duration = Duration::from_secs(600);

pub(super) fn check(
    run: &CheckedRun<'_>,
    course: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Option<Violation> {
    let Fact::ActionEnded { hook, ec2_instance, how: ActionEnd::Completed { by, .. }, .. } = fact
    else {
        return None;
    };
    let instance = course.of(ec2_instance).filter(|_| by.is_function())?;
    let (_, began) = instance.action.as_ref().filter(|(ours, _)| ours == hook)?;
    let (drained, _) = instance.draining.as_ref()?;
    let from = *drained.max(began);
    let long = from + LOOKED_AT < *at && run.disturbances.quiet_for(LOOKED_AT, from, *at);
    let service = held_by(run, instance, from)?;
    let what = format!("{service} held {} in silence", run.name(ec2_instance));
    (long && !is_named(run, service, *at + TWO_SWEEPS)).then(|| Violation::new(NAMED, *at, what))
}

/// A service whose bounds let no task go, with a task that nobody has stopped since the drain began.
fn held_by<'a>(
    run: &CheckedRun<'_>,
    instance: &'a InstanceState,
    from: Duration,
) -> Option<&'a str> {
    let stuck = |name: &str| {
        let service = run.scenario.services.iter().find(|service| service.name == name);
        service.is_some_and(|service| {
            !service.daemon
                && service.maximum_percent == Some(100)
                && service.minimum_healthy_percent == Some(100)
        })
    };
    let tasks = instance.tasks.values();
    let held = tasks.filter(|task| task.kind == TaskKind::Replica && task.since < from);
    held.filter(|task| !task.stopping).map(|task| task.name.as_str()).find(|name| stuck(name))
}

fn is_named(run: &CheckedRun<'_>, service: &str, until: Duration) -> bool {
    let note = format!("service {service} cannot move its tasks");
    let mut lines = run.played.logged.iter().take_while(|line| line.at <= until);
    lines.any(|line| line.message.starts_with(&note))
}
