//! AWS IAM, as far as roles of functions and of callers outside go: what a role allows, and what a call asks for.
//!
//! Left out: resource policies of queues towards their readers, boundaries, sessions, tags. A statement with an element or a
//! condition that is not known here is refused when it is read.

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
