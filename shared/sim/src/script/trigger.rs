//! Functions, rules and schedules of other teams in a scenario: their check and their creation.

use super::ScriptError;
use super::mistake::{Mistake, at, refuse};
use super::starter_check::{check_rate, check_starter};
use crate::scenario::{Length, RunTaskSpec, Scenario, ScheduleSpec, TriggerSpec};
use crate::task_starter::TaskStarter;
use crate::world::World;

/// Checks the functions and the schedules of other teams.
pub(super) fn check(world: &World, scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, trigger) in scenario.triggers.iter().enumerate() {
        let earlier = &scenario.triggers[..index];
        check_trigger(world, scenario, trigger, earlier)
            .map_err(|wrong| at("trigger", index, wrong))?;
    }
    for (index, schedule) in scenario.schedules.iter().enumerate() {
        let earlier = &scenario.schedules[..index];
        check_schedule(scenario, schedule, earlier)
            .map_err(|wrong| at("schedule", index, wrong))?;
    }
    Ok(())
}

fn check_schedule(
    scenario: &Scenario,
    schedule: &ScheduleSpec,
    earlier: &[ScheduleSpec],
) -> Result<(), Mistake> {
    let ScheduleSpec { name, group, state, .. } = schedule;
    let taken = earlier.iter().any(|one| one.name == *name && one.group == *group);
    refuse(taken, "name", &format!("there is another schedule `{name}` in its group"))?;
    let known = matches!(state.as_str(), "ENABLED" | "DISABLED");
    refuse(!known, "state", &format!("`{state}` is neither ENABLED nor DISABLED"))?;
    check_rate(schedule.every)?;
    check_starter(scenario, schedule.run_task.as_ref(), schedule.update_service.as_ref())
}

fn check_trigger(
    world: &World,
    scenario: &Scenario,
    trigger: &TriggerSpec,
    earlier: &[TriggerSpec],
) -> Result<(), Mistake> {
    let TriggerSpec { name, queue, .. } = trigger;
    let taken = world.lambda.has_function(name) || earlier.iter().any(|one| one.name == *name);
    refuse(taken, "name", &format!("there is another function `{name}`"))?;
    let taken = world.has_queue(queue) || earlier.iter().any(|one| one.queue == *queue);
    refuse(taken, "queue", &format!("there is another queue `{queue}`"))?;
    // API reference, Lambda CreateFunction: 1 to 900 s.
    let timeout = trigger.timeout;
    let fits = (Length::secs(1)..=Length::secs(900)).contains(&timeout);
    refuse(!fits, "timeout", &format!("{timeout} is not between 1s and 15m"))?;
    let often = trigger.every.is_some_and(|every| every < Length::secs(1));
    refuse(often, "every", "shorter than 1s")?;
    check_starter(scenario, trigger.run_task.as_ref(), trigger.update_service.as_ref())
}

/// Creates the functions and the schedules of other teams.
pub(super) fn create(world: &mut World, scenario: &Scenario) {
    for trigger in &scenario.triggers {
        let call = TaskStarter::new(trigger.run_task.as_ref(), trigger.update_service.as_ref());
        if let Some(call) = call {
            world.declared.insert(trigger.queue.clone());
            world.create_trigger(trigger, call);
        }
    }
    for schedule in &scenario.schedules {
        world.create_schedule(schedule);
    }
}

/// Returns every RunTask of functions, rules and schedules of other teams.
pub(super) fn run_tasks(scenario: &Scenario) -> impl Iterator<Item = &RunTaskSpec> {
    let of_functions = scenario.triggers.iter().filter_map(|trigger| trigger.run_task.as_ref());
    let of_rules = scenario.rules.iter().filter_map(|rule| rule.run_task.as_ref());
    let of_schedules = scenario.schedules.iter().filter_map(|it| it.run_task.as_ref());
    of_functions.chain(of_rules).chain(of_schedules)
}
