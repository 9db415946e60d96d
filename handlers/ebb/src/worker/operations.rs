//! Operations on services, where their queue exists.

use aws::Clients;
use aws::config::Config;
use aws::fault::Fault;
use aws_services::operation_consumer::{OperationConsumer, QUEUE};
use tokio::sync::watch;

/// Takes operations further until the worker stops. Without a queue for them there is nothing to do.
pub(super) async fn serve(
    queue_prefix: &str,
    config: Config,
    clients: Clients,
    stopped: watch::Receiver<bool>,
) {
    let name = format!("{queue_prefix}{QUEUE}");
    let mut found = OperationConsumer::find(queue_prefix, config.clone(), clients.clone()).await;
    while let Err(Fault::Busy(_)) = &found {
        clients.clock.sleep(aws::limits::LONGEST_POLL_PAUSE).await;
        found = OperationConsumer::find(queue_prefix, config.clone(), clients.clone()).await;
    }
    match found {
        Ok(consumer) => {
            tracing::info!("receiving from queue {name}: operations on services");
            consumer.run(stopped).await;
        }
        Err(fault) => tracing::info!("operations on services are not served: {fault}"),
    }
}
