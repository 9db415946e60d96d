//! The arguments of `ebb shutdown` and `ebb resume`.

use clap::Args;
use serde_json::{Map, Value, json};
use service::request::{OperationKind, OperationRequest};

use super::error::OperationError;
use super::request_arguments::{RequestArguments, parsed};

const SHUTDOWN_EXAMPLES: &str = "\
Examples:
  # Without --yes: the number of services and tasks, and the plan of each. Nothing is changed:
  ebb shutdown --cluster shop --all-services
  ebb shutdown --cluster shop --all-services --yes
  ebb shutdown --cluster shop --service api --service jobs --now --yes
  # Back to the recorded counts and scaling:
  ebb resume --cluster shop --all-services

A shutdown records each service, suspends its scaling and sets its desired count to 0. Tasks that
ECS has not begun to stop after the grace get StopTask. The shutdown succeeds only if no task was
left at two looks a minute apart, and otherwise names each task and what keeps it.

Both --graceful and --now send the stop signal (SIGTERM) and wait for the stop timeout of the
containers. ECS has no call that sends SIGKILL. --now sends StopTask in the step that sets the
desired count to 0, before a load balancer has deregistered the tasks.

DAEMON services have no desired count. --all-services and --tag list them with the way out.

The records stay in Systems Manager until `ebb resume`. A second shutdown never replaces them.

Exit codes:
  0    no task is left, or nothing to do; without --yes: the plan would begin
  1    a service was refused, failed, timed out or was cancelled
  2    a mistake in the command line
  130  interrupted by Ctrl-C or SIGTERM; the records are left";

const RESUME_EXAMPLES: &str = "\
Examples:
  ebb resume --cluster shop --service api
  ebb resume --cluster shop --all-services --json

A resume restores the record of a shutdown: the desired count, then scaling. It leaves what another
tool changed meanwhile, and reports it. --all-services names every service of the cluster that has
the record of a shutdown.

Exit codes:
  0    the services are as recorded
  1    a service was refused, failed or timed out
  2    a mistake in the command line
  130  interrupted by Ctrl-C or SIGTERM; the records are left";

/// Services by name, by tags, or all of a cluster.
#[derive(Debug, Args)]
pub(crate) struct ScopeArguments {
    /// Name of the cluster
    #[arg(long, value_name = "NAME")]
    pub(super) cluster: String,
    /// Exact name of the service; repeat the option for more
    #[arg(long = "service", value_name = "NAME", required_unless_present_any = ["tags", "all_services"])]
    pub(super) services: Vec<String>,
    /// Services with this tag instead; with several, those that have all of them
    #[arg(long = "tag", value_name = "KEY=VALUE", conflicts_with = "services")]
    pub(super) tags: Vec<String>,
    /// All services of the cluster instead
    #[arg(long, conflicts_with_all = ["services", "tags"])]
    pub(super) all_services: bool,
}

/// Arguments that both commands have.
#[derive(Debug, Args)]
pub(crate) struct ScopedArguments {
    #[command(flatten)]
    pub(super) scope: ScopeArguments,
    /// Print one JSON document; a list unless one --service is named
    #[arg(long)]
    pub(super) json: bool,
    /// Hand the requests to the function service-operation, and follow them
    #[arg(long)]
    pub(super) remote: bool,
    #[command(flatten)]
    pub(super) request: RequestArguments,
}

/// `ebb shutdown`.
#[derive(Debug, Args)]
#[command(after_help = SHUTDOWN_EXAMPLES)]
pub(crate) struct ShutdownArguments {
    #[command(flatten)]
    pub(super) scoped: ScopedArguments,
    /// Shut down; without it, print the plan and change nothing
    #[arg(long)]
    pub(super) yes: bool,
    /// Time in which ECS stops tasks before StopTask [default: 60s]
    #[arg(long, value_name = "LENGTH")]
    grace: Option<String>,
    /// Wait for ECS and the grace before StopTask; the default
    #[arg(long, conflicts_with = "now")]
    graceful: bool,
    /// Send StopTask right after desired count 0
    #[arg(long, conflicts_with = "grace")]
    now: bool,
    /// Longest time of a shutdown [default: 300s, and the deregistration delay]
    #[arg(long, value_name = "LENGTH")]
    timeout: Option<String>,
}

/// `ebb resume`.
#[derive(Debug, Args)]
#[command(after_help = RESUME_EXAMPLES)]
pub(crate) struct ResumeArguments {
    #[command(flatten)]
    pub(super) scoped: ScopedArguments,
}

impl ShutdownArguments {
    /// Returns the request for a service.
    ///
    /// # Errors
    ///
    /// Every field that is not understood.
    pub(super) fn request(&self, service: &str) -> Result<OperationRequest, OperationError> {
        let mut fields = self.scoped.fields(OperationKind::Shutdown, service);
        let grace = if self.now { Some("0") } else { self.grace.as_deref() };
        fields.extend(grace.map(|it| ("grace".to_owned(), json!(it))));
        fields.extend(self.timeout.as_ref().map(|it| ("timeout".to_owned(), json!(it))));
        // The plan is that of a confirmed request. Only --yes carries it out.
        fields.insert("confirmed".to_owned(), Value::Bool(true));
        parsed(fields)
    }
}

impl ResumeArguments {
    /// Returns the request for a service.
    ///
    /// # Errors
    ///
    /// Every field that is not understood.
    pub(super) fn request(&self, service: &str) -> Result<OperationRequest, OperationError> {
        parsed(self.scoped.fields(OperationKind::Resume, service))
    }
}

impl ScopedArguments {
    fn fields(&self, kind: OperationKind, service: &str) -> Map<String, Value> {
        self.request.fields(kind, &self.scope.cluster, service)
    }

    /// Returns true if the output is one document instead of a list.
    pub(super) fn is_single(&self) -> bool {
        self.scope.services.len() == 1
    }
}
