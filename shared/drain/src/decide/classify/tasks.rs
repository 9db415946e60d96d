//! Rules 1 and 2. The tasks on a DRAINING container instance.
//!
//! Empty means: no task whose `lastStatus` is not STOPPED, over the RUNNING and the STOPPED list. The counts of a
//! container instance leave out tasks that are being stopped, so they are only a reason not to list the tasks yet.

use crate::deadline::{Deadline, DeadlineKind};
use crate::decide::facts::answer::{Answer, Stop, known};
use crate::decide::facts::completion::completing;
use crate::decide::facts::drain_state::DrainState;
use crate::decide::facts::emptiness_proof::{is_proven_empty, is_released, settle_recheck};
use crate::decide::facts::non_holding::holds;
use crate::decide::facts::planned_stops::{follows_a_plan, repairs_a_plan};
use crate::decide::facts::task_listing::{
    is_held_by_count, is_left_to_its_events, lists_at_the_event, may_explain, sweep_lists_tasks,
};
use crate::decide::situation::{Row, Situation};
use crate::decision::{Action, Question};
use crate::policy::StandalonePolicy;
use crate::reason::TasksLeft;
use crate::recheck::{Wait, next_recheck};
use crate::signal::Purpose;
use crate::task::{Owner, Task};
use crate::trigger::TriggerKind;

use super::daemons::daemons_left;
use super::lost_agent::{agent_note, lost_agent};
use super::standalone::{classify_holding, ignored_left};
use super::stop_before_deadline::{foreign_hook_note, open_stop_times};
use super::stuck_services::{is_stopped_by_the_drain, needs_explanation, service_notes};

/// Classifies a DRAINING container instance by its tasks.
pub(super) fn classify_tasks(
    state: &DrainState<'_>,
    deadline: Option<Deadline>,
) -> Answer<Situation> {
    let mut situation = lost_agent_or_tasks(state)?;
    situation.deadline = deadline;
    if let Row::TasksLeft { rechecks, .. } | Row::DeadlineNear { rechecks, .. } = &mut situation.row
    {
        rechecks.extend(drain_timeout_recheck(state, deadline));
    }
    Ok(situation)
}

/// Returns the recheck at a drain timeout before the next sweep. The other deadlines leave room for the sweep, or are
/// met by EC2 itself.
fn drain_timeout_recheck(state: &DrainState<'_>, deadline: Option<Deadline>) -> Option<Action> {
    let deadline = deadline.filter(|deadline| deadline.kind == DeadlineKind::DrainTimeout)?;
    next_recheck(Wait::DrainTimeout { at: deadline.at }, &state.seen.triggers, state.now)
}

fn lost_agent_or_tasks(state: &DrainState<'_>) -> Answer<Situation> {
    if is_awaited_by_nothing(state) {
        return Ok(Row::NothingToDo.into());
    }
    if let Some(row) = lost_agent(state)? {
        return Ok(row.into());
    }
    if state.seen.tasks.is_open() && !needs_tasks(state)? {
        let left = TasksLeft { counted: state.described.tasks, ..TasksLeft::default() };
        let row = Row::TasksLeft { left, rechecks: Vec::new() };
        return Ok(Situation { notes: agent_note(state), ..row.into() });
    }
    let tasks = listed_tasks(state)?;
    let left: Vec<&Task> = tasks.iter().filter(|task| !task.stopped).collect();
    if left.is_empty() {
        require_both_lists(state)?;
        return Ok(empty(state, tasks)?.into());
    }
    let mut situation = tasks_left(state, tasks, &left)?;
    situation.notes.extend(agent_note(state));
    Ok(situation)
}

/// Returns true if EC2 takes the instance at a set time. The end of its last task changes nothing then.
fn is_awaited_by_nothing(state: &DrainState<'_>) -> bool {
    let only_asks_whether_empty =
        state.is_quick_check() || follows_a_plan(state) && state.described.tasks == 0;
    only_asks_whether_empty && !state.record.awaits_the_last_task()
}

/// Returns true if listing the tasks is worth its calls.
///
/// Then ECS counts none, a recheck asks for it, or an event or a sweep has a reason.
fn needs_tasks(state: &DrainState<'_>) -> Answer<bool> {
    let triggers = &state.seen.triggers;
    let asked_for = triggers.rechecks().any(|(purpose, _)| purpose != Purpose::Heartbeat);
    let warned = state.record.interrupted_at.is_some() && !state.is_quick_check();
    if warned && follows_a_plan(state) {
        return Ok(repairs_a_plan(state) || state.described.tasks == 0);
    }
    let stops_now =
        state.policy.standalone == StandalonePolicy::Stop && triggers.terminating().is_some();
    let is_only_swept = triggers.are_only(&[TriggerKind::Sweep, TriggerKind::Recheck]);
    let is_left = is_held_by_count(state) || is_left_to_its_events(state);
    let may_be_empty = state.described.tasks == 0 && !(is_only_swept && is_left);
    if may_be_empty || asked_for || warned || stops_now || lists_at_the_event(state) {
        return Ok(true);
    }
    let Some(minute) = triggers.sweep() else { return Ok(false) };
    if sweep_lists_tasks(state, minute, None) || sweep_lists_tasks(state, minute, state.deadline()?)
    {
        return Ok(true);
    }
    Ok(may_explain(state, minute) && has_service_tasks(state)?)
}

