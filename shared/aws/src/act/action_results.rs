//! Results of orders, by EC2 instance.

use std::collections::BTreeMap;
use std::fmt::Display;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use drain::attribute::DrainAttribute;
use drain::observation::ContainerInstance;

use super::order::Order;
use crate::fault::Fault;

/// Result of the order for one EC2 instance.
#[derive(Debug, Clone, Default)]
pub struct ActionResult {
    /// The container instance after it was set DRAINING.
    pub drained: Option<ContainerInstance>,
    /// The container instance after it was set ACTIVE, without the attribute.
    pub activated: Option<ContainerInstance>,
    /// Attribute that was written on the container instance.
    pub written: Option<DrainAttribute>,
    /// Faults of the calls. A resource that is gone is no fault.
    pub faults: Vec<Fault>,
}

/// Results by EC2 instance.
pub type ActionResults = BTreeMap<String, ActionResult>;

/// Returns the result of a call whose answer does not matter.
pub(super) fn call_result<T, E: ProvideErrorMetadata>(
    doing: impl Display,
    answer: Result<T, SdkError<E, Response>>,
) -> Result<(), Fault> {
    answer.map(|_| ()).map_err(|error| Fault::new(doing, &error))
}

/// Adds the fault of a call to the result of its instance. A resource that is gone needs no action.
pub(super) fn record_fault(
    results: &mut ActionResults,
    ec2_instance: &str,
    result: Result<(), Fault>,
) {
    match result {
        Ok(()) => {}
        Err(Fault::Gone(text)) => tracing::debug!(ec2_instance, "{text}"),
        Err(fault) => results.entry(ec2_instance.to_owned()).or_default().faults.push(fault),
    }
}

/// Adds the faults of several calls, each to the result of its instance.
pub(super) fn record_faults(
    results: &mut ActionResults,
    answers: Vec<(&Order, Result<(), Fault>)>,
) {
    for (order, result) in answers {
        record_fault(results, &order.ec2_instance, result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gone_resource_is_no_fault() {
        let mut results = ActionResults::new();

        record_fault(&mut results, "i-1", Err(Fault::Gone("completing".to_owned())));
        record_fault(&mut results, "i-2", Err(Fault::Busy("completing".to_owned())));

        assert!(!results.contains_key("i-1"));
        assert_eq!(results["i-2"].faults.len(), 1);
    }
}
