//! Tools that tests of several crates use: a served world, and a function's binary under a Runtime API.
//!
//! The tests of the whole program stand in `suite`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking"
)]

pub mod batch;
pub mod function;
pub mod queue;
pub mod running;
pub mod runtime_api;
pub mod served;
pub mod serving;
pub mod story;
