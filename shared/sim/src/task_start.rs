//! The calls to ECS of functions, rules and schedules of other teams.

use serde_json::{Value, json};

use crate::api::Refusal;
use crate::ecs;
use crate::history::{Caller, Fact};
use crate::task_starter::TaskStarter;
use crate::wire;
use crate::world::World;

impl World {
    /// Makes the call. The request bucket of ECS applies to it, and the history has it.
    pub(crate) fn start_tasks(
        &mut self,
        starter: &TaskStarter,
        by: &Caller,
    ) -> Result<(), Refusal> {
        match starter {
            TaskStarter::RunTask(spec) => {
                let mut input = json!({
                    "cluster": spec.cluster,
                    "taskDefinition": spec.family,
                    "count": spec.count,
                });
                if let Some(started_by) = &spec.started_by {
                    input["startedBy"] = json!(started_by);
                }
                let answer = call(self, by, "RunTask", &input)?;
                for task in answer["tasks"].as_array().into_iter().flatten() {
                    if let (Some(arn), Some(lasts)) = (task["taskArn"].as_str(), &spec.lasts) {
                        self.set_run_time(arn, lasts);
                    }
                }
                Ok(())
            }
            TaskStarter::UpdateService(spec) => {
                let input = json!({
                    "cluster": spec.cluster,
                    "service": spec.service,
                    "desiredCount": spec.desired,
                });
                call(self, by, "UpdateService", &input).map(drop)
            }
        }
    }
}

/// Makes a call of ECS as another team, and notes it in the history.
fn call(world: &mut World, by: &Caller, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let token = world.take_token("ecs", operation).map_err(Refusal::from);
    let answer = token.and_then(|()| ecs::call(world, by, operation, input));
    let outcome = match &answer {
        Ok(answer) => wire::outcome(answer),
        Err(refusal) => refusal.to_string(),
    };
    let (service, operation) = ("ecs", operation.to_owned());
    let about = wire::about(input);
    world.note(Fact::Call { by: by.clone(), service, operation, outcome, about });
    answer
}
