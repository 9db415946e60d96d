//! Mistakes in services: deployments, scaling and revisions that AWS would refuse.

use super::mistake::{Mistake, refuse};
use crate::scenario::{ScalingSpec, Scenario, ServiceSpec};

/// Checks the deployments, the scaling and the revision of a service.
pub(super) fn check(scenario: &Scenario, service: &ServiceSpec) -> Result<(), Mistake> {
    check_deployments(service)?;
    check_revision(scenario, service)?;
    service.scaling.as_ref().map_or(Ok(()), check_scaling)
}

/// Checks how a service is deployed. DAEMON services have the controller ECS (ECS developer guide, ecs_service-options).
/// The circuit breaker is for "the rolling update (ECS) deployment type" (API reference, DeploymentCircuitBreaker).
fn check_deployments(service: &ServiceSpec) -> Result<(), Mistake> {
    let is_ecs = service.controller.is_ecs();
    refuse(service.daemon && !is_ecs, "controller", "a daemon has the controller ECS")?;
    let breaks = service.circuit_breaker.is_some();
    let rolls = is_ecs && service.bake_time.is_none();
    refuse(breaks && !rolls, "circuit_breaker", "rolling deployments of ECS only")?;
    let bakes = service.bake_time.is_some();
    refuse(bakes && !is_ecs, "bake_time", "deployments of the controller ECS only")?;
    let problem = "blue/green deployments need a load balancer: set deregistration_delay";
    refuse(bakes && service.deregistration_delay.is_none(), "bake_time", problem)
}

/// Fails if a service names a revision that its family does not have.
fn check_revision(scenario: &Scenario, service: &ServiceSpec) -> Result<(), Mistake> {
    let named = service.task_definition.as_ref().and_then(|named| named.split_once(':'));
    let Some((family, number)) = named else { return Ok(()) };
    let listed = scenario.task_definitions.iter().filter(|listed| listed.family == family);
    let revisions = listed.count().max(1);
    let is_known = number.parse().is_ok_and(|number| (1..=revisions).contains(&number));
    let problem = format!("`{family}` has the revisions 1 to {revisions}, not {number}");
    refuse(!is_known, "task_definition", &problem)
}

fn check_scaling(scaling: &ScalingSpec) -> Result<(), Mistake> {
    let crosses =
        |min: usize, max: usize| format!("the maximum {max} is less than the minimum {min}");
    let (min, max) = (scaling.min, scaling.max);
    refuse(max < min, "scaling.max", &crosses(min, max))?;
    scaling.scheduled_actions.iter().try_for_each(|action| {
        let (min, max) = (action.min.unwrap_or(min), action.max.unwrap_or(max));
        refuse(max < min, "scaling.scheduled_action.max", &crosses(min, max))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Returns the field of the mistake in a service with these fields.
    fn mistake(fields: Value) -> &'static str {
        let mut service = json!({ "name": "api", "cluster": "web" });
        service.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let scenario = json!({ "service": [service] });
        let scenario: Scenario = serde_json::from_value(scenario).unwrap();
        check(&scenario, &scenario.services[0]).expect_err("a mistake").0
    }

    #[test]
    fn deployments_that_aws_would_refuse_are_mistakes() {
        let breaker = json!({ "rollback": true });

        let daemon = json!({ "daemon": true, "controller": "CODE_DEPLOY" });
        assert_eq!(mistake(daemon), "controller");
        let external = json!({ "controller": "EXTERNAL", "circuit_breaker": breaker });
        assert_eq!(mistake(external), "circuit_breaker");
        assert_eq!(mistake(json!({ "bake_time": "5m" })), "bake_time");
    }

    #[test]
    fn revision_that_no_family_has_is_a_mistake() {
        assert_eq!(mistake(json!({ "task_definition": "api:2" })), "task_definition");
    }

    #[test]
    fn bounds_that_cross_are_a_mistake() {
        assert_eq!(mistake(json!({ "scaling": { "min": 3, "max": 2 } })), "scaling.max");
        let action = json!({ "name": "night", "at": "1h", "max": 1 });
        let scaling = json!({ "min": 2, "max": 4, "scheduled_action": [action] });
        assert_eq!(mistake(json!({ "scaling": scaling })), "scaling.scheduled_action.max");
    }
}
