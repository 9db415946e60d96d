//! The commands of `ebb`, and their dispatch.

mod bench;
mod environment;
mod progress;
mod replay;
mod responder;
mod simulate;

use clap::{Parser, Subcommand};

use crate::exit::Exit;
use crate::output::printing;

/// Takes Amazon ECS container instances out of service without losing work.
#[derive(Debug, Parser)]
#[command(name = "ebb", version, arg_required_else_help = true)]
pub(crate) struct Ebb {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure ebb in a simulated world of a given size: calls, delays, killed tasks
    #[command(subcommand)]
    Bench(bench::BenchCommand),
    /// Replay a scenario or recorded events against a simulated AWS
    Replay(replay::ReplayArguments),
    /// Serve the simulated AWS over HTTP, for the AWS CLI, any SDK and workers
    Sim(crate::sim::SimArguments),
    /// Simulate random worlds with random faults, and check that no work is lost
    Simulate(simulate::SimulateArguments),
    /// Receive the messages of all queues in one process, without Lambda functions
    Worker(crate::worker::WorkerArguments),
}

impl Ebb {
    /// Runs the command.
    pub(crate) fn run(&self) -> Exit {
        match &self.command {
            Command::Bench(command) => bench::bench(command),
            Command::Replay(arguments) => replay::replay(arguments),
            Command::Sim(arguments) => crate::sim::command(arguments),
            Command::Simulate(arguments) => simulate::simulate(arguments),
            Command::Worker(arguments) => crate::worker::command(arguments),
        }
    }
}

/// Reports a mistake on standard error.
fn complain(mistake: &str) -> Exit {
    printing::complain(mistake);
    Exit::Usage
}
