//! The check of a call against its caller's role.

use super::Role;
use super::denied_cluster::DeniedCluster;
use super::request_context::{KnownResources, RequestContext, passed_role};
use crate::api::{ApiError, Refusal};
use crate::history::Caller;
use crate::region::ACCOUNT;
use crate::scenario::Length;
use crate::wire::request::Call;
use crate::world::World;

impl World {
    /// Gives an outside caller a role for its calls from now on.
    pub fn assume_role(&mut self, who: &str, role: Role) {
        self.iam.outside.insert(who.to_owned(), role);
    }

    /// Denies every action of ECS on a cluster to all roles, from now on for a time or for ever.
    pub(crate) fn deny_cluster(&mut self, cluster: &str, for_: Option<Length>) {
        let until = for_.map(|length| self.elapsed() + length.0);
        match DeniedCluster::new(cluster, until) {
            Ok(denied) => drop(self.iam.denied.insert(cluster.to_owned(), denied)),
            Err(problem) => self.fatal(problem),
        }
    }
}

/// Refuses a call that its caller's role does not allow. A caller without a role may do anything.
pub(crate) fn check(world: &World, caller: &Caller, call: &Call) -> Result<(), Refusal> {
    let (name, role) = match caller {
        Caller::Function { name, .. } => (name, world.lambda.role_of(name)),
        Caller::Other(name) => (name, world.iam.outside.get(name)),
        Caller::Aws(_) => return Ok(()),
    };
    // "No permissions are required to perform this operation" (API reference, STS GetCallerIdentity).
    let Some(role) = role.filter(|_| call.service != "sts") else { return Ok(()) };
    let known = KnownResources {
        autoscaling: &world.autoscaling,
        application_autoscaling: &world.application_autoscaling,
        secrets: &world.secrets,
    };
    let request = RequestContext::new(&known, call);
    if let Some(passed) = passed_role(call).filter(|passed| !role.may("iam:PassRole", passed)) {
        let why = "because no identity-based policy allows the iam:PassRole action";
        let action = "iam:PassRole".to_owned();
        let request = RequestContext { action, resources: Vec::new(), cluster: None };
        let refused = denied(name, &request, passed, why);
        return Err(ApiError { status: 403, ..refused }.into());
    }
    for resource in &request.resources {
        let mut policies = world.iam.denied.values();
        if policies.any(|it| it.denies(world.elapsed(), &request, resource)) {
            let why = "with an explicit deny in a service control policy";
            return Err(denied(name, &request, resource, why).into());
        }
        if !role.allows(&request, resource) {
            let why =
                format!("because no identity-based policy allows the {} action", request.action);
            return Err(denied(name, &request, resource, &why).into());
        }
    }
    Ok(())
}

// Source of the words: IAM user guide, troubleshoot_access-denied. Codes: ECS API reference, AccessDeniedException;
// Auto Scaling and Elastic Load Balancing API references, common errors: AccessDenied, HTTP 403. AWS does not document the answer of SQS over
// awsJson.
fn denied(who: &str, request: &RequestContext, resource: &str, why: &str) -> ApiError {
    let action = &request.action;
    let message = format!(
        "User: arn:aws:sts::{ACCOUNT}:assumed-role/{who}/{who} is not authorized to perform: {action} on resource: \
         {resource} {why}"
    );
    let service = action.split(':').next().unwrap_or_default();
    // API reference, SNS, Publish: AuthorizationError.
    if service == "sns" {
        return ApiError { status: 403, code: "AuthorizationError".to_owned(), message };
    }
    if matches!(service, "autoscaling" | "elasticloadbalancing") {
        return ApiError { status: 403, code: "AccessDenied".to_owned(), message };
    }
    let refused = ApiError::client("AccessDeniedException", message);
    // REST APIs answer 403 (API references of Lambda and EventBridge Scheduler, common errors).
    let status = if matches!(service, "lambda" | "scheduler") { 403 } else { refused.status };
    ApiError { status, ..refused }
}
