//! Services that cannot move their tasks: ebb names each such service while it waits.

use std::time::Duration;

use sim::history::{ActionEnd, Entry, Fact, TaskKind};

use super::instance_state::{InstanceState, InstanceStates};
use super::time_limits::TWO_SWEEPS;
use super::{CheckedRun, Violation};

const NAMED: &str = "a service that cannot drain is named";

/// Time within which the sweep finds the cause, 10 min. The sweep reads services after one, two, four and eight
/// minutes.
const NAMED_WITHIN: Duration = Duration::from_secs(600);

pub(super) fn check(
    run: &CheckedRun<'_>,
    states: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Option<Violation> {
    let (ec2_instance, began) = match fact {
        Fact::ActionEnded { hook, ec2_instance, how: ActionEnd::Completed { by, .. }, .. }
            if by.is_function() =>
        {
            let (ebb_hook, began) = states.get(ec2_instance)?.action.as_ref()?;
            (ec2_instance, Some(*began).filter(|_| ebb_hook == hook)?)
        }
        // At a deadline ebb stops a task that its service cannot move.
        Fact::StopTask { task, by } if by.is_function() && task.kind == TaskKind::Replica => {
            (&task.ec2_instance, states.get(&task.ec2_instance)?.action.as_ref()?.1)
        }
        _ => return None,
    };
    let instance = states.get(ec2_instance)?;
    let (drained, _) = instance.draining.as_ref()?;
    let from = *drained.max(&began);
    let service = stuck_service(run, instance, from)?;
    let was_long = from + NAMED_WITHIN < *at
        && run.disturbances.quiet_for(NAMED_WITHIN, from, *at)
        && !run.denied.touch(instance, from, *at);
    let what = format!("no log line names {service}, which held {}", run.name(ec2_instance));
    (was_long && !is_named(run, service, *at + TWO_SWEEPS))
        .then(|| Violation::new(NAMED, *at, what))
}

/// Returns a service whose deployment bounds keep a task running. The task ran before the drain, and no process has
/// stopped it.
fn stuck_service<'a>(
    run: &CheckedRun<'_>,
    instance: &'a InstanceState,
    from: Duration,
) -> Option<&'a str> {
    let is_stuck = |name: &str| {
        let service = run.scenario.services.iter().find(|service| service.name == name);
        service.is_some_and(|service| {
            !service.daemon
                && service.maximum_percent == Some(100)
                && service.minimum_healthy_percent == Some(100)
        })
    };
    let tasks = instance.tasks.values();
    let held = tasks.filter(|task| task.kind == TaskKind::Replica && task.since < from);
    held.filter(|task| !task.stopping).map(|task| task.name.as_str()).find(|name| is_stuck(name))
}

fn is_named(run: &CheckedRun<'_>, service: &str, until: Duration) -> bool {
    let mut lines = run.played.logged.iter().take_while(|line| line.at <= until);
    lines.any(|line| {
        line.note_code() == Some("service-cannot-drain") && line.service() == Some(service)
    })
}
