//! Refusals: an operation that does not begin.

use crate::kind::OperationKind;
use crate::limits::LARGEST_PARAMETER;

/// Why an operation does not begin. Nothing has been changed.
#[derive(
    Debug, Clone, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr, strum::VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum OperationRefusal {
    /// The credentials belong to another account.
    #[error("the credentials belong to account {found}, and the request names {expected}")]
    OtherAccount {
        /// Account of the request.
        expected: String,
        /// Account of the credentials.
        found: String,
    },
    /// An operation on the service is open.
    #[error("operation {id} of {by} is open; follow, cancel or undo it first")]
    OtherOperation {
        /// Id of the open operation.
        id: String,
        /// Who asked for it.
        by: String,
    },
    /// There is no such service.
    #[error("there is no service {service} in cluster {cluster}; names must match exactly")]
    ServiceMissing {
        /// Name of the cluster.
        cluster: String,
        /// Name of the service.
        service: String,
    },
    /// The service is being deleted, or is deleted.
    #[error("the service has status {status}, and only an ACTIVE service can be changed")]
    ServiceNotActive {
        /// `status`.
        status: String,
    },
    /// The service runs one task on each container instance.
    #[error(
        "the scheduling strategy is DAEMON, which has no desired count; force a new deployment with \
         `aws ecs update-service --force-new-deployment`"
    )]
    Daemon,
    /// The service runs one task on each container instance, and a shutdown would set a desired count.
    #[error(
        "the scheduling strategy is DAEMON, which has no desired count, so its tasks run on; delete the service, or \
         give it a placement constraint that no container instance meets"
    )]
    DaemonRuns,
    /// ECS manages the service.
    #[error("the service is an Express service, and ECS manages it")]
    ManagedByEcs,
    /// The deployment controller does not allow the operation.
    #[error("{kind} is not possible with the deployment controller {controller}; {way_out}")]
    Controller {
        /// Kind of the operation.
        kind: OperationKind,
        /// `deploymentController.type`.
        controller: String,
        /// Call that does it instead.
        way_out: &'static str,
    },
    /// The task sets do not follow the desired count one to one.
    #[error(
        "the service has no single task set at 100 percent; wait for the end of its deployment"
    )]
    TaskSets,
    /// A deployment runs.
    #[error("deployment {id} is running; wait for its end")]
    RunningDeployment {
        /// Id of the deployment.
        id: String,
    },
    /// The last deployment failed, so new tasks would fail as well.
    #[error("deployment {id} has failed ({why}); deploy a working revision first")]
    FailedDeployment {
        /// Id of the deployment.
        id: String,
        /// `rolloutStateReason`.
        why: String,
    },
    /// The desired count lies outside the bounds of the scalable target.
    #[error(
        "the desired count {count} lies outside the scaling bounds {min} to {max}; Application Auto Scaling \
         would correct it at the end"
    )]
    CountOutsideBounds {
        /// `desiredCount`.
        count: u32,
        /// `MinCapacity`.
        min: u32,
        /// `MaxCapacity`.
        max: u32,
    },
    /// A task of `only` is no task of the service.
    #[error("not a running task of the service: {0}")]
    UnknownTask(String),
    /// The record does not fit into a parameter.
    #[error(
        "the record would have {0} bytes, and a parameter holds {LARGEST_PARAMETER}; too many tasks are \
         protected from scale-in"
    )]
    RecordTooLarge(usize),
    /// The request of a shutdown does not say that it is meant.
    #[error("a shutdown stops every task of the service; confirm it with `confirmed`")]
    NotConfirmed,
    /// A resume needs the record of a shutdown that has ended.
    #[error("operation {id} of {by} has not ended; wait for its end, or cancel it")]
    NotShutDown {
        /// Id of the open operation.
        id: String,
        /// Who asked for it.
        by: String,
    },
    /// There is no record that a resume could restore.
    #[error("there is no record of a shutdown of {service}; nothing to resume")]
    NoShutdown {
        /// Name of the service.
        service: String,
    },
}

impl OperationRefusal {
    /// Codes of all refusals.
    pub const CODES: &[&str] = <Self as strum::VariantNames>::VARIANTS;

    /// Returns the code for logs, for example `running-deployment`.
    pub fn code(&self) -> &'static str {
        self.into()
    }
}
