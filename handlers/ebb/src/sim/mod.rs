//! The simulated AWS served over HTTP, for the AWS CLI, any SDK, and workers that run outside of it.

mod arguments;
mod error;

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use replay::ReplayError;
use replay::deployed::deployment;
use replay::scenario_file::{read_scenario_file, world_mistake};
use sim::World;
use sim::aws::{Aws, Past};
use sim::deployment::Deployment;
use sim::scenario::Scenario;
use sim::server::Server;

use crate::address::NoAddress;
use crate::exit::Exit;
use crate::termination::Termination;
pub(crate) use arguments::Arguments;
pub use error::SimError;

/// What is served, and where.
#[derive(Debug, Clone)]
pub struct Served {
    /// The world and what happens to it; none is an empty world.
    pub scenario: Option<PathBuf>,
    /// The address; port 0 is any that is free.
    pub listen: SocketAddr,
    /// How many times as fast as the clock virtual time passes.
    pub speed: u32,
    /// The seed, if not the scenario's own.
    pub seed: Option<u64>,
    /// The time of day at which the world begins.
    pub start: Timestamp,
}

/// Serves until `end` is there. `listening` is told the address as soon as callers are let in.
///
/// # Errors
///
/// A scenario that cannot be read or holds a mistake, and an address that cannot be had.
pub fn serve(
    served: &Served,
    listening: impl FnOnce(SocketAddr),
    end: impl AsyncFnOnce(),
) -> Result<(), SimError> {
    let world = world(served)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(SimError::Runtime)?.block_on(async {
        let aws = Aws::at_speed(world, served.speed, Past::Forgotten);
        let refused = |source| NoAddress { address: served.listen, source };
        let server = Server::bind(aws, served.listen).await.map_err(refused)?;
        listening(server.address().map_err(refused)?);
        server.run(end()).await;
        Ok(())
    })
}

/// The scenario's world, or an empty one, with the queues, rules and schedules of the deployment. Its functions are not
/// there: messages wait for a worker outside.
fn world(served: &Served) -> Result<World, SimError> {
    let scenario = served.scenario.as_deref().map(read_scenario_file).transpose()?;
    let scenario = scenario.unwrap_or_default();
    let seed = served.seed.unwrap_or(scenario.seed);
    let mut world = World::new(seed, scenario.switches.clone()).starting_at(served.start);
    let deployment = deployment()?;
    let deployment =
        Deployment { functions: Vec::new(), mappings: Vec::new(), ..deployment.clone() };
    let mistake = |mistakes: Vec<String>| ReplayError::Deployment(mistakes.join("; "));
    world.deploy(deployment).map_err(mistake)?;
    play(&mut world, served.scenario.as_deref(), &scenario)?;
    Ok(world)
}

fn play(world: &mut World, path: Option<&Path>, scenario: &Scenario) -> Result<(), SimError> {
    let path = path.unwrap_or(Path::new("the empty world"));
    world.play(scenario).map_err(|error| world_mistake(path, error).into())
}

/// `ebb sim`: until Ctrl-C or SIGTERM.
pub(crate) fn command(arguments: &Arguments) -> Exit {
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false);
    let log = log.without_time().with_ansi(std::io::stderr().is_terminal());
    let logging = tracing::subscriber::set_default(log.finish());
    let ended = serve(&arguments.served(), announce, async || Termination::new().told().await);
    drop(logging);
    match ended {
        Ok(()) => Exit::NothingLost,
        Err(error) => {
            complain(&error);
            error.exit()
        }
    }
}

/// A line that scripts wait for. Nobody may be there to read it: that is no reason not to serve.
fn announce(address: SocketAddr) {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "listening on http://{address}").and_then(|()| out.flush());
    if let Err(error) = written {
        tracing::debug!("the address could not be printed: {error}");
    }
}

#[allow(clippy::print_stderr, reason = "a command line tells its mistakes on standard error")]
fn complain(error: &SimError) {
    anstream::eprintln!("ebb: {error}");
}
