//! The stack that a replay deploys: `infra/template.yaml`, the same file as in an account.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use aws::config::Config;
use aws::feed::Feed;
use sim::deployment::Deployment;
use sim::scenario::Scenario;

use crate::error::ReplayError;

const TEMPLATE: &str = include_str!("../../../infra/template.yaml");

/// Returns what the template deploys with the defaults of its parameters.
///
/// # Errors
///
/// Mistakes in the template.
pub fn deployment() -> Result<&'static Deployment, ReplayError> {
    static DEPLOYED: LazyLock<Result<Deployment, Vec<String>>> =
        LazyLock::new(|| Deployment::of_template(TEMPLATE, &BTreeMap::new()));
    DEPLOYED.as_ref().map_err(|mistakes| ReplayError::Deployment(mistakes.join("; ")))
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
    let functions = &deployment()?.functions;
    let deployed = functions.iter().find(|function| function.name == feed.name());
    let mut variables = deployed.map(|function| function.environment.clone()).unwrap_or_default();
    variables.extend(environment.clone());
    Config::from_environment(variables).map_err(|mistakes| ReplayError::Environment {
        path: path.to_owned(),
        mistakes: mistakes.to_string(),
    })
}
