//! The arguments of `ebb recycle`, `ebb restart` and `ebb operations`.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use service::request::{OperationKind, OperationRequest};

use super::error::OperationError;
use super::request_arguments::{RequestArguments, parsed};
use super::selection::SelectionArguments;
use crate::access::AccessArguments;

const RECYCLE_EXAMPLES: &str = "\
Examples:
  ebb recycle --cluster shop --service api --dry-run
  ebb recycle --cluster shop --service api
  # Five at a time, only tasks older than a week, and no longer than two hours:
  ebb recycle --cluster shop --service api --batch 5 --older-than 7d --timeout 2h
  # Every service with a tag, in an account that must be this one:
  ebb recycle --cluster shop --tag team=checkout --account 111122223333
  # By the function service-operation; this process only follows:
  ebb recycle --cluster shop --service api --remote

A recycle replaces tasks with tasks of the same revision: they read secrets and parameters anew,
and start with empty memory. They do not get another image behind the same tag, because ECS
keeps the digest of the deployment. For a new image use `ebb restart`.

Before anything changes, ebb records the desired count, the scaling bounds and the protection of
tasks in Systems Manager. Whatever happens, `ebb operations` takes the operation up or undoes it,
on any machine. The function service-operation does so once a minute.

Exit codes:
  0    done, or nothing to do
  1    failed, timed out or cancelled; the service is as recorded
  2    a mistake in the command line
  130  interrupted by Ctrl-C or SIGTERM; the operation is open";

const RESTART_EXAMPLES: &str = "\
Examples:
  ebb restart --cluster shop --service api
  ebb restart --cluster shop --service api --timeout 30m --json

A restart forces a new deployment: ECS resolves image tags anew, and replaces all tasks within
the bounds of the deployment. A service that deploys blue/green, linear or canary runs its whole
deployment, hooks included. Where tasks only have to start afresh, `ebb recycle` is enough.

ebb follows the deployment to its end: it fails if ECS rolls back, if the circuit breaker or an
alarm triggers, and it waits until the last old task is gone.

Exit codes:
  0    the deployment is complete, and no old task is left
  1    failed, rolled back, timed out or cancelled
  2    a mistake in the command line
  130  interrupted by Ctrl-C or SIGTERM; the deployment goes on";

const FOLLOW_EXAMPLES: &str = "\
Examples:
  ebb operations follow shop/api
  # Only watch, while the function service-operation takes the steps:
  ebb operations follow shop/api --watch

Without --watch this process takes the steps. Several processes may do so at the same time.";

const CANCEL_EXAMPLES: &str = "\
Examples:
  ebb operations cancel shop/api
  ebb operations follow shop/api

A cancelled operation restores what it has changed. The function service-operation, or any
process that follows the operation, takes these steps.";

const UNDO_EXAMPLES: &str = "\
Examples:
  ebb operations undo shop/api

Cancels the operation, and takes the steps that restore the service in this process.

Exit codes:
  0    the operation had ended before: done, or nothing to do
  1    cancelled, and the service is as recorded; or it failed or timed out before
  130  interrupted; the operation is open";

const LIST_EXAMPLES: &str = "\
Examples:
  ebb operations list
  ebb operations list --json";

/// Arguments of every command that begins an operation.
#[derive(Debug, Args)]
pub(crate) struct CommonArguments {
    #[command(flatten)]
    pub(super) selection: SelectionArguments,
    /// Longest time of the whole operation, such as 2h [default: until it stands still]
    #[arg(long, value_name = "LENGTH")]
    timeout: Option<String>,
    /// Print the plan, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Print one JSON document for each operation
    #[arg(long)]
    pub(super) json: bool,
    /// Hand the request to the function service-operation, and follow it
    #[arg(long, conflicts_with = "dry_run")]
    pub(super) remote: bool,
    #[command(flatten)]
    pub(super) request: RequestArguments,
}

