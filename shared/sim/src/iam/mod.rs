//! AWS IAM, for the roles of functions and of callers outside: permissions of roles, and permissions that calls need.
//!
//! Left out: resource policies of queues towards their readers, boundaries, sessions, tags. A statement with an
//! element or a condition that is not known here is refused when it is read.

mod authorization;
mod request_context;
mod role;

pub use role::Role;

use std::collections::BTreeMap;

pub(crate) use authorization::check;

/// The roles of callers outside, by their names.
#[derive(Debug, Default)]
pub(crate) struct Iam {
    outside: BTreeMap<String, Role>,
}

#[cfg(test)]
mod tests;