/// Returns true if tasks of services are left, so that a list can say why. Without an answer some may be.
fn has_service_tasks(state: &DrainState<'_>) -> Answer<bool> {
    match known(&state.seen.service_tasks, Question::ServiceTasks) {
        Err(Stop::Unanswered(_)) => Ok(true),
        answer => Ok(answer?.copied().unwrap_or_default()),
    }
}

/// Returns the tasks. If the end seems near, asks at once for the member, which completion needs.
fn listed_tasks<'a>(state: &DrainState<'a>) -> Answer<&'a Vec<Task>> {
    const NONE: &Vec<Task> = &Vec::new();
    let needs_member = state.record.action.is_some()
        && state.seen.member.is_open()
        && state.seen.triggers.terminating().is_none();
    if state.seen.tasks.is_open() && state.described.tasks == 0 && needs_member {
        return Err(Stop::Ask(vec![Question::Tasks, Question::Member]));
    }
    // Before a Spot interruption, and where many instances leave at once, reads are scarce. Only tasks that run need a StopTask.
    let spares_reads = state.record.interrupted_at.is_some() || lists_at_the_event(state);
    if state.described.tasks > 0 && spares_reads {
        return Ok(known(&state.seen.tasks, Question::RunningTasks)?.unwrap_or(NONE));
    }
    Ok(known(&state.seen.tasks, Question::Tasks)?.unwrap_or(NONE))
}

/// Stops until both lists of tasks are known. Call before a decision that a task on its way to STOPPED can change.
fn require_both_lists(state: &DrainState<'_>) -> Answer<()> {
    if state.seen.lists_running_only { Err(Stop::Ask(vec![Question::Tasks])) } else { Ok(()) }
}

fn empty(state: &DrainState<'_>, tasks: &[Task]) -> Answer<Row> {
    if !is_proven_empty(state, tasks) && !is_released(state) {
        return Ok(Row::Settling { recheck: settle_recheck(state) });
    }
    completing(state.seen, state.policy, state.record.action.as_ref(), |held| Row::Empty { held })
}

fn tasks_left(state: &DrainState<'_>, all: &[Task], left: &[&Task]) -> Answer<Situation> {
    let has_time = |task: &&Task| task.stopping || task.owner == Owner::Standalone;
    if state.is_quick_check() && left.iter().any(has_time) {
        let left = TasksLeft::count(state.described.tasks, left.iter().copied());
        return Ok(Row::TasksLeft { left, rechecks: Vec::new() }.into());
    }
    if state.seen.services.is_open() && needs_services(state, all, left) {
        let mut questions = vec![Question::Services];
        questions.extend(open_stop_times(state, left)?);
        return Err(Stop::Ask(questions));
    }
    if needs_explanation(state, left) {
        return Err(Stop::Ask(vec![Question::Stuck]));
    }
    let is_held = left.iter().any(|task| holds(state.policy, task));
    if !is_held {
        require_both_lists(state)?;
    }
    let row = if is_held {
        classify_holding(
            state,
            left,
            TasksLeft::count(state.described.tasks, left.iter().copied()),
        )?
    } else if left.iter().any(|task| !task.is_daemon()) {
        let follows_the_group =
            |task: &&Task| task.owner == Owner::Standalone && task.policy.is_none();
        if left.iter().any(follows_the_group) {
            state.require_tags()?;
        }
        ignored_left(left)
    } else {
        daemons_left(state, all, left)?
    };
    let mut notes = service_notes(state, all, left);
    notes.extend(foreign_hook_note(state, state.deadline()?, left));
    Ok(Situation { notes, ..row.into() })
}

/// Returns true if the decision needs the services. Tasks of unknown services are left, or a daemon task may have stopped
/// before a standalone task.
fn needs_services(state: &DrainState<'_>, all: &[Task], left: &[&Task]) -> bool {
    let is_unknown = |task: &Task| matches!(task.owner, Owner::Service { service: None, .. });
    let swept = state.seen.triggers.sweep().is_some();
    let may_be_early = swept && left.iter().any(|task| task.is_running_standalone());
    left.iter().any(|task| is_unknown(task))
        || may_be_early
            && all.iter().any(|task| is_unknown(task) && is_stopped_by_the_drain(state, task))
}
