//! Whether anything is left on a DRAINING container instance that is waited for.
//!
//! Empty means: no task whose `lastStatus` is not STOPPED, over the RUNNING and the STOPPED desired lists. The counts of
//! a container instance see no task that is being stopped, so they are only ever a reason not to look yet.

use jiff::Timestamp;

use crate::decision::{Action, Decision, Question};
use crate::mutant::Mutant;
use crate::note::Note;
use crate::policy::StandalonePolicy;
use crate::reason::{Deadline, Reason, TasksLeft};
use crate::signal::Purpose;
use crate::task::{Owner, Task};

use super::answer::{Answer, Stop, known};
use super::case::Case;
use super::moment::{after, since};
use super::{certainty, completion, standalone};

pub(super) fn judge(case: &Case<'_>) -> Answer<Decision> {
    if let Some(decision) = agent_lost(case)? {
        return Ok(decision);
    }
    if case.seen.tasks.is_open() && !tasks_wanted(case)? {
        let left = TasksLeft { counted: case.described.tasks, ..TasksLeft::default() };
        return Ok(Decision {
            notes: agent_note(case),
            ..Decision::nothing(Reason::TasksLeft(left))
        });
    }
    let tasks = tasks(case)?;
    let left: Vec<&Task> = tasks.iter().filter(|task| !has_stopped(case, task)).collect();
    if left.is_empty() {
        return empty(case, tasks);
    }
    let mut decision = with_tasks(case, tasks, &left)?;
    decision.notes.extend(agent_note(case));
    Ok(decision)
}

fn has_stopped(case: &Case<'_>, task: &Task) -> bool {
    task.stopped || passes_for_stopped(case, task)
}

/// What the mutants take for stopped.
fn passes_for_stopped(case: &Case<'_>, task: &Task) -> bool {
    let uncounted = case.described.tasks == 0;
    Mutant::CountsRunningTasks.is_on() && uncounted
        || Mutant::BelievesTheDesiredStatus.is_on() && task.stopping
}

/// Whether the tasks are worth their calls: nothing is counted any more, a moment has come that was meant for it, or
/// it is time for one of the closer looks, which come at doubling ages of the drain and doubling distances to its end,
/// and every quarter of an hour.
fn tasks_wanted(case: &Case<'_>) -> Answer<bool> {
    let told = &case.seen.told;
    let asked_for = told.looks.iter().any(|(purpose, _)| *purpose != Purpose::Heartbeat);
    let spot = case.memory.interrupted_at.is_some() && !case.is_quick_look();
    let stop_now = case.policy.standalone == StandalonePolicy::Stop && told.terminate.is_some();
    if case.described.tasks == 0 || asked_for || spot || stop_now {
        return Ok(true);
    }
    let Some(minute) = told.sweep else { return Ok(false) };
    Ok(sweep_looks(case, minute, None) || sweep_looks(case, minute, case.deadline()?))
}

/// Whether the sweep of a minute looks at the tasks even while some are counted.
pub(super) fn sweep_looks(case: &Case<'_>, minute: Timestamp, deadline: Option<Deadline>) -> bool {
    let since = case.memory.draining_since;
    case.policy.standalone == StandalonePolicy::Ignore
        || case.memory.interrupted_at.is_some()
        || since.is_none_or(|since| doubles(since, minute) || is_quarter(since, minute))
        || deadline.is_some_and(|deadline| doubles(minute, deadline.at))
}

/// Whether the whole minutes between two moments are a power of two, none or one.
fn doubles(from: Timestamp, to: Timestamp) -> bool {
    let minutes = minutes(from, to);
    minutes <= 1 || minutes.is_power_of_two()
}

/// Whether they are a multiple of what a message can be delayed by: so no moment comes before a look could ask for a
/// message at that moment.
fn is_quarter(from: Timestamp, to: Timestamp) -> bool {
    minutes(from, to).is_multiple_of(Action::LOOK_AHEAD.as_secs() / 60)
}

fn minutes(from: Timestamp, to: Timestamp) -> u64 {
    since(from, to).as_secs() / 60
}

/// The tasks; and, in the same breath where an end seems near, what completion needs.
fn tasks<'a>(case: &Case<'a>) -> Answer<&'a Vec<Task>> {
    const NONE: &Vec<Task> = &Vec::new();
    let member_follows = case.memory.action.is_some()
        && case.seen.member.is_open()
        && case.seen.told.terminate.is_none();
    if case.seen.tasks.is_open() && case.described.tasks == 0 && member_follows {
        return Err(Stop::Ask(vec![Question::Tasks, Question::Member]));
    }
    Ok(known(&case.seen.tasks, Question::Tasks)?.unwrap_or(NONE))
}

/// No task is left, it seems.
fn empty(case: &Case<'_>, tasks: &[Task]) -> Answer<Decision> {
    let certain = certainty::can_be_believed(case, tasks)
        || certainty::is_let_go(case)
        || Mutant::CompletesAtTheFirstLook.is_on();
    if !certain {
        return Ok(Decision::one(certainty::look_again(case), Reason::Settling));
    }
    completion::complete(case.seen, case.policy, case.memory.action.as_ref(), Reason::Empty)
}

