//! The function of operations on services.

use std::path::Path;
use std::sync::Arc;

use aws::clients::Clients;
use aws::config::Config;
use aws_services::{OperationHandler, Stepper};
use futures::FutureExt;
use sim::aws::{Aws, Environment, Handler};
use sim::scenario::{Happening, Scenario};
use tracing::Instrument;

use crate::deployed::{SERVICE_OPERATION, configured_function, operations_deployment};
use crate::error::ReplayError;
use crate::program::Program;

/// Deploys the stack of operations if the scenario asks for an operation.
///
/// # Errors
///
/// Mistakes in the template and in the scenario's environment.
pub(crate) fn deploy(
    aws: &Aws,
    path: &Path,
    scenario: &Scenario,
    program: &Program,
) -> Result<(), ReplayError> {
    let is_request = |what: &Happening| matches!(what, Happening::Message { queue, .. } if queue == SERVICE_OPERATION);
    if !scenario.happens.iter().any(|step| is_request(&step.what)) {
        return Ok(());
    }
    let deployment = operations_deployment()?;
    let config = configured_function(&deployment, SERVICE_OPERATION, path, &scenario.environment)?;
    aws.deploy(deployment).map_err(|mistakes| ReplayError::Deployment(mistakes.join("; ")))?;
    let program = program.clone();
    let factory = move |environment| handler(&config, &environment, &program);
    aws.function(SERVICE_OPERATION, factory);
    Ok(())
}

/// Returns the code of one environment of the function: the handler of the Lambda main, with clients of the simulated AWS.
fn handler(config: &Config, environment: &Environment, program: &Program) -> Handler {
    let clients = Clients::over(
        program.wrap(environment.http_client.clone()),
        environment.time_source.clone(),
        environment.region,
    );
    let handler = Arc::new(OperationHandler::new(Stepper::new(clients), config));
    Arc::new(move |event| {
        let handler = Arc::clone(&handler);
        let span = tracing::info_span!(target: "ebb::feed", "feed", name = SERVICE_OPERATION);
        async move { Ok(handler.handle(&event).await) }.instrument(span).boxed()
    })
}
