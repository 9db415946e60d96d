//! Alerts: each begins the configured shutdown. A second one finds the records of the first, and does nothing.

use aws::fault::Fault;
use aws_sdk_ecs::types::SchedulingStrategy;
use service::alert::Alert;
use service::record::OperationRecord;
use service::request::{OperationKind, OperationRequest};

use super::OperationHandler;
use crate::act::ServiceName;
use crate::service_search::with_strategy;

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
        if requests.is_empty() {
            tracing::info!("{why}: no service of the configured shutdown is left to shut down");
        } else {
            tracing::warn!("{why}: the configured shutdown begins; services: {}", requests.len());
        }
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
    ///
    /// A service with a record is left out: an earlier alert, or an operator, was first. DAEMON services of a cluster are
    /// logged, because they have no desired count.
    async fn requests(&self, entry: &str, why: &str) -> Result<Vec<OperationRequest>, Fault> {
        let clients = self.operations.stepper().clients();
        let (cluster, mut services) = match entry.split_once('/') {
            Some((cluster, service)) => (cluster, vec![service.to_owned()]),
            None => {
                let ecs = &clients.aws.ecs;
                let daemons = with_strategy(ecs, entry, SchedulingStrategy::Daemon).await?;
                if !daemons.is_empty() {
                    let names = daemons.join(", ");
                    tracing::warn!(
                        "DAEMON services of cluster {entry} run on: {names}; to stop one, delete it"
                    );
                }
                (entry, with_strategy(ecs, entry, SchedulingStrategy::Replica).await?)
            }
        };
        let path = format!("{}{cluster}/", OperationRecord::PATH);
        let recorded = clients.parameters.names_below(&path).await?;
        let is_recorded =
            |service: &String| recorded.contains(&OperationRecord::parameter(cluster, service));
        services.retain(|service| !is_recorded(service));
        let request = |service: String| OperationRequest {
            confirmed: true,
            reason: Some(why.to_owned()),
            ..OperationRequest::new(OperationKind::Shutdown, cluster, service)
        };
        Ok(services.into_iter().map(request).collect())
    }
}
