//! Operations on services: every minute, and when it is invoked, ebb takes them further.

use aws::{Clients, Config, telemetry};
use aws_services::{OperationHandler, Stepper};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let config = Config::from_environment(std::env::vars())?;
    let stepper = Stepper::new(Clients::from_environment().await);
    let handler = OperationHandler::new(stepper, &config);
    let handler = &handler;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(handler.handle(&event.payload).await)
    }))
    .await
}
