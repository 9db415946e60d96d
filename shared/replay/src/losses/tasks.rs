//! Tasks that were killed: cause and correction.

use std::time::Duration;

use sim::history::{KillCause, TaskKind, TaskRef};

use super::departure::{not_served, other_responder, out_of_time, past_auto_scaling};
use super::index::{Course, RunIndex};
use super::loss::{Cause, Loss, setting};
use super::stop_time::{service_of, stop_time};
use crate::clock::clock;

/// Time from a Spot interruption warning to the interruption (EC2 user guide, spot-instance-termination-notices).
const SPOT_WARNING: Duration = Duration::from_secs(120);

/// Returns the loss of a task that was killed.
pub(super) fn killed(index: &RunIndex<'_>, at: Duration, task: &TaskRef, how: &KillCause) -> Loss {
    let what = format!("{} killed", task_in_words(task));
    Loss::new(at, what, cause(index, at, task, how))
}

/// Returns the kind, the id and the place of a task.
pub(super) fn task_in_words(task: &TaskRef) -> String {
    let kind = match task.kind {
        TaskKind::Replica => "replica task",
        TaskKind::Daemon => "daemon task",
        TaskKind::Standalone => "standalone task",
    };
    format!("{kind} {} on {}", task.arn.rsplit('/').next().unwrap_or(&task.arn), task.ec2_instance)
}

fn cause(index: &RunIndex<'_>, at: Duration, task: &TaskRef, how: &KillCause) -> Cause {
    let group = index.group_of(&task.ec2_instance);
    let default = Course::default();
    let course = index.courses.get(&*task.ec2_instance).unwrap_or(&default);
    if let Some(cause) = other_responder(index, group) {
        return cause;
    }
    let warned = course.spot.as_ref().filter(|(warned, _)| *warned <= at);
    let taken = warned.filter(|(warned, _)| course.gone(at).is_some_and(|it| it.0 >= *warned));
    if let Some((warned, notice)) = taken {
        return of_spot(index, *warned, notice, (task, how), at);
    }
    let completed = index.completion(&task.ec2_instance, at).and_then(|line| line.reason_code());
    let is_out_of_time = completed.is_none_or(|code| code == "deadline-reached");
    past_auto_scaling(course, at)
        .or_else(|| not_served(index, group, at))
        .or_else(|| stop_cut_short(index, task, how, course, at))
        .or_else(|| stuck_service(index, task, at))
        .or_else(|| beside_a_daemon(index, task, at))
        .or_else(|| daemon_grace(index, task, at))
        .or_else(|| out_of_time(index, group, course, at).filter(|_| is_out_of_time))
        .unwrap_or_else(|| by_last_decision(index, task, course, at))
}

/// Returns the cause for a daemon task that was killed together with another task of its instance. ECS stops daemon
/// tasks last.
fn beside_a_daemon(index: &RunIndex<'_>, task: &TaskRef, at: Duration) -> Option<Cause> {
    if task.kind != TaskKind::Daemon {
        return None;
    }
    let mut killed = index.killed_on(&task.ec2_instance).iter();
    let (at, other, how) = *killed.find(|(when, other, _)| {
        other.kind != TaskKind::Daemon && when.abs_diff(at) < Duration::from_secs(5)
    })?;
    let Cause { why, fix } = cause(index, at, other, how);
    Some(Cause {
        why: format!("ECS stops daemon tasks last, and another task was left: {why}"),
        fix,
    })
}

