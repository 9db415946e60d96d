//! Identifiers in a call: names, ids and ARNs. An identifier of another Region, account or cluster, or of no known
//! form, fails the call. AWS documents none of the error texts. A comment at each text names the report that quotes it.

use crate::api::ApiError;
use crate::region::{ACCOUNT, REGION};

use super::arn;

/// Type of a resource within a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResourceType {
    ContainerInstance,
    Service,
    Task,
}

impl ResourceType {
    fn name(self) -> &'static str {
        match self {
            Self::ContainerInstance => "container-instance",
            Self::Service => "service",
            Self::Task => "task",
        }
    }

    /// Returns the words for an id in messages; none for a service, which has no id.
    fn id_name(self) -> Option<&'static str> {
        match self {
            Self::ContainerInstance => Some("instanceId"),
            Self::Service => None,
            Self::Task => Some("taskId"),
        }
    }

    /// Checks the length of an id: 32 digits, or 36 characters of the older form with hyphens (aws/aws-cli#10057;
    /// Mic-U/ecsher#56).
    fn check_id(self, id: &str) -> Result<(), ApiError> {
        match self.id_name() {
            Some(name) if ![32, 36].contains(&id.len()) => {
                Err(invalid(format!("{name} length should be one of [32,36]")))
            }
            _ => Ok(()),
        }
    }
}

/// Returns the name of a cluster from its name or its ARN.
pub(super) fn cluster_name(given: &str) -> Result<&str, ApiError> {
    let name = if given.starts_with("arn:") { relative(given, "cluster")? } else { given };
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if (1..=255).contains(&name.len()) && name.chars().all(fits) {
        return Ok(name);
    }
    // awslabs/amazon-ecs-nodejs-microservices#18
    Err(invalid(format!("Cluster must match ^[a-zA-Z0-9\\-_]{{1,255}}$, but was {given}")))
}

/// Returns the ARN of a cluster's resource from its id, its name or its ARN.
pub(super) fn resource_arn(
    of_type: ResourceType,
    cluster: &str,
    given: &str,
) -> Result<String, ApiError> {
    let by_arn = given.starts_with("arn:");
    let rest = if by_arn { relative(given, of_type.name())? } else { given };
    let parts: Vec<&str> = rest.split('/').collect();
    let (named_cluster, id) = match (&parts[..], by_arn) {
        ([id], _) => (None, *id),
        ([cluster, id], true) => (Some(*cluster), *id),
        // aws-samples/semantic-search-aws-docs#5
        _ => return Err(invalid("Invalid identifier: Unexpected number of separators".to_owned())),
    };
    // aws/aws-toolkit-vscode#2915
    if let Some(other) = named_cluster.filter(|named| *named != cluster) {
        return Err(invalid(format!(
            "Invalid identifier: Identifier is for cluster {other}. Your cluster is {cluster}"
        )));
    }
    of_type.check_id(id)?;
    Ok(if by_arn { given.to_owned() } else { arn::within(of_type.name(), cluster, id) })
}

/// Returns the part of an ARN after its type. Fails unless the ARN has the service ECS, this Region and this account.
pub(super) fn relative<'a>(arn: &'a str, of_type: &str) -> Result<&'a str, ApiError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, _, region, account, relative] = parts[..] else {
        // mondoohq/mql#6370
        let message = format!(
            "com.amazon.arn.ARNSyntaxException: Fifth colon (namespace/relative-id delimiter) not found: {arn}"
        );
        return Err(ApiError::client("ClientException", message));
    };
    // aws/aws-cli#3175
    if region != REGION {
        return Err(invalid("Invalid Region in ARN".to_owned()));
    }
    // aws-actions/amazon-ecs-deploy-task-definition#261
    if account != ACCOUNT {
        return Err(invalid(format!("Identifier is for {account}. Your accountId is {ACCOUNT}")));
    }
    match relative.split_once('/') {
        Some((found, rest)) if found == of_type => Ok(rest),
        // aws/aws-cli#7875
        found => {
            let found = found.map_or(relative, |(found, _)| found);
            Err(invalid(format!("Unsupported resource type: {found}")))
        }
    }
}

fn invalid(message: String) -> ApiError {
    ApiError::client("InvalidParameterException", message)
}
