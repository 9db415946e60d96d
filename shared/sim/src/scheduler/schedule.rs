//! The creation of schedules, their changes, and the call at their times.

use serde_json::{Value, json};

use super::SchedulerEvent;
use super::definition::Schedule;
use crate::eventbridge::{ecs_parameters, started_by};
use crate::history::Caller;
use crate::rate;
use crate::region::{ACCOUNT, REGION};
use crate::scenario::{DesiredCountSpec, Lengths, RunTaskSpec, ScheduleSpec};
use crate::task_starter::TaskStarter;
use crate::world::{World, WorldEvent};

/// ARN of the universal target of UpdateService (EventBridge Scheduler user guide, managing-targets-universal).
pub(super) const UPDATE_SERVICE: &str = "arn:aws:scheduler:::aws-sdk:ecs:updateService";

impl World {
    /// Creates a schedule of a scenario, which was checked before.
    pub(crate) fn create_schedule(&mut self, spec: &ScheduleSpec) {
        let mut definition = json!({
            "ScheduleExpression": rate::in_words(spec.every.0),
            "ScheduleExpressionTimezone": "UTC",
            "State": spec.state,
            "FlexibleTimeWindow": { "Mode": "OFF" },
            "Target": target(spec),
            "ActionAfterCompletion": "NONE",
        });
        if let Some(description) = &spec.description {
            definition["Description"] = json!(description);
        }
        let key = (spec.group.clone(), spec.name.clone());
        let (created_at, modified_at) = (self.now(), self.now());
        let lasts = spec.run_task.as_ref().and_then(|spec| spec.lasts.clone());
        let schedule = Schedule { definition, lasts, created_at, modified_at, turn: 0 };
        self.scheduler.schedules.insert(key.clone(), schedule);
        plan(self, key);
    }
}

fn target(spec: &ScheduleSpec) -> Value {
    let mut target = json!({
        "RoleArn": format!("arn:aws:iam::{ACCOUNT}:role/scheduler-{}", spec.name),
        "RetryPolicy": { "MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185 },
    });
    if let Some(run_task) = &spec.run_task {
        let cluster = &run_task.cluster;
        target["Arn"] = json!(format!("arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{cluster}"));
        target["EcsParameters"] = ecs_parameters(run_task);
    }
    if let Some(update) = &spec.update_service {
        let input = json!({
            "Cluster": update.cluster,
            "Service": update.service,
            "DesiredCount": update.desired,
        });
        target["Arn"] = json!(UPDATE_SERVICE);
        target["Input"] = json!(input.to_string());
    }
    target
}

/// Replaces the definition of a schedule. Another expression begins anew.
pub(super) fn replace(world: &mut World, key: &(String, String), definition: Value) {
    let now = world.now();
    let Some(schedule) = world.scheduler.schedules.get_mut(key) else { return };
    let other = schedule.definition["ScheduleExpression"] != definition["ScheduleExpression"];
    (schedule.definition, schedule.modified_at) = (definition, now);
    if other {
        schedule.turn += 1;
        plan(world, key.clone());
    }
}

fn plan(world: &mut World, key: (String, String)) {
    let Some(schedule) = world.scheduler.schedules.get(&key) else { return };
    let expression = schedule.definition["ScheduleExpression"].as_str();
    let (every, turn) = (expression.and_then(rate::parse), schedule.turn);
    if let Some(every) = every {
        world.after(every, WorldEvent::Scheduler(SchedulerEvent::Tick { key, turn }));
    }
}

pub(crate) fn happen(world: &mut World, event: SchedulerEvent) {
    let SchedulerEvent::Tick { key, turn } = event;
    let Some(schedule) = world.scheduler.schedules.get(&key) else { return };
    if schedule.turn != turn {
        return;
    }
    let call = starter(&schedule.definition["Target"], &key.1, schedule.lasts.as_ref());
    let enabled = schedule.definition["State"] == "ENABLED";
    if let Some(call) = call.filter(|_| enabled) {
        // The history has a refusal; retries are left out.
        let _ = world.start_tasks(&call, &Caller::Aws("scheduler"));
    }
    plan(world, key);
}

/// Returns the call of a target. `startedBy` names the schedule (field reports; AWS documents none).
pub(super) fn starter(target: &Value, name: &str, lasts: Option<&Lengths>) -> Option<TaskStarter> {
    let arn = target["Arn"].as_str()?;
    if arn == UPDATE_SERVICE {
        let input: Value = serde_json::from_str(target["Input"].as_str()?).ok()?;
        let text = |member: &str| input[member].as_str().map(str::to_owned);
        return Some(TaskStarter::UpdateService(DesiredCountSpec {
            cluster: text("Cluster")?,
            service: text("Service")?,
            desired: usize::try_from(input["DesiredCount"].as_u64()?).ok()?,
        }));
    }
    let (_, cluster) = arn.strip_prefix("arn:aws:ecs:")?.split_once(":cluster/")?;
    let parameters = &target["EcsParameters"];
    let definition = parameters["TaskDefinitionArn"].as_str()?;
    let count = parameters["TaskCount"].as_u64().unwrap_or(1);
    Some(TaskStarter::RunTask(RunTaskSpec {
        cluster: cluster.to_owned(),
        family: definition.rsplit('/').next()?.to_owned(),
        count: usize::try_from(count).ok()?,
        lasts: lasts.cloned(),
        started_by: Some(started_by("chronos-schedule", name)),
    }))
}