/// Returns the cause for a task that EC2 killed after a Spot interruption warning.
fn of_spot(
    index: &RunIndex<'_>,
    warned: Duration,
    notice: &str,
    (task, how): (&TaskRef, &KillCause),
    at: Duration,
) -> Cause {
    if notice.contains("hibernate") {
        let why =
            format!("EC2 hibernated the instance at once with its warning at {}", clock(warned));
        let fix = "interruption behavior `terminate` or `stop` of the Spot request: both give two minutes";
        return Cause::new(why, fix);
    }
    let name = &task.name;
    let Some(stopped) = index.stops.get(&*task.arn).copied().filter(|stop| *stop >= warned) else {
        return stopped_by_its_service(index, task, how)
            .unwrap_or_else(|| unstopped_at_spot(index, warned, task, at));
    };
    let (needs, late) = (stop_time(index, task), stopped.saturating_sub(warned));
    let left = SPOT_WARNING.saturating_sub(late);
    let why = format!(
        "StopTask came {} after the Spot interruption warning at {}; {} were left, and the task may take {} to stop",
        setting(late),
        clock(warned),
        setting(left),
        setting(needs)
    );
    let margin = index.config.policy.stop_margin;
    let longest = SPOT_WARNING.saturating_sub(margin + Duration::from_secs(5));
    if needs > longest {
        let fix = format!(
            "stopTimeout={} at most in all containers of {name} together",
            setting(longest)
        );
        return Cause::new(why, fix);
    }
    Cause::new(
        why,
        earlier_stop(index, task, needs.saturating_sub(left).max(Duration::from_secs(5))),
    )
}

/// Returns the setting with which ebb stops a task earlier before a deadline, by this time.
///
/// ebb reads no target groups, so a separate setting has the deregistration delay of a service.
fn earlier_stop(index: &RunIndex<'_>, task: &TaskRef, missing: Duration) -> String {
    let policy = &index.config.policy;
    let delay = service_of(index, task).and_then(|service| service.deregistration_delay);
    if let Some(delay) = delay.filter(|delay| delay.0 > policy.deregistration_delay) {
        return format!(
            "EBB_DEREGISTRATION_DELAY={}, the deregistration delay of service {} in seconds (now {})",
            delay.0.as_secs_f64().ceil(),
            task.name,
            policy.deregistration_delay.as_secs()
        );
    }
    let (longer, now) = (setting(policy.stop_margin + missing), setting(policy.stop_margin));
    format!("EBB_STOP_MARGIN={longer} or longer (now {now})")
}

/// Returns the cause for a task that its service began to stop, while its target was still deregistering.
fn stopped_by_its_service(index: &RunIndex<'_>, task: &TaskRef, how: &KillCause) -> Option<Cause> {
    let delay = service_of(index, task)?.deregistration_delay?.0;
    let deregisters =
        matches!(how, KillCause::HostGone { last_status } if *last_status == "DEACTIVATING");
    let why = format!(
        "service {} began to stop the task, and EC2 took the Spot Instance within the deregistration delay of {}",
        task.name,
        setting(delay)
    );
    deregisters.then(|| Cause::new(why, earlier_stop(index, task, delay)))
}

/// Returns the cause for a task that got no StopTask before EC2 interrupted its Spot Instance.
fn unstopped_at_spot(
    index: &RunIndex<'_>,
    warned: Duration,
    task: &TaskRef,
    at: Duration,
) -> Cause {
    let last = index.last_decision(&task.ec2_instance, at);
    let last = last.and_then(|line| line.reason_sentence()).unwrap_or("none").to_owned();
    let why = format!(
        "EC2 took the Spot Instance at {}, two minutes after its warning, and the task got no StopTask before (ebb's last decision: {last})",
        clock(at)
    );
    if task.kind == TaskKind::Standalone {
        let why = format!("{why}; the warning came at {}", clock(warned));
        return Cause::new(
            why,
            "EBB_STANDALONE=stop, which stops standalone tasks with the warning",
        );
    }
    let service = service_of(index, task);
    let least = service.and_then(|it| it.minimum_healthy_percent).unwrap_or(100);
    let why = format!(
        "{why}; ECS replaces tasks of service {} before it stops them (minimumHealthyPercent={least}), which takes longer than two minutes",
        task.name
    );
    Cause::new(why, format!("minimumHealthyPercent=50 of service {} (now {least})", task.name))
}

/// Returns the cause for a task that was killed during its stop timeout.
fn stop_cut_short(
    index: &RunIndex<'_>,
    task: &TaskRef,
    how: &KillCause,
    course: &Course,
    at: Duration,
) -> Option<Cause> {
    let stopped = index.stops.get(&*task.arn).copied()?;
    let is_cut = matches!(how, KillCause::StopCutShort)
        || matches!(how, KillCause::HostGone { last_status } if *last_status != "RUNNING");
    let (gone, _) = course.gone(at).filter(|_| is_cut)?;
    let needs = stop_time(index, task);
    let had = gone.saturating_sub(stopped);
    let why = format!(
        "StopTask at {} left {} until the host stopped at {}; the task may take {} to stop",
        clock(stopped),
        setting(had),
        clock(gone),
        setting(needs)
    );
    let fix = if task.kind == TaskKind::Daemon {
        let grace = setting(needs + Duration::from_secs(30));
        format!("EBB_DAEMON_GRACE={grace} (now {})", setting(index.config.policy.daemon_grace))
    } else {
        earlier_stop(index, task, needs.saturating_sub(had))
    };
    Some(Cause::new(why, fix))
}

