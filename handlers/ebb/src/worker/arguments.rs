//! The arguments of `ebb worker`.

use std::net::SocketAddr;
use std::time::Duration;

use aws::access::{Access, AccessKey};
use clap::Args;
use drain::policy::length;

const EXAMPLES: &str = "\
Examples:
  # The queues of the stack `ebb`, with the Region and the credentials around it:
  ebb worker
  ebb worker --queue-prefix drains- --profile operations --region eu-west-1
  # In a container, with health checks and metrics from outside:
  ebb worker --listen 0.0.0.0:8080 --grace 25s
  # Log what ebb would do, and write nothing:
  EBB_MODE=observe ebb worker

  # Against the simulated AWS, twenty times as fast as the clock:
  ebb sim --listen 127.0.0.1:4566 --speed 20 fixtures/scenarios/instance-refresh.toml &
  ebb worker --endpoint-url http://127.0.0.1:4566 --speed 20 --queue-prefix '' \\
    --region eu-west-1 --access-key-id any --secret-access-key any

Any number of workers may run side by side. What a drain does is set by EBB_ variables:
infra/README.md names them all. The worker finds its queues by their names, so that
EBB_QUEUE_URL and EBB_DEAD_LETTER_QUEUE_URL are not for it.

At SIGTERM or Ctrl-C, /health answers 503 and the worker receives no new messages. It finishes
the messages in progress, or returns them to their queue after --grace. A second signal ends the
worker at once, and its messages return after their visibility timeout. The last poll may take
10 s: messages that it receives after a shorter --grace stay hidden for the visibility timeout.

Exit codes:
  0  ended by SIGTERM or Ctrl-C, with no message in progress
  1  ended by a second signal, with messages in progress
  2  a mistake in the command line or the environment, or an address in use";

/// `ebb worker`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WorkerArguments {
    /// Prefix of the queue names: the name of the stack, and a hyphen
    #[arg(long, value_name = "PREFIX", default_value = "ebb-")]
    pub(super) queue_prefix: String,
    /// Address of /health, /ready and /metrics; port 0 is any free port, logged
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(super) listen: SocketAddr,
    /// Grace for messages in progress; keep below the platform's stop timeout
    #[arg(long, value_name = "LENGTH", default_value = "25s", value_parser = parse_length)]
    pub(super) grace: Duration,
    #[command(flatten)]
    access: AccessArguments,
}

/// Access to AWS. The defaults are those of every AWS SDK.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
struct AccessArguments {
    /// Region
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Profile of the shared configuration files
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Role to assume with the credentials
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// Access key
    #[arg(long, value_name = "ID", requires = "secret_access_key")]
    access_key_id: Option<String>,
    /// Secret of the access key; prefer AWS_SECRET_ACCESS_KEY
    ///
    /// Other users of this machine can read a command line, but not the variable.
    #[arg(long, value_name = "SECRET", requires = "access_key_id")]
    secret_access_key: Option<String>,
    /// Session token of a temporary access key
    #[arg(long, value_name = "TOKEN", requires = "access_key_id")]
    session_token: Option<String>,
    /// Endpoint of every service, instead of AWS
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Seconds of virtual time in one second, for an endpoint of `ebb sim`
    #[arg(long, value_name = "N", requires = "endpoint_url", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    speed: Option<u32>,
}

impl WorkerArguments {
    pub(super) fn access(&self) -> Access {
        let given = &self.access;
        Access {
            region: given.region.clone(),
            profile: given.profile.clone(),
            role_arn: given.role_arn.clone(),
            access_key: given.access_key(),
            endpoint_url: given.endpoint_url.clone(),
            speed: given.speed,
        }
    }
}

impl AccessArguments {
    fn access_key(&self) -> Option<AccessKey> {
        let (id, secret) = (self.access_key_id.clone()?, self.secret_access_key.clone()?);
        Some(AccessKey::new(id, secret, self.session_token.clone()))
    }
}

fn parse_length(text: &str) -> Result<Duration, String> {
    length(text).ok_or_else(|| "write a length of time such as 25s or 2m".to_owned())
}
