//! What `ebb worker` can be told.

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
  # Say what would be done, and do nothing:
  EBB_MODE=observe ebb worker

  # Against the simulated AWS, twenty times as fast as the clock:
  ebb sim --listen 127.0.0.1:4566 --speed 20 fixtures/scenarios/instance-refresh.toml &
  ebb worker --endpoint-url http://127.0.0.1:4566 --speed 20 --queue-prefix '' \\
    --region eu-west-1 --access-key-id any --secret-access-key any

Any number of workers may run side by side. What a drain does is set by EBB_ variables:
infra/README.md names them all. The worker finds its queues by their names, so that
EBB_QUEUE_URL and EBB_DEAD_LETTER_QUEUE_URL are not for it.

At SIGTERM or Ctrl-C, /health answers 503, nothing new is taken, and what is in hand is done
or, after --grace, given back to its queue. A second signal ends the worker where it is; what
it had in hand comes again when its time in the queue is over. The last poll alone may take
10 s: what it brings in a shorter --grace stays hidden for that time too.

Exit codes:
  0  ended by SIGTERM or Ctrl-C, with nothing in hand
  1  ended by a second signal, with something in hand
  2  a mistake in the command line or the environment, or an address that cannot be had";

/// `ebb worker`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// What stands before the feeds' names in the names of their queues: the name of the stack, and a hyphen
    #[arg(long, value_name = "PREFIX", default_value = "ebb-")]
    pub(super) queue_prefix: String,
    /// Where /health, /ready and /metrics are served; port 0 is any that is free, and is logged
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(super) listen: SocketAddr,
    /// How long what is in hand may take when the worker is to end; some seconds less than what the platform gives it
    #[arg(long, value_name = "LENGTH", default_value = "25s", value_parser = read_length)]
    pub(super) grace: Duration,
    #[command(flatten)]
    access: AccessArguments,
}

/// How to get into AWS; what is not given is found as every AWS SDK finds it.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
struct AccessArguments {
    /// The Region
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// A profile of the shared configuration files
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// A role that is assumed with the credentials that are found
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// An access key, in place of what is found
    #[arg(long, value_name = "ID", requires = "secret_access_key")]
    access_key_id: Option<String>,
    /// Its secret: other users of this machine can see a command line, the variable AWS_SECRET_ACCESS_KEY they cannot
    #[arg(long, value_name = "SECRET", requires = "access_key_id")]
    secret_access_key: Option<String>,
    /// The session token of a temporary key
    #[arg(long, value_name = "TOKEN", requires = "access_key_id")]
    session_token: Option<String>,
    /// Where every service is, in place of AWS
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// How many seconds pass there in one of ours, if it is an `ebb sim`; its clock is taken over
    #[arg(long, value_name = "N", requires = "endpoint_url", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    speed: Option<u32>,
}

impl Arguments {
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

fn read_length(text: &str) -> Result<Duration, String> {
    length(text).ok_or_else(|| "a length of time, such as 25s or 2m".to_owned())
}
