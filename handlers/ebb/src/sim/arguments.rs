//! The arguments of `ebb sim`.

use std::net::SocketAddr;
use std::path::PathBuf;

use aws_smithy_async::time::{SystemTimeSource, TimeSource};
use clap::Args;
use jiff::Timestamp;

use super::SimOptions;

const EXAMPLES: &str = "\
Examples:
  ebb sim --listen 127.0.0.1:4566
  ebb sim --listen 127.0.0.1:4566 fixtures/scenarios/scale-in.toml
  ebb sim --listen 127.0.0.1:0 --speed 60 fixtures/scenarios/instance-refresh.toml
  # For functions and tools that use the clock of this machine:
  ebb sim --start now fixtures/scenarios/instance-refresh.toml

Then, in another shell:
  export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_DEFAULT_REGION=eu-west-1
  export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
  aws ecs list-clusters
  # Version 1 of the AWS CLI wants the endpoint once more for SQS:
  aws sqs receive-message --endpoint-url $AWS_ENDPOINT_URL --wait-time-seconds 20 \\
    --queue-url https://sqs.eu-west-1.amazonaws.com/111122223333/asg-lifecycle

The queues, rules and schedules of infra/template.yaml and infra/operations.yaml are deployed,
their functions are not: messages wait for a worker outside. The simulated AWS answers an unknown operation with
UnknownOperationException or InvalidAction, and prints it on standard error.
Account 111122223333, Region eu-west-1; the day is 2 March 2026, 9:00 UTC, unless --start
says otherwise.

Exit codes:
  0  ended by Ctrl-C or SIGTERM
  2  a mistake in the command line or the scenario, or an address in use";

/// `ebb sim`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimArguments {
    /// Scenario (.toml) with a world and its steps [default: an empty world]
    #[arg(value_name = "SCENARIO")]
    scenario: Option<PathBuf>,
    /// Address to listen on; port 0 is any free port, and ebb prints it
    ///
    /// Signatures are not checked, so keep the address on this machine.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4566")]
    listen: SocketAddr,
    /// Seconds of virtual time in one second
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    speed: u32,
    /// Seed of all random draws [default: the scenario's]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Start of the world: `now`, or a time such as 2026-03-02T09:00:00Z
    #[arg(long, value_name = "TIME", default_value_t = sim::world::START, value_parser = parse_start)]
    start: Timestamp,
}

impl SimArguments {
    pub(super) fn options(&self) -> SimOptions {
        let Self { scenario, listen, speed, seed, start } = self.clone();
        SimOptions { scenario, listen, speed, seed, start }
    }
}

fn parse_start(text: &str) -> Result<Timestamp, String> {
    if text == "now" {
        return Timestamp::try_from(SystemTimeSource::new().now())
            .map_err(|error| error.to_string());
    }
    text.parse().map_err(|_| "write `now`, or a time such as 2026-03-02T09:00:00Z".to_owned())
}
