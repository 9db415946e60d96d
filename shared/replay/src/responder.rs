//! Who reacts to what happens in the simulated AWS.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use aws::clients::Clients;
use aws::config::Config;
use aws::feed::Feed;
use aws::worker::Worker;
use clap::ValueEnum;
use futures::FutureExt;
use serde::Serialize;
use sim::aws::{Aws, Environment, Handler};
use sim::deployment::Deployment;
use sim::scenario::Scenario;
use tracing::Instrument;

use crate::replay::ReplayError;

/// What is deployed; the same file is deployed into an account.
const TEMPLATE: &str = include_str!("../../../../infra/template.yaml");

/// Who reacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Responder {
    /// The handlers of ebb, as deployed.
    Ebb,
    /// ECS managed instance draining, as documented: groups of a capacity provider only.
    Managed,
    /// Nobody: hooks run into their timeouts.
    None,
}

impl Responder {
    /// All of them, ebb first.
    pub const ALL: [Self; 3] = [Self::Ebb, Self::Managed, Self::None];

    /// As it is typed and printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ebb => "ebb",
            Self::Managed => "managed",
            Self::None => "none",
        }
    }

    /// As a sentence names it.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Ebb => "ebb",
            Self::Managed => "managed draining",
            Self::None => "nobody",
        }
    }

    /// Puts it into the world.
    pub(crate) fn deploy(
        self,
        aws: &Aws,
        path: &Path,
        scenario: &Scenario,
    ) -> Result<(), ReplayError> {
        match self {
            Self::Ebb => deploy_ebb(aws, path, &scenario.environment),
            Self::Managed => {
                aws.world(sim::World::enable_managed_draining);
                Ok(())
            }
            Self::None => Ok(()),
        }
    }
}

/// What `infra/template.yaml` deploys where no parameter is given.
pub(crate) fn deployment() -> Result<&'static Deployment, ReplayError> {
    static DEPLOYED: LazyLock<Result<Deployment, Vec<String>>> =
        LazyLock::new(|| Deployment::of_template(TEMPLATE, &BTreeMap::new()));
    DEPLOYED.as_ref().map_err(|mistakes| ReplayError::Deployment(mistakes.join("; ")))
}

fn deploy_ebb(
    aws: &Aws,
    path: &Path,
    environment: &BTreeMap<String, String>,
) -> Result<(), ReplayError> {
    aws.deploy(deployment()?.clone())
        .map_err(|mistakes| ReplayError::Deployment(mistakes.join("; ")))?;
    for feed in Feed::ALL {
        let config = configured(feed, path, environment)?;
        aws.function(feed.name(), move |environment| handler(feed, config.clone(), &environment));
    }
    Ok(())
}

/// The configuration of one function: what the deployment gives it, and in its place what the scenario sets.
pub(super) fn configured(
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

/// One environment of one function: the same worker that the Lambda main wires up, over the simulated AWS.
fn handler(feed: Feed, config: Config, environment: &Environment) -> Handler {
    let clients = Clients::over(
        environment.http_client.clone(),
        environment.time_source.clone(),
        environment.region,
    );
    let worker = Arc::new(Worker::new(feed, config, clients));
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
