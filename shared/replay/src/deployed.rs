//! The stacks that a replay deploys: `infra/template.yaml`, and `infra/operations.yaml` where a scenario asks for an operation.
//! They are the same files as in an account.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use aws::config::Config;
use aws::feed::Feed;
use sim::deployment::Deployment;
use sim::history::Caller;
use sim::scenario::Scenario;

use crate::error::ReplayError;

const TEMPLATE: &str = include_str!("../../../infra/template.yaml");

/// Name of the function of operations on services, and of its queue.
pub(crate) const SERVICE_OPERATION: &str = "service-operation";

/// Returns true for the function of operations on services.
pub(crate) fn is_service_operation(caller: &Caller) -> bool {
    matches!(caller, Caller::Function { name, .. } if name == SERVICE_OPERATION)
}

/// The stack of operations on services.
const OPERATIONS: &str = include_str!("../../../infra/operations.yaml");

/// Variables of the functions whose parameters also determine event rules and roles, each with its parameter.
const SHARED: [(&str, &str); 3] = [
    ("EBB_CLUSTER_PREFIX", "ClusterPrefix"),
    ("EBB_HOOKS", "Hooks"),
    ("EBB_LAUNCH_HOOKS", "LaunchHooks"),
];

/// Values of parameters by their names.
type Parameters = BTreeMap<String, String>;

/// Returns the deployment of the template. `environment` replaces values of the functions' environment. Rules and roles
/// follow these values, as they follow the parameters in an account.
///
/// # Errors
///
/// Mistakes in the template.
pub fn deployment(environment: &BTreeMap<String, String>) -> Result<Arc<Deployment>, ReplayError> {
    static DEPLOYED: LazyLock<Mutex<BTreeMap<Parameters, Arc<Deployment>>>> =
        LazyLock::new(Mutex::default);
    let parameters = parameters(environment);
    let mut deployed = DEPLOYED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = deployed.get(&parameters) {
        return Ok(Arc::clone(known));
    }
    let new = Deployment::of_template(TEMPLATE, &parameters)
        .map_err(|mistakes| ReplayError::Deployment(mistakes.join("; ")))?;
    let new = Arc::new(new);
    deployed.insert(parameters, Arc::clone(&new));
    Ok(new)
}

/// Returns the deployment of operations on services, with its defaults.
///
/// # Errors
///
/// Mistakes in the template.
pub fn operations_deployment() -> Result<Deployment, ReplayError> {
    static DEPLOYED: LazyLock<Result<Deployment, Vec<String>>> =
        LazyLock::new(|| Deployment::of_template(OPERATIONS, &Parameters::new()));
    DEPLOYED.clone().map_err(|mistakes| ReplayError::Deployment(mistakes.join("; ")))
}

/// Returns the parameters that an environment sets. An empty value counts as unset.
fn parameters(environment: &BTreeMap<String, String>) -> Parameters {
    let set = SHARED.into_iter().filter_map(|(variable, parameter)| {
        let value = environment.get(variable)?;
        let names: Vec<&str> = value.split(',').map(str::trim).collect();
        let names = names.join(",");
        (!names.is_empty()).then(|| (parameter.to_owned(), names))
    });
    set.collect()
}

/// Returns ebb's configuration in a scenario.
///
/// # Errors
///
/// All mistakes in the scenario's environment.
pub fn configuration(path: &Path, scenario: &Scenario) -> Result<Config, ReplayError> {
    function_configuration(Feed::Sweep, path, &scenario.environment)
}

/// Returns the configuration of one function. Variables that the scenario sets replace those of the template.
pub(crate) fn function_configuration(
    feed: Feed,
    path: &Path,
    environment: &BTreeMap<String, String>,
) -> Result<Config, ReplayError> {
    configured_function(deployment(environment)?.as_ref(), feed.name(), path, environment)
}

/// Returns the configuration of one function of a deployment. Variables that the scenario sets replace those of the template.
pub(crate) fn configured_function(
    deployment: &Deployment,
    function: &str,
    path: &Path,
    environment: &BTreeMap<String, String>,
) -> Result<Config, ReplayError> {
    let deployed = deployment.functions.iter().find(|deployed| deployed.name == function);
    let mut variables = deployed.map(|function| function.environment.clone()).unwrap_or_default();
    variables.extend(environment.clone());
    Config::from_environment(variables).map_err(|mistakes| ReplayError::Environment {
        path: path.to_owned(),
        mistakes: mistakes.to_string(),
    })
}
