//! Log lines of faults, with what the operator must check.

use crate::fault::Fault;

/// Logs a fault. A fault that passes is a warning and names the retry. Any other is an error and names the way out.
pub(super) fn log_fault(fault: &Fault, retry: &str) {
    match fault {
        Fault::Busy(text) | Fault::Gone(text) => tracing::warn!("{text}; {retry}"),
        Fault::Denied(text) => {
            tracing::error!("AWS refused a call: {text}; check the role and the configuration");
        }
        Fault::NoCluster(text) => {
            tracing::error!("a cluster does not exist: {text}; check EBB_CLUSTERS");
        }
        Fault::Bug(text) => {
            tracing::error!("AWS calls a request invalid: {text}; this is a bug in ebb, report it");
        }
        Fault::Malformed(text) => tracing::error!("cannot parse a message: {text}; check its rule"),
    }
}
