//! Changes of a service: UpdateService, with one field at a time.
//!
//! A field that is sent unchanged can trigger a deployment, or be refused (ECS API reference, UpdateService).

use std::fmt::Display;

use aws::fault::Fault;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::config::retry::RetryConfig;
use aws_sdk_ecs::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::http::Response;

use super::ServiceName;

/// Error code of a service that is being deleted, or is deleted.
const NOT_ACTIVE: &str = "ServiceNotActiveException";

/// Sets the desired count, and nothing else.
pub(super) async fn set(ecs: &Client, name: &ServiceName, count: u32) -> Result<(), Fault> {
    let number = i32::try_from(count).unwrap_or(i32::MAX);
    let call = ecs.update_service().cluster(&name.cluster).service(&name.service);
    let answer = call.desired_count(number).send().await;
    let doing = || format!("setting the desired count of service {} to {count}", name.service);
    answer.map(|_| ()).map_err(|error| sorted(doing(), &error))
}

/// Forces a new deployment. The call is sent once: a repeated call after a lost answer would make a second deployment.
pub(super) async fn force_new_deployment(ecs: &Client, name: &ServiceName) -> Result<(), Fault> {
    let once = aws_sdk_ecs::config::Builder::default().retry_config(RetryConfig::disabled());
    let call = ecs.update_service().cluster(&name.cluster).service(&name.service);
    let call = call.force_new_deployment(true).customize().config_override(once);
    let doing = || format!("forcing a new deployment of service {}", name.service);
    call.send().await.map(|_| ()).map_err(|error| sorted(doing(), &error))
}

fn sorted<E: ProvideErrorMetadata>(doing: impl Display, error: &SdkError<E, Response>) -> Fault {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    match code {
        Some(NOT_ACTIVE) => Fault::Gone(format!("{doing}: {NOT_ACTIVE}")),
        _ => Fault::new(doing, error),
    }
}
