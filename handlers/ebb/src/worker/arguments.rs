//! The arguments of `ebb worker`.

use std::net::SocketAddr;
use std::time::Duration;

use aws::access::Access;
use clap::Args;
use drain::policy::length;

use crate::access::AccessArguments;

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

Where the queue service-operation exists, the worker takes operations on services further, too:
see `ebb recycle --help`.

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

impl WorkerArguments {
    pub(super) fn access(&self) -> Access {
        self.access.access()
    }
}

fn parse_length(text: &str) -> Result<Duration, String> {
    length(text).ok_or_else(|| "write a length of time such as 25s or 2m".to_owned())
}