/// Returns the cause for a replica task that its service cannot move.
fn stuck_service(index: &RunIndex<'_>, task: &TaskRef, at: Duration) -> Option<Cause> {
    if task.kind != TaskKind::Replica {
        return None;
    }
    let service = service_of(index, task)?;
    let message = index.stuck(&task.name, at);
    if service.protected > 0 && index.scenario.switches.draining_honours_protection {
        let why = format!(
            "tasks of service {} are under scale-in protection, so ECS does not move them",
            task.name
        );
        let fix = "UpdateTaskProtection with an expiry below the drain timeout, or a longer EBB_DRAIN_TIMEOUT";
        return Some(Cause::new(why, fix));
    }
    let message = message?;
    if message.contains("unable to place") {
        let why = format!(
            "service {} could not place the replacement: no container instance had room",
            task.name
        );
        let fix = format!(
            "one more instance in the cluster of service {}, before others leave",
            task.name
        );
        return Some(Cause::new(why, fix));
    }
    let (least, most) =
        (service.minimum_healthy_percent.unwrap_or(100), service.maximum_percent.unwrap_or(200));
    let why = format!(
        "service {} can neither stop nor start a task: minimumHealthyPercent={least} and maximumPercent={most} of {} tasks leave no room",
        task.name, service.desired
    );
    Some(Cause::new(why, format!("maximumPercent=200 of service {} (now {most})", task.name)))
}

/// Returns the cause for a daemon task that ran longer than its grace.
fn daemon_grace(index: &RunIndex<'_>, task: &TaskRef, at: Duration) -> Option<Cause> {
    let completed = index.completion(&task.ec2_instance, at)?;
    if task.kind != TaskKind::Daemon || completed.reason_code() != Some("daemon-grace-expired") {
        return None;
    }
    let (grace, needs) = (index.config.policy.daemon_grace, stop_time(index, task));
    let why = format!(
        "ebb waits {} for daemon tasks when no other task is left; this one may take {} to stop",
        setting(grace),
        setting(needs)
    );
    let longer = (needs + Duration::from_secs(30)).max(grace * 2);
    Some(Cause::new(why, format!("EBB_DAEMON_GRACE={} (now {})", setting(longer), setting(grace))))
}

/// Returns the cause from ebb's last decision.
fn by_last_decision(index: &RunIndex<'_>, task: &TaskRef, course: &Course, at: Duration) -> Cause {
    let left = course.leaves.as_ref().map(|(left, because)| (clock(*left), because.as_str()));
    let left = left.map_or_else(String::new, |(at, because)| {
        let because = if because.is_empty() { String::new() } else { format!(" ({because})") };
        format!("the instance left its group at {at}{because}; ")
    });
    let line = index
        .completion(&task.ec2_instance, at)
        .or_else(|| index.last_decision(&task.ec2_instance, at));
    let (sentence, code) = line.map_or(("none", ""), |line| {
        (line.reason_sentence().unwrap_or_default(), line.reason_code().unwrap_or_default())
    });
    let why = format!("{left}ebb's last decision: {sentence}");
    let fix = match code {
        "agent-lost" => {
            "no setting of ebb: the agent was disconnected and Auto Scaling called the instance unhealthy; find out why the agent stopped"
        }
        "empty" | "settling" => {
            "EBB_SETTLE_TIME=30s: the task was not in ECS's answers yet (now the default, 10s)"
        }
        "not-registered" | "group-not-in-ecs" => {
            "EBB_CLUSTERS without a limit, or with the cluster of this instance"
        }
        _ => "no setting of ebb is known to prevent this loss: see the timeline of the instance",
    };
    Cause::new(why, fix)
}
