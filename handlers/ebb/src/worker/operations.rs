//! Operations on services, where their queue exists.

use std::sync::Arc;

use aws::Clients;
use aws::config::Config;
use aws::fault::Fault;
use aws_services::operation_consumer::{OperationConsumer, QUEUE};
use aws_services::operation_observer::OperationObserver;
use tokio::sync::watch;

/// Takes operations further until the worker stops. Without a queue for them there is nothing to do.
pub(super) async fn serve(
    queue_prefix: &str,
    config: Config,
    clients: Clients,
    observer: Arc<dyn OperationObserver>,
    stopped: watch::Receiver<bool>,
) {
    let name = format!("{queue_prefix}{QUEUE}");
    let find = || {
        let observer = Some(Arc::clone(&observer));
        OperationConsumer::find(queue_prefix, config.clone(), clients.clone(), observer)
    };
    let mut found = find().await;
    while let Err(Fault::Busy(_)) = &found {
        clients.clock.sleep(aws::limits::LONGEST_POLL_PAUSE).await;
        found = find().await;
    }
    match found {
        Ok(consumer) => {
            tracing::info!("receiving from queue {name}: operations on services");
            consumer.run(stopped).await;
        }
        Err(fault) => tracing::info!("operations on services are not served: {fault}"),
    }
}
