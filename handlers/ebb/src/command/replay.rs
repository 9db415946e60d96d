//! `ebb replay`: arguments and execution.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use replay::{Replay, Responder, SmallWorld, replay_file};

use super::complain;
use super::responder::ResponderArgument;
use crate::exit::Exit;
use crate::output::transcript;

const REPLAY_EXAMPLES: &str = "\
Examples:
  ebb replay fixtures/scenarios/instance-refresh.toml
  ebb replay --compare fixtures/scenarios/instance-refresh.toml
  ebb replay fixtures/events/spot/interruption-terminate.json --standalone 2 --standalone-lasts 10m
  ebb replay --json fixtures/events/recorded/drain.jsonl

Exit codes:
  0  no work was lost
  1  a task was killed, a request failed, or AWS ended a lifecycle action itself
  2  a mistake in the command line or in a file
  3  an invariant broke

With --compare the exit code is that of ebb's own run.";

/// `ebb replay`.
#[derive(Debug, Args)]
#[command(after_help = REPLAY_EXAMPLES)]
pub(crate) struct ReplayArguments {
    /// Scenario (.toml) or recorded events (JSON or JSON Lines)
    ///
    /// Recorded events are one EventBridge event, a Lambda SQS event, a JSON array, or JSON Lines.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Handle the lifecycle hooks with: ebb, ECS managed draining, or none
    #[arg(long, value_enum, default_value_t = ResponderArgument::Ebb)]
    responder: ResponderArgument,
    /// Replay with ebb, with managed draining and with no responder, side by side
    #[arg(long, conflicts_with = "responder")]
    compare: bool,
    /// Seed of all random draws [default: the scenario's]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Print every event, message, call and log line
    #[arg(long, conflicts_with = "json")]
    trace: bool,
    #[command(flatten)]
    small_world: SmallWorldArguments,
}

/// The world around recorded events.
#[derive(Debug, Args)]
#[command(next_help_heading = "The world around recorded events")]
struct SmallWorldArguments {
    /// Replica tasks on each instance
    #[arg(long, default_value_t = 3, value_name = "N")]
    replicas: usize,
    /// Daemon tasks on each instance
    #[arg(long, default_value_t = 1, value_name = "N")]
    daemons: usize,
    /// Standalone tasks on each instance
    #[arg(long, default_value_t = 1, value_name = "N")]
    standalone: usize,
    /// Time that standalone tasks still run once their instance leaves
    #[arg(long, default_value = "5m", value_name = "LENGTH")]
    standalone_lasts: String,
    /// Deregistration delay of the replica tasks' target group
    #[arg(long, default_value = "30s", value_name = "LENGTH")]
    deregistration_delay: String,
    /// Heartbeat timeout of the lifecycle hook
    #[arg(long, default_value = "1h", value_name = "LENGTH")]
    heartbeat_timeout: String,
}

impl SmallWorldArguments {
    fn small_world(&self) -> Result<SmallWorld, String> {
        Ok(SmallWorld {
            replicas: self.replicas,
            daemons: self.daemons,
            standalone: self.standalone,
            standalone_lasts: parsed("--standalone-lasts", &self.standalone_lasts)?,
            deregistration_delay: parsed("--deregistration-delay", &self.deregistration_delay)?,
            heartbeat_timeout: parsed("--heartbeat-timeout", &self.heartbeat_timeout)?,
        })
    }
}

fn parsed<T: FromStr<Err = String>>(option: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("{option}: {error}"))
}

/// Replays each file in turn.
pub(crate) fn replay(arguments: &ReplayArguments) -> Exit {
    let small_world = match arguments.small_world.small_world() {
        Ok(small_world) => small_world,
        Err(mistake) => return complain(&mistake),
    };
    let one = [Responder::from(arguments.responder)];
    let responders = if arguments.compare { &Responder::ALL[..] } else { &one };
    let mut replays = Vec::new();
    for file in &arguments.files {
        match replay_file(file, &small_world, responders, arguments.seed) {
            Ok(replay) => replays.push(replay),
            Err(error) => return complain(&error.to_string()).max(Exit::from(&error)),
        }
    }
    print(arguments, &replays);
    replays.iter().map(Exit::from).max().unwrap_or(Exit::NothingLost)
}

#[allow(clippy::print_stdout, reason = "a command line prints its result")]
fn print(arguments: &ReplayArguments, replays: &[Replay]) {
    if arguments.json {
        anstream::println!("{}", transcript::json(replays));
        return;
    }
    for replay in replays {
        let text = match arguments.trace {
            true => transcript::trace(replay),
            false => transcript::transcript(replay),
        };
        anstream::print!("{text}");
    }
}
