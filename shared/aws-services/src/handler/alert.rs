//! Alerts: each begins the configured shutdown. A second one finds the records of the first, and does nothing.

use aws::fault::Fault;
use service::alert::Alert;
use service::request::{OperationKind, OperationRequest};

use super::OperationHandler;
use crate::act::ServiceName;
use crate::service_search;

impl OperationHandler {
    /// Begins the shutdowns of an alert. Returns the services for which there is more to do, or the reason for which this
    /// deployment does not understand the alert.
    ///
    /// A service that cannot begin does not keep the others from it: the log has its refusal.
    pub(super) async fn begin_alert(
        &self,
        alert: &Alert,
    ) -> Result<Result<Vec<ServiceName>, String>, Fault> {
        let why = match alert {
            Alert::Raised(why) => why,
            Alert::Quiet(why) => {
                tracing::info!("an alert asks for nothing: {why}");
                return Ok(Ok(Vec::new()));
            }
        };
        if self.alert_scope.is_empty() {
            return Ok(Err(format!("{why}, and EBB_SHUTDOWN_ON_ALERT names no cluster")));
        }
        let mut requests = Vec::new();
        for entry in &self.alert_scope {
            requests.extend(self.requests(entry, why).await?);
        }
        if let Some(reason) = requests.iter().find_map(|request| self.refusal(request)) {
            return Ok(Err(reason));
        }
        tracing::warn!("{why}: the configured shutdown begins, with {} services", requests.len());
        let (mut begun, mut failed) = (Vec::new(), None);
        for request in &requests {
            match self.begin_request(request, "an alert".to_owned()).await {
                Ok(service) => begun.extend(service),
                Err(fault) => failed = Some(fault),
            }
        }
        failed.map_or(Ok(Ok(begun)), Err)
    }

    /// Returns the requests of an entry of the scope: `CLUSTER/SERVICE`, or `CLUSTER` for all of its services.
    async fn requests(&self, entry: &str, why: &str) -> Result<Vec<OperationRequest>, Fault> {
        let (cluster, services) = match entry.split_once('/') {
            Some((cluster, service)) => (cluster, vec![service.to_owned()]),
            None => {
                let ecs = &self.operations.stepper().clients().aws.ecs;
                (entry, service_search::all(ecs, entry).await?)
            }
        };
        let request = |service: String| OperationRequest {
            confirmed: true,
            reason: Some(why.to_owned()),
            ..OperationRequest::new(OperationKind::Shutdown, cluster, service)
        };
        Ok(services.into_iter().map(request).collect())
    }
}
