//! Effects: what ebb asks of AWS, and what it does there. The only code that names SDK types.
//!
//! [`worker::Worker`] takes the messages of one [`feed::Feed`], [`observe`]s, has `drain::decide` decide, and [`act`]s.
//! No policy stands here: what is wanted is read by [`config`] and judged in the crate `drain`. Calls are batched over
//! everything that a batch of messages names; retries and timeouts are the SDK's own, set in [`clients`]. Messages come from
//! Lambda, or, in a process of its own, from a `consumer`.

#[cfg(feature = "https")]
pub mod access;
pub mod act;
pub mod clients;
pub mod config;
#[cfg(feature = "consumer")]
pub mod consumer;
pub mod decision_fingerprint;
pub mod fault;
pub mod feed;
pub mod memory;
pub mod message_chain;
pub mod observe;
#[cfg(feature = "https")]
mod served_clock;
pub mod telemetry;
pub mod worker;

pub use clients::Clients;
pub use config::Config;
pub use feed::Feed;
pub use worker::Worker;
