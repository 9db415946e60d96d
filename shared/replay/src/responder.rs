//! Responders, which handle the lifecycle hooks and the Spot warnings of the simulated AWS.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use aws::clients::Clients;
use aws::config::Config;
use aws::feed::Feed;
use aws::worker::Worker;
use futures::FutureExt;
use serde::Serialize;
use sim::aws::{Aws, Environment, Handler};
use sim::scenario::Scenario;
use tracing::Instrument;

use crate::deployed::{deployment, function_configuration};
use crate::error::ReplayError;
#[cfg(feature = "operations")]
use crate::operations;
use crate::program::Program;

/// Responder of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Responder {
    /// The functions of ebb, as deployed, together with managed draining if a group has it.
    Ebb,
    /// ECS managed instance draining, as documented: groups of a capacity provider only.
    Managed,
    /// None: lifecycle actions run into their timeouts.
    None,
}

impl Responder {
    /// All responders, ebb first.
    pub const ALL: [Self; 3] = [Self::Ebb, Self::Managed, Self::None];

    /// Returns the name on the command line and in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ebb => "ebb",
            Self::Managed => "managed",
            Self::None => "none",
        }
    }

    /// Puts the responder into a world.
    pub(crate) fn deploy(
        self,
        aws: &Aws,
        path: &Path,
        scenario: &Scenario,
        program: &Program,
    ) -> Result<(), ReplayError> {
        match self {
            Self::Ebb => {
                aws.world(sim::World::enable_managed_draining_beside_functions);
                deploy_ebb(aws, path, &scenario.environment, program)?;
                #[cfg(feature = "operations")]
                operations::deploy(aws, path, scenario, program)?;
                Ok(())
            }
            Self::Managed => {
                aws.world(sim::World::enable_managed_draining);
                Ok(())
            }
            Self::None => Ok(()),
        }
    }
}

fn deploy_ebb(
    aws: &Aws,
    path: &Path,
    environment: &BTreeMap<String, String>,
    program: &Program,
) -> Result<(), ReplayError> {
    aws.deploy(deployment(environment)?.as_ref().clone())
        .map_err(|mistakes| ReplayError::Deployment(mistakes.join("; ")))?;
    for feed in Feed::ALL {
        let config = function_configuration(feed, path, environment)?;
        let program = program.clone();
        let factory = move |environment| handler(feed, config.clone(), &environment, &program);
        aws.function(feed.name(), factory);
    }
    Ok(())
}

/// Returns the code of one environment of a function: the worker of the Lambda main, with clients of the simulated AWS.
fn handler(feed: Feed, config: Config, environment: &Environment, program: &Program) -> Handler {
    let clients = Clients::over(
        program.wrap(environment.http_client.clone()),
        environment.time_source.clone(),
        environment.region,
    );
    let worker = Arc::new(program.equip(Worker::new(feed, config, clients)));
    Arc::new(move |event| {
        let worker = Arc::clone(&worker);
        let span = tracing::info_span!(target: "ebb::feed", "feed", name = feed.name());
        async move {
            let event = serde_json::from_value(event).map_err(|error| error.to_string())?;
            let response = worker.handle(event).await;
            serde_json::to_value(response).map_err(|error| error.to_string())
        }
        .instrument(span)
        .boxed()
    })
}
