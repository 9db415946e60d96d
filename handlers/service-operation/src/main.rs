//! Operations on services: every minute, and when it is invoked, ebb takes them further.

use std::sync::Arc;

use aws::{Clients, Config, telemetry};
use aws_services::{OperationHandler, Stepper};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use notify::operations::NotifyingOperations;
use notify::{Notifier, NotifySettings};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let config = Config::from_environment(std::env::vars())?;
    let settings = NotifySettings::from_environment(std::env::vars())?;
    let clients = Clients::from_environment().await;
    let notifier = Arc::new(Notifier::new(&settings, &clients));
    let observer = Arc::new(NotifyingOperations::grouped(Arc::clone(&notifier)));
    let handler = OperationHandler::new(Stepper::new(clients), &config);
    let (notifier, handler) = (&notifier, &handler.with_observer(Some(observer)));
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        let relayed = notifier.relay(&event.payload).await;
        let answer = match relayed {
            Some(answer) => answer,
            None => handler.handle(&event.payload).await,
        };
        notifier.flush_all().await;
        Ok::<_, Error>(answer)
    }))
    .await
}
