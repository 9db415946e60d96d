//! Who reacts to what happens in the simulated AWS.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use aws::clients::Clients;
use aws::config::Config;
use aws::feed::Feed;
use aws::worker::Worker;
use clap::ValueEnum;
use futures_util::FutureExt;
use serde::Serialize;
use sim::aws::{Aws, Environment, Handler};
use sim::deployment::Deployment;
use sim::scenario::Scenario;
use tracing::Instrument;

use crate::replay::ReplayError;

/// What is deployed; the same file describes the real deployment.
const DEPLOYMENT: &str = include_str!("../../../../infra/deployment.toml");

/// The function whose queue takes the sweep's delayed looks: the sweep's own keeps nothing longer than two minutes.
const LOOKS_OF_THE_SWEEP: Feed = Feed::AsgLifecycle;

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

/// What `infra/deployment.toml` deploys.
pub(crate) fn deployment() -> Result<Deployment, ReplayError> {
    toml::from_str(DEPLOYMENT).map_err(|error| ReplayError::Deployment(error.to_string()))
}

fn deploy_ebb(
    aws: &Aws,
    path: &Path,
    environment: &BTreeMap<String, String>,
) -> Result<(), ReplayError> {
    aws.deploy(deployment()?).map_err(|mistakes| ReplayError::Deployment(mistakes.join("; ")))?;
    for feed in Feed::ALL {
        let config = configured(feed, path, environment)?;
        aws.function(feed.name(), move |environment| handler(feed, config.clone(), &environment));
    }
    Ok(())
}

/// The configuration of one function: what the scenario sets, and the queues that the deployment gives it.
pub(super) fn configured(
    feed: Feed,
    path: &Path,
    environment: &BTreeMap<String, String>,
) -> Result<Config, ReplayError> {
    let looks = if feed == Feed::Sweep { LOOKS_OF_THE_SWEEP } else { feed };
    let mut variables = environment.clone();
    variables.insert("EBB_QUEUE_URL".to_owned(), sim::queue_url(looks.name()));
    let dead_letters = format!("{}-dead-letters", feed.name());
    variables.insert("EBB_DEAD_LETTER_QUEUE_URL".to_owned(), sim::queue_url(&dead_letters));
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
