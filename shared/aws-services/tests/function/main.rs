//! `service-operation` in the simulated AWS: its deployment, its role, its faults, in virtual time.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod busy;
mod call_counts;
mod faults;
mod invocation;
mod role;
mod shutdown;
mod world;
