//! The commands of `ebb`, and their dispatch.

mod bench;
mod bench_figures;
mod completions;
mod environment;
mod manual;
mod progress;
mod replay;
mod responder;
#[cfg(feature = "operations")]
mod service_bench;
mod simulate;

use clap::{Parser, Subcommand};

use crate::exit::Exit;
use crate::output::printing;

/// Version of the package, and commit and date of its source.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("EBB_SOURCE"), ")");

/// Takes Amazon ECS container instances out of service without losing work.
#[derive(Debug, Parser)]
#[command(name = "ebb", version = VERSION, arg_required_else_help = true)]
pub(crate) struct Ebb {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure ebb in a simulated world of a given size: calls, delays, killed tasks
    #[command(subcommand)]
    Bench(bench::BenchCommand),
    /// Print a script that completes command lines in a shell
    Completions(completions::CompletionsArguments),
    /// Print the manual page, or write one page for each command
    Man(manual::ManualArguments),
    /// Send a test by each configured channel of notifications
    Notify(crate::notification_test::NotifyArguments),
    /// List, follow, cancel and undo the operations on services that are open
    #[cfg(feature = "operations")]
    #[command(subcommand)]
    Operations(crate::operation::OperationsCommand),
    /// Replace the tasks of a service a few at a time, with healthy replacements first
    #[cfg(feature = "operations")]
    Recycle(crate::operation::RecycleArguments),
    /// Replay a scenario or recorded events against a simulated AWS
    Replay(replay::ReplayArguments),
    /// Force a new deployment of a service, and follow it until its old tasks are gone
    #[cfg(feature = "operations")]
    Restart(crate::operation::RestartArguments),
    /// Restore services from the records of their shutdown
    #[cfg(feature = "operations")]
    Resume(crate::operation::ResumeArguments),
    /// Shut services down, and verify that no task is left; without --yes a dry run
    #[cfg(feature = "operations")]
    Shutdown(crate::operation::ShutdownArguments),
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
            Command::Completions(arguments) => completions::completions(arguments),
            Command::Man(arguments) => manual::manual(arguments),
            Command::Notify(arguments) => crate::notification_test::command(arguments),
            #[cfg(feature = "operations")]
            Command::Operations(command) => crate::operation::operations(command),
            #[cfg(feature = "operations")]
            Command::Recycle(arguments) => crate::operation::recycle(arguments),
            Command::Replay(arguments) => replay::replay(arguments),
            #[cfg(feature = "operations")]
            Command::Restart(arguments) => crate::operation::restart(arguments),
            #[cfg(feature = "operations")]
            Command::Resume(arguments) => crate::operation::resume(arguments),
            #[cfg(feature = "operations")]
            Command::Shutdown(arguments) => crate::operation::shutdown(arguments),
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
