//! The creation of everything that a deployment lists.

use super::Deployment;
use crate::world::World;

impl World {
    /// Deploys everything that the deployment lists, and keeps earlier deployments.
    ///
    /// # Errors
    ///
    /// Every mistake that [`Deployment::validate`] finds. Nothing is deployed then.
    pub fn deploy(&mut self, deployment: Deployment) -> Result<(), Vec<String>> {
        deployment.validate()?;
        for queue in deployment.queues {
            self.sqs.create_queue(queue);
        }
        for function in deployment.functions {
            self.lambda.create_function(function, self.now());
        }
        for mapping in deployment.mappings {
            self.create_mapping(mapping, None);
        }
        for rule in deployment.rules {
            self.put_rule(rule);
        }
        for schedule in deployment.schedules {
            self.put_schedule(schedule);
        }
        Ok(())
    }
}
