//! Effects: calls of ECS, Auto Scaling and SQS. This is the only crate that names SDK types.
//!
//! [`worker::Worker`] handles the messages of one [`feed::Feed`]: it [`observe`]s, lets `drain::decide` decide, and
//! [`act`]s. No policy is here: [`config`] parses it, and the crate `drain` applies it. Calls are batched over
//! everything that a batch of messages names. Retries and timeouts are settings of the SDK, made in [`clients`].
//! Messages come from Lambda, or from a `consumer` in a process of its own.
//!
//! ```
//! use aws::Config;
//! use drain::policy::StandalonePolicy;
//!
//! let variables = |value: &str| [("EBB_STANDALONE".to_owned(), value.to_owned())];
//!
//! let config = Config::without_queues(variables("stop"))?;
//! assert_eq!(config.policy.standalone, StandalonePolicy::Stop);
//!
//! let errors = Config::without_queues(variables("sometimes")).unwrap_err();
//! assert_eq!(errors.0[0].variable, "EBB_STANDALONE");
//! # Ok::<(), aws::config::ConfigErrors>(())
//! ```

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
pub mod limiter;
pub mod limits;
pub mod memory;
pub mod message_chain;
pub mod observe;
pub mod parallel;
#[cfg(feature = "https")]
mod served_clock;
pub mod telemetry;
pub mod worker;

pub use clients::Clients;
pub use config::Config;
pub use feed::Feed;
pub use worker::Worker;
