//! Elastic Load Balancing v2 (awsQuery, version 2015-12-01): the target groups of ECS services.
//!
//! Subset: the health of targets, the deregistration delay, and DeregisterTargets. Left out: load balancers, listeners,
//! rules, and targets that ECS did not register.

mod api;
mod target_shape;
#[cfg(test)]
mod tests;

pub(crate) use api::{OPERATIONS, call};