fn with_tasks(case: &Case<'_>, all: &[Task], left: &[&Task]) -> Answer<Decision> {
    if case.is_quick_look()
        && left.iter().any(|task| task.stopping || task.owner == Owner::Standalone)
    {
        return Ok(Decision::nothing(Reason::TasksLeft(count(case, left))));
    }
    if case.seen.services.is_open() && services_wanted(case, all, left) {
        let mut questions = vec![Question::Services];
        questions.extend(standalone::question(case, left)?);
        return Err(Stop::Ask(questions));
    }
    let mut decision = if left.iter().any(|task| holds(case, task)) {
        standalone::judge(case, left)?
    } else if left.iter().any(|task| !is_daemon(task)) {
        if left.iter().any(|task| task.owner == Owner::Standalone && task.policy.is_none()) {
            case.tags_are_known()?;
        }
        standalone::stop_ignored(left)
    } else {
        daemons_left(case, all)?
    };
    decision.notes.extend(notes(case, all, left));
    Ok(decision)
}

/// Whether it matters which services there are: some of their tasks are left, or the sweep may find that a daemon task
/// was stopped before a standalone task.
fn services_wanted(case: &Case<'_>, all: &[Task], left: &[&Task]) -> bool {
    let unknown = |task: &Task| matches!(task.owner, Owner::Service { service: None, .. });
    let early = case.seen.told.sweep.is_some() && left.iter().any(|task| standalone::runs(task));
    left.iter().any(|task| unknown(task))
        || early && all.iter().any(|task| unknown(task) && stopped_by_the_drain(case, task))
}

/// Whether a task that has stopped, or is about to, ran when the drain began.
fn stopped_by_the_drain(case: &Case<'_>, task: &Task) -> bool {
    let since = case.memory.draining_since;
    task.stopping && task.stopped_at.is_none_or(|at| since.is_none_or(|since| at >= since))
}

/// Whether the instance is kept for this task: a daemon task never keeps it, an ignored one neither.
fn holds(case: &Case<'_>, task: &Task) -> bool {
    !is_daemon(task)
        && (task.owner != Owner::Standalone
            || standalone::policy(case, task) != StandalonePolicy::Ignore)
}

fn is_daemon(task: &Task) -> bool {
    matches!(&task.owner, Owner::Service { service: Some(service), .. } if service.daemon)
}

/// Only daemon tasks are left, it seems. ECS stops them after the replicas; each gets the grace to do so.
fn daemons_left(case: &Case<'_>, all: &[Task]) -> Answer<Decision> {
    let last_other =
        all.iter().filter(|task| !is_daemon(task)).filter_map(|task| task.stopped_at).max();
    let since = case.memory.draining_since.unwrap_or(case.now);
    let mut until = after(last_other.unwrap_or(since).max(since), case.policy.daemon_grace);
    if let Some(deadline) = case.deadline()? {
        until = until.min(deadline.at);
    }
    if case.now >= until && !certainty::can_be_believed(case, all) {
        return Ok(Decision::one(certainty::look_again(case), Reason::Settling));
    }
    if case.now >= until {
        return completion::complete(
            case.seen,
            case.policy,
            case.memory.action.as_ref(),
            Reason::DaemonGraceOver,
        );
    }
    Ok(Decision::one(
        Action::LookAgain { at: until, purpose: Purpose::Deadline },
        Reason::DaemonsLeft { until },
    ))
}

/// What is left, by what it is.
pub(super) fn count(case: &Case<'_>, left: &[&Task]) -> TasksLeft {
    let mut counts = TasksLeft { counted: case.described.tasks, ..TasksLeft::default() };
    for task in left {
        let slot = match &task.owner {
            _ if task.stopping => &mut counts.stopping,
            Owner::Standalone => &mut counts.standalone,
            Owner::Service { .. } if is_daemon(task) => &mut counts.daemon,
            Owner::Service { .. } => &mut counts.replica,
        };
        *slot += 1;
    }
    counts
}

fn notes(case: &Case<'_>, all: &[Task], left: &[&Task]) -> Vec<Note> {
    let standalone_runs = left.iter().any(|task| standalone::runs(task));
    let mut notes = Vec::new();
    for task in all {
        let Owner::Service { name: service, service: Some(settings) } = &task.owner else {
            continue;
        };
        let service = service.clone();
        if settings.daemon && standalone_runs && stopped_by_the_drain(case, task) {
            notes.push(Note::DaemonStoppedEarly { service });
        } else if !task.stopping && settings.cannot_drain() {
            notes.push(Note::ServiceCannotDrain { service });
        } else if !task.stopping
            && case.memory.interrupted_at.is_some()
            && keeps_all_healthy(settings)
        {
            notes.push(Note::NoTimeToReplace { service });
        }
    }
    if case.seen.group.present().is_some_and(|group| group.managed_draining) {
        notes.push(Note::ManagedDrainingToo);
    }
    notes.sort();
    notes.dedup();
    notes
}

fn keeps_all_healthy(service: &crate::task::Service) -> bool {
    !service.daemon && service.minimum_healthy_percent >= 100
}

/// The agent is away. That is normal for minutes, and a dead agent is not a dead container: only an instance that Auto
/// Scaling calls unhealthy as well is given up.
fn agent_lost(case: &Case<'_>) -> Answer<Option<Decision>> {
    if !agent_is_away(case) {
        return Ok(None);
    }
    let unhealthy =
        known(&case.seen.member, Question::Member)?.is_some_and(|member| !member.healthy);
    if !unhealthy {
        return Ok(None);
    }
    completion::complete(case.seen, case.policy, case.memory.action.as_ref(), Reason::AgentLost)
        .map(Some)
}

fn agent_is_away(case: &Case<'_>) -> bool {
    let away = |since_then| since(since_then, case.now) >= case.policy.agent_limit;
    case.memory.agent_lost_since.is_some_and(away)
}

fn agent_note(case: &Case<'_>) -> Vec<Note> {
    let since = case.memory.agent_lost_since.filter(|_| agent_is_away(case));
    since.map(|since| Note::AgentAway { since }).into_iter().collect()
}
