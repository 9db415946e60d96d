//! `ebb sim`: serves the simulated AWS over HTTP, for the AWS CLI, any SDK, and workers.

mod arguments;
mod error;

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use replay::ReplayError;
use replay::deployed::{deployment, operations_deployment};
use replay::scenario_file::{read_scenario_file, world_mistake};
use sim::World;
use sim::aws::{Aws, Past};
use sim::deployment::Deployment;
use sim::scenario::Scenario;
use sim::server::Server;

use crate::address::AddressError;
use crate::exit::Exit;
use crate::termination::Termination;
pub(crate) use arguments::SimArguments;
pub use error::SimError;

/// Options of a served world.
#[derive(Debug, Clone)]
pub struct SimOptions {
    /// Scenario file, or `None` for an empty world.
    pub scenario: Option<PathBuf>,
    /// Address to listen on. Port 0 is any free port.
    pub listen: SocketAddr,
    /// Seconds of virtual time in one second.
    pub speed: u32,
    /// Seed, if not the scenario's own.
    pub seed: Option<u64>,
    /// Time of day at which the world begins.
    pub start: Timestamp,
}

/// Serves a world until `end` returns. Calls `listening` with the address when the server accepts connections.
///
/// # Errors
///
/// A scenario that cannot be read or holds a mistake, and an address that cannot be used.
pub fn serve(
    options: &SimOptions,
    listening: impl FnOnce(SocketAddr),
    end: impl AsyncFnOnce(),
) -> Result<(), SimError> {
    let world = world(options)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(SimError::Runtime)?.block_on(async {
        let aws = Aws::at_speed(world, options.speed, Past::Forgotten);
        let refused = |source| AddressError { address: options.listen, source };
        let server = Server::bind(aws, options.listen).await.map_err(refused)?;
        listening(server.address().map_err(refused)?);
        server.run(end()).await;
        Ok(())
    })
}

/// Returns the scenario's world, or an empty one, with the deployed queues, rules and schedules. No function is
/// deployed, so messages wait for an outside worker.
fn world(options: &SimOptions) -> Result<World, SimError> {
    let scenario = options.scenario.as_deref().map(read_scenario_file).transpose()?;
    let scenario = scenario.unwrap_or_default();
    let seed = options.seed.unwrap_or(scenario.seed);
    let mut world = World::new(seed, scenario.switches.clone()).starting_at(options.start);
    let drains = deployment(&scenario.environment)?.as_ref().clone();
    for stack in [drains, operations_deployment()?] {
        let stack = Deployment { functions: Vec::new(), mappings: Vec::new(), ..stack };
        let mistake = |mistakes: Vec<String>| ReplayError::Deployment(mistakes.join("; "));
        world.deploy(stack).map_err(mistake)?;
    }
    play(&mut world, options.scenario.as_deref(), &scenario)?;
    Ok(world)
}

fn play(world: &mut World, path: Option<&Path>, scenario: &Scenario) -> Result<(), SimError> {
    let path = path.unwrap_or(Path::new("the empty world"));
    world.play(scenario).map_err(|error| world_mistake(path, error).into())
}

/// Runs `ebb sim` until Ctrl-C or SIGTERM.
pub(crate) fn command(arguments: &SimArguments) -> Exit {
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false);
    let log = log.without_time().with_ansi(std::io::stderr().is_terminal());
    let logging = tracing::subscriber::set_default(log.finish());
    let ended =
        serve(&arguments.options(), announce, async || Termination::new().requested().await);
    drop(logging);
    match ended {
        Ok(()) => Exit::NothingLost,
        Err(error) => {
            complain(&error);
            error.exit()
        }
    }
}

/// Prints the line that scripts wait for. A closed standard output does not end the command.
fn announce(address: SocketAddr) {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "listening on http://{address}").and_then(|()| out.flush());
    if let Err(error) = written {
        tracing::debug!("cannot print the address: {error}");
    }
}

#[allow(clippy::print_stderr, reason = "a command line reports mistakes on standard error")]
fn complain(error: &SimError) {
    anstream::eprintln!("ebb: {error}");
}
