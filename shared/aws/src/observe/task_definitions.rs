//! Task definitions: DescribeTaskDefinition. A revision never changes.

use std::time::Duration;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types;
use drain::stop_time::Container;

use super::conversion::short_id;
use crate::fault::Fault;

/// Returns the containers of a task definition, with the fields that their stop time depends on.
///
/// # Errors
///
/// The fault of the call. AWS refuses an INACTIVE definition that no task refers to.
pub async fn containers(ecs: &Client, arn: &str) -> Result<Vec<Container>, Fault> {
    let call = ecs.describe_task_definition().task_definition(arn);
    let doing = format!("describing task definition {}", short_id(arn));
    let answer = call.send().await.map_err(|error| Fault::new(doing, &error))?;
    let definition = answer.task_definition();
    Ok(definition
        .map(|it| it.container_definitions())
        .unwrap_or_default()
        .iter()
        .map(container)
        .collect())
}

/// Returns a container definition with the fields that its stop time depends on.
pub fn container(it: &types::ContainerDefinition) -> Container {
    let seconds = it.stop_timeout().and_then(|seconds| u64::try_from(seconds).ok());
    Container {
        name: it.name().unwrap_or_default().to_owned(),
        stop_timeout: seconds.map(Duration::from_secs),
        depends_on: it.depends_on().iter().map(|it| it.container_name().to_owned()).collect(),
    }
}
