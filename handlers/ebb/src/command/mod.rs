//! What can be typed, and what it does.

mod progress;
mod replay;
mod responder;
mod simulate;

use clap::{Parser, Subcommand};

use crate::exit::Exit;

/// Takes Amazon ECS container instances out of service without losing work.
#[derive(Debug, Parser)]
#[command(name = "ebb", version, arg_required_else_help = true)]
pub(crate) struct Ebb {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Replay a scenario or recorded events against a simulated AWS, in virtual time, with no account
    Replay(replay::ReplayArguments),
    /// Serve the simulated AWS over HTTP, in real time or faster, for the AWS CLI, any SDK and workers outside
    Sim(crate::sim::Arguments),
    /// Simulate random worlds with random faults, and check that nothing is lost
    Simulate(simulate::SimulateArguments),
    /// Take the messages of all queues in this process, in place of the Lambda functions
    Worker(crate::worker::Arguments),
}

impl Ebb {
    /// Does what was typed.
    pub(crate) fn run(&self) -> Exit {
        match &self.command {
            Command::Replay(arguments) => replay::replay(arguments),
            Command::Sim(arguments) => crate::sim::command(arguments),
            Command::Simulate(arguments) => simulate::simulate(arguments),
            Command::Worker(arguments) => crate::worker::command(arguments),
        }
    }
}

#[allow(clippy::print_stderr, reason = "a command line tells its mistakes on standard error")]
fn complain(mistake: &str) -> Exit {
    anstream::eprintln!("ebb: {mistake}");
    Exit::Usage
}
