//! The deployment configuration of UpdateService: the bounds of deployments, and their circuit breaker.

use serde_json::{Map, Value};

use crate::api::Refusal;
use crate::ecs::service::Service;
use crate::ecs::service_change::ServiceChange;
use crate::scenario::{CircuitBreakerSpec, ServiceController, ThresholdType};

use super::input::EcsInput;
use super::invalid;

/// Threshold of a circuit breaker that names none (API reference, DeploymentCircuitBreaker, `thresholdConfiguration`).
const THRESHOLD: usize = 50;

/// Reads the configuration. The controller EXTERNAL takes none (API reference, UpdateService: "you can update only" the
/// desired count, the placement and the grace period). The bounds of a DAEMON service end at 100 %
/// (hashicorp/terraform-provider-aws#4825).
pub(super) fn configuration(service: &Service, input: &EcsInput) -> Result<ServiceChange, Refusal> {
    let Some(given) = input.structure("deploymentConfiguration")? else {
        return Ok(ServiceChange::default());
    };
    if service.controller == ServiceController::External {
        return Err(invalid(
            "Unable to update deployment configuration on services with an EXTERNAL deployment controller.",
        ));
    }
    let known = ["minimumHealthyPercent", "maximumPercent", "deploymentCircuitBreaker"];
    check_known(input, given, "", &known)?;
    let maximum_percent = percent(given, "maximumPercent")?;
    if service.strategy() == "DAEMON" && maximum_percent.is_some_and(|most| most > 100) {
        return Err(invalid(
            "The daemon scheduling strategy does not support values above 100 for maximumPercent on the deployment \
             configuration.",
        ));
    }
    Ok(ServiceChange {
        minimum_healthy_percent: percent(given, "minimumHealthyPercent")?,
        maximum_percent,
        circuit_breaker: circuit_breaker(input, given)?,
        ..ServiceChange::default()
    })
}

fn check_known(
    input: &EcsInput,
    given: &Map<String, Value>,
    within: &str,
    known: &[&str],
) -> Result<(), Refusal> {
    let mut members = given.iter().filter(|(_, value)| !value.is_null());
    match members.find(|(name, _)| !known.contains(&name.as_str())) {
        Some((other, _)) => {
            Err(input.unknown(&format!("with deploymentConfiguration.{within}{other}")))
        }
        None => Ok(()),
    }
}

fn percent(given: &Map<String, Value>, name: &str) -> Result<Option<u32>, Refusal> {
    let Some(value) = given.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
    let number = number.and_then(|number| u32::try_from(number).ok());
    number.map(Some).ok_or_else(|| invalid(format!("{name} is not a percentage.")))
}

/// Reads the circuit breaker. Both of its flags are required (API reference, DeploymentCircuitBreaker).
fn circuit_breaker(
    input: &EcsInput,
    given: &Map<String, Value>,
) -> Result<Option<Option<CircuitBreakerSpec>>, Refusal> {
    let breaker = given.get("deploymentCircuitBreaker").and_then(Value::as_object);
    let Some(breaker) = breaker else { return Ok(None) };
    check_known(input, breaker, "deploymentCircuitBreaker.", &["enable", "rollback"])?;
    let flag = |name: &str| {
        let flag = breaker.get(name).and_then(Value::as_bool);
        flag.ok_or_else(|| invalid(format!("deploymentCircuitBreaker.{name} cannot be empty.")))
    };
    let (enabled, rollback) = (flag("enable")?, flag("rollback")?);
    let threshold_type = ThresholdType::BoundedPercent;
    let spec = CircuitBreakerSpec { rollback, threshold_type, threshold: THRESHOLD };
    Ok(Some(enabled.then_some(spec)))
}
