//! A cluster that a service control policy denies to every role of the account.
//!
//! "An explicit deny in any of these policies overrides the allow" (IAM user guide,
//! reference_policies_evaluation-logic). Roles of AWS services are not denied: "SCPs do not affect any service-linked
//! role" (AWS Organizations user guide, orgs_manage_policies_scps). Callers without a role are the operator's, and are
//! not denied either.

use std::time::Duration;

use serde_json::json;

use super::Role;
use super::request_context::RequestContext;

/// A denied cluster: its service control policy, and the end of the policy.
#[derive(Debug)]
pub(super) struct DeniedCluster {
    policy: Role,
    /// End of the policy, as time since the start of the world; none for a policy that stays.
    until: Option<Duration>,
}

impl DeniedCluster {
    /// Returns a cluster that is denied until a time since the start.
    pub(super) fn new(cluster: &str, until: Option<Duration>) -> Result<Self, String> {
        Ok(Self { policy: policy(cluster)?, until })
    }

    /// Returns true if the policy denies the request at this time.
    pub(super) fn denies(&self, now: Duration, request: &RequestContext, resource: &str) -> bool {
        self.until.is_none_or(|until| now < until) && self.policy.denies(request, resource)
    }
}

/// Returns the service control policy of a denied cluster. A list of a whole cluster's tasks has no resource of the cluster,
/// so the policy has the condition key `ecs:cluster` as well (Service Authorization Reference, Amazon ECS).
fn policy(cluster: &str) -> Result<Role, String> {
    let arn = |of_type: &str| format!("arn:aws:ecs:*:*:{of_type}/{cluster}");
    let parts = ["container-instance", "task", "service"].map(|of_type| arn(of_type) + "/*");
    let resources: Vec<String> = parts.into_iter().chain([arn("cluster")]).collect();
    let condition = json!({ "ArnLike": { "ecs:cluster": arn("cluster") } });
    Role::new(&[json!({ "Statement": [
        { "Effect": "Deny", "Action": "ecs:*", "Resource": resources },
        { "Effect": "Deny", "Action": "ecs:*", "Resource": "*", "Condition": condition },
    ] })])
}
