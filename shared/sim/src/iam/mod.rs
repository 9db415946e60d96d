//! AWS IAM, for the roles of functions and of callers outside: permissions of roles, and permissions that calls need.
//!
//! The only service control policy is the deny of one cluster. Left out: resource policies of queues towards their
//! readers, boundaries, sessions, tags. A statement with an unknown element or condition is refused when it is parsed.

mod authorization;
mod denied_cluster;
mod request_context;
mod role;
mod triggers;

pub use role::Role;

use std::collections::BTreeMap;

pub(crate) use authorization::check;
use denied_cluster::DeniedCluster;

/// Roles and policies that are not in the deployed template.
#[derive(Debug, Default)]
pub(crate) struct Iam {
    /// The roles of callers outside, by their names.
    outside: BTreeMap<String, Role>,
    /// Denied clusters, by their names.
    denied: BTreeMap<String, DeniedCluster>,
}

#[cfg(test)]
mod tests;
