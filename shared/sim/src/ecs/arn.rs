//! ARNs in the new long form, with the cluster's name in them (ECS developer guide, ecs-account-settings).

use crate::region::{ACCOUNT, REGION};

/// Returns the ARN of something in ECS. `what` is e.g. `cluster`, `rest` follows the slash.
pub(super) fn ecs_arn(what: &str, rest: &str) -> String {
    format!("arn:aws:ecs:{REGION}:{ACCOUNT}:{what}/{rest}")
}

/// Returns the ARN of something in a cluster.
pub(super) fn within(what: &str, cluster: &str, id: &str) -> String {
    ecs_arn(what, &format!("{cluster}/{id}"))
}

/// Returns the part after the last slash: the id, or the name.
pub(super) fn id(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}