/// `ebb recycle`.
#[derive(Debug, Args)]
#[command(after_help = RECYCLE_EXAMPLES)]
pub(crate) struct RecycleArguments {
    #[command(flatten)]
    pub(super) common: CommonArguments,
    /// Add healthy tasks before any stops; false stops first
    #[arg(long, value_name = "true|false", default_value_t = true, action = clap::ArgAction::Set)]
    maintain_service_state: bool,
    /// Time from a healthy replacement to the next stop [default: 30s]
    #[arg(long, value_name = "LENGTH")]
    wait_time: Option<String>,
    /// Tasks that are replaced together [default: 1]
    #[arg(long, value_name = "N")]
    batch: Option<u32>,
    /// Order: oldest-first or newest-first [default: oldest-first]
    #[arg(long, value_name = "ORDER")]
    order: Option<String>,
    /// Only these tasks, by id or ARN, separated by commas; at most 30
    #[arg(long, value_name = "TASK", value_delimiter = ',')]
    only: Vec<String>,
    /// Only tasks of at least this age, such as 7d
    #[arg(long, value_name = "LENGTH")]
    older_than: Option<String>,
    /// scheduler (ECS scales in and drains) or stop-task [default: by the service]
    ///
    /// Behind a load balancer or with Service Connect ebb has the scheduler stop tasks: ECS then deregisters and drains them before
    /// their stop signal. Elsewhere ebb calls StopTask.
    #[arg(long, value_name = "METHOD")]
    stop_with: Option<String>,
}

/// `ebb restart`.
#[derive(Debug, Args)]
#[command(after_help = RESTART_EXAMPLES)]
pub(crate) struct RestartArguments {
    #[command(flatten)]
    pub(super) common: CommonArguments,
}

/// `ebb operations`.
#[derive(Debug, Subcommand)]
pub(crate) enum OperationsCommand {
    /// List the operations that are open
    List(ListArguments),
    /// Take an operation to its end in this process, or watch it
    Follow(FollowArguments),
    /// Cancel an operation; it restores what it has changed
    Cancel(CancelArguments),
    /// Cancel an operation, and restore the service in this process
    Undo(UndoArguments),
}

/// `ebb operations list`.
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(crate) struct ListArguments {
    /// Print one JSON document
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) access: AccessArguments,
}

/// `ebb operations follow`.
#[derive(Debug, Args)]
#[command(after_help = FOLLOW_EXAMPLES)]
pub(crate) struct FollowArguments {
    /// The operation: CLUSTER/SERVICE, or its id
    #[arg(value_name = "OPERATION")]
    pub(super) operation: String,
    /// Take no step, only watch
    #[arg(long)]
    pub(super) watch: bool,
    /// Print one JSON document
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) access: AccessArguments,
}

/// `ebb operations cancel`.
#[derive(Debug, Args)]
#[command(after_help = CANCEL_EXAMPLES)]
pub(crate) struct CancelArguments {
    /// The operation: CLUSTER/SERVICE, or its id
    #[arg(value_name = "OPERATION")]
    pub(super) operation: String,
    #[command(flatten)]
    pub(super) access: AccessArguments,
}

/// `ebb operations undo`.
#[derive(Debug, Args)]
#[command(after_help = UNDO_EXAMPLES)]
pub(crate) struct UndoArguments {
    /// The operation: CLUSTER/SERVICE, or its id
    #[arg(value_name = "OPERATION")]
    pub(super) operation: String,
    /// Print one JSON document
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) access: AccessArguments,
}

impl RecycleArguments {
    /// Returns the request for a service.
    ///
    /// # Errors
    ///
    /// Every field that is not understood.
    pub(super) fn request(&self, service: &str) -> Result<OperationRequest, OperationError> {
        let mut fields = self.common.fields(OperationKind::Recycle, service);
        let mut add = |field: &str, value: Option<Value>| {
            fields.extend(value.map(|value| (field.to_owned(), value)));
        };
        add("maintain_service_state", Some(json!(self.maintain_service_state)));
        add("wait_time", self.wait_time.as_ref().map(|it| json!(it)));
        add("batch", self.batch.map(|it| json!(it)));
        add("order", self.order.as_ref().map(|it| json!(it)));
        add("only", (!self.only.is_empty()).then(|| json!(self.only)));
        add("older_than", self.older_than.as_ref().map(|it| json!(it)));
        add("stop_with", self.stop_with.as_ref().map(|it| json!(it)));
        parsed(fields)
    }
}

impl RestartArguments {
    /// Returns the request for a service.
    ///
    /// # Errors
    ///
    /// Every field that is not understood.
    pub(super) fn request(&self, service: &str) -> Result<OperationRequest, OperationError> {
        parsed(self.common.fields(OperationKind::Restart, service))
    }
}

impl CommonArguments {
    fn fields(&self, kind: OperationKind, service: &str) -> Map<String, Value> {
        let mut fields = self.request.fields(kind, &self.selection.cluster, service);
        fields.extend(self.timeout.as_ref().map(|it| ("timeout".to_owned(), json!(it))));
        fields
    }
}
