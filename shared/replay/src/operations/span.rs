//! The time of an operation: from the creation of its record to its end.

use std::time::Duration;

use aws_services::operations::service_of_parameter;
use sim::history::{Entry, Fact};
use sim::scenario::{Happening, Scenario};

use service::request::OperationRequest;

use crate::deployed::SERVICE_OPERATION;

/// Time of one operation in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OperationSpan {
    /// Name of the cluster.
    pub(crate) cluster: String,
    /// Name of the service.
    pub(crate) service: String,
    /// Time at which the record was created.
    pub(crate) began: Duration,
    /// Time at which the record was deleted. None if the record is still there at the end of the run.
    pub(crate) ended: Option<Duration>,
}

impl OperationSpan {
    /// Returns true if the time lies within the operation.
    pub(crate) fn includes(&self, at: Duration) -> bool {
        self.began <= at && self.ended.is_none_or(|ended| at <= ended)
    }

    /// Returns true if this is the ARN of the service.
    pub(crate) fn is_service(&self, arn: &str) -> bool {
        arn.ends_with(&format!(":service/{}/{}", self.cluster, self.service))
    }

    /// Returns the request that began the operation: the last one for the service before the record. None if a file of another
    /// version began it.
    pub(crate) fn request(&self, scenario: &Scenario) -> Option<OperationRequest> {
        let earlier = scenario.happens.iter().filter(|step| step.at.0 <= self.began);
        let mut requests = earlier.filter_map(|step| match &step.what {
            Happening::Message { queue, body } if queue == SERVICE_OPERATION => {
                OperationRequest::parse(body).ok()
            }
            _ => None,
        });
        requests.rfind(|it| (&it.cluster, &it.service) == (&self.cluster, &self.service))
    }
}

/// Returns the operations of a run in the order in which they began.
pub(crate) fn operation_spans(history: &[Entry]) -> Vec<OperationSpan> {
    let mut spans: Vec<OperationSpan> = Vec::new();
    for Entry { at, fact } in history {
        let Fact::Parameter { name, version, .. } = fact else { continue };
        let Some(name) = service_of_parameter(name).filter(|_| name.ends_with("/before")) else {
            continue;
        };
        let of_service = |span: &&mut OperationSpan| {
            span.ended.is_none() && (&span.cluster, &span.service) == (&name.cluster, &name.service)
        };
        match (version, spans.iter_mut().find(of_service)) {
            (None, Some(open)) => open.ended = Some(*at),
            (Some(_), None) => spans.push(OperationSpan {
                cluster: name.cluster,
                service: name.service,
                began: *at,
                ended: None,
            }),
            _ => {}
        }
    }
    spans
}
