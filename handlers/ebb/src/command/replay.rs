//! `ebb replay`: arguments and execution.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use replay::{Replay, ReplayOptions, Responder, SmallWorld, replay_file};

use super::complain;
use super::environment::{EnvironmentArguments, GivenVariables, unused_in_shell};
use super::progress::ReplayProgress;
use super::responder::ResponderArgument;
use crate::exit::Exit;
use crate::output::transcript::Detail;
use crate::output::{printing, transcript};

/// Most mistakes of a recording that ebb reports one by one.
const MISTAKES: usize = 5;

const REPLAY_EXAMPLES: &str = "\
Examples:
  ebb replay fixtures/scenarios/instance-refresh.toml
  ebb replay --timeline fixtures/scenarios/instance-refresh.toml
  ebb replay --compare fixtures/scenarios/instance-refresh.toml
  ebb replay fixtures/events/spot/interruption-terminate.json --standalone 2 --standalone-lasts 10m
  ebb replay --json fixtures/events/recorded/drain.jsonl
  ebb replay --env EBB_DRAIN_TIMEOUT=20m fixtures/scenarios/fifty-hour-task.toml
  aws sqs receive-message --queue-url URL | ebb replay -

Exit codes:
  0  no work was lost
  1  a task was killed, a request failed, AWS ended a lifecycle action itself, or a
     service ended below its desired count; a LOST block says why and what to change
  2  a mistake in the command line or in a file, or output that cannot be written
  3  an invariant broke

With --compare the exit code is that of ebb's own run.";

/// `ebb replay`.
#[derive(Debug, Args)]
#[command(after_help = REPLAY_EXAMPLES)]
pub(crate) struct ReplayArguments {
    /// Scenario (TOML) or recorded events (JSON); - is standard input
    ///
    /// The content counts, not the name. Recorded events are one EventBridge event, several one after another (JSON Lines),
    /// a JSON array, a Lambda event of SQS or SNS, or the output of `aws sqs receive-message` or `aws logs filter-log-events`.
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
    /// Print a line for each decision of ebb and each step of AWS, above the summary
    #[arg(long, conflicts_with_all = ["json", "trace", "compare"])]
    timeline: bool,
    /// Print every event, message, call and log line
    #[arg(long, conflicts_with = "json")]
    trace: bool,
    #[command(flatten)]
    environment: EnvironmentArguments,
    #[command(flatten)]
    small_world: SmallWorldArguments,
}

impl ReplayArguments {
    fn detail(&self) -> Detail {
        match (self.trace, self.timeline) {
            (true, _) => Detail::Trace,
            (false, true) => Detail::Timeline,
            (false, false) => Detail::Summary,
        }
    }

    /// Returns the world around recorded events, and the variables of ebb.
    fn parsed(&self) -> Result<(SmallWorld, GivenVariables), String> {
        Ok((self.small_world.small_world()?, self.environment.variables()?))
    }
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
    /// Run time of standalone tasks after their instance begins to leave
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
    let (small_world, environment) = match arguments.parsed() {
        Ok(parsed) => parsed,
        Err(mistake) => return complain(&mistake),
    };
    let one = [Responder::from(arguments.responder)];
    let responders = if arguments.compare { &Responder::ALL[..] } else { &one };
    let mut replays = Vec::new();
    for file in &arguments.files {
        let progress = ReplayProgress::start();
        let observe = |done, all| progress.set(done, all);
        let options = ReplayOptions {
            seed: arguments.seed,
            environment: &environment,
            progress: Some(&observe),
            ..ReplayOptions::new(&small_world, responders)
        };
        let replayed = replay_file(file, &options);
        progress.end();
        match replayed {
            Ok(replay) => replays.push(with_shell(replay, &environment)),
            Err(error) => return complain(&error.to_string()).max(Exit::from(&error)),
        }
    }
    replays.iter().for_each(complain_of_mistakes);
    let exit = replays.iter().map(Exit::from).max().unwrap_or(Exit::NothingLost);
    exit.max(print(arguments, &replays).unwrap_or(exit))
}

/// Adds the variables of this shell that the replay does not use.
fn with_shell(mut replay: Replay, environment: &GivenVariables) -> Replay {
    replay.configuration.notes.extend(unused_in_shell(environment));
    replay
}

/// Reports the events that ebb cannot use.
fn complain_of_mistakes(replay: &Replay) {
    for mistake in replay.mistakes.iter().take(MISTAKES) {
        complain(&mistake.to_string());
    }
    let rest = replay.mistakes.len().saturating_sub(MISTAKES);
    if rest > 0 {
        complain(&format!("{}: {rest} more events with mistakes", replay.file));
    }
}

/// Prints the replays. Returns an exit code if the output cannot be written.
fn print(arguments: &ReplayArguments, replays: &[Replay]) -> Option<Exit> {
    if arguments.json {
        return printing::print(&format!("{}\n", transcript::json(replays)));
    }
    replays.iter().find_map(|replay| printing::print(&transcript::text(replay, arguments.detail())))
}
