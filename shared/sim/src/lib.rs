//! An imaginary AWS on virtual time.
//!
//! The simulated AWS answers the real SDK over AWS's own wire protocols. It holds container instances, tasks, groups,
//! hooks and queues, and lets time jump whenever every task waits. It knows AWS, and nothing about the program under
//! trial. Every rule has its source. Behaviour that AWS does not document is a switch in [`scenario::Switches`].
//!
//! Comments name the sources: a page of the AWS documentation, the API reference, or a field report.
//!
//! In this world no program completes the lifecycle action, so Auto Scaling ends it after the heartbeat timeout:
//!
//! ```
//! use std::time::Duration;
//!
//! use sim::account::Summary;
//! use sim::scenario::Scenario;
//! use sim::{Aws, World};
//!
//! let scenario: Scenario = serde_json::from_value(serde_json::json!({
//!     "group": [{
//!         "name": "web",
//!         "cluster": "shop",
//!         "instances": 2,
//!         "hook": [{ "name": "drain", "heartbeat_timeout": "5m", "default_result": "CONTINUE" }],
//!     }],
//!     "happens": [{ "at": "1m", "what": "terminate-in-group", "instance": "i-web-1" }],
//! }))?;
//!
//! let history = sim::aws::block_on(scenario.seed, async {
//!     let aws = Aws::new(World::new(scenario.seed, scenario.switches.clone()));
//!     aws.world(|world| world.play(&scenario)).unwrap();
//!     // A program under trial would build its SDK clients over `aws.http_client("program")` here.
//!     aws.run(scenario.linger.0, scenario.limit.0).await.unwrap();
//!     aws.world(|world| world.take_history())
//! })?;
//!
//! let summary = Summary::from_history(&history, Duration::ZERO, "sweep");
//! assert_eq!(summary.lifecycle_actions.timed_out, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod account;
mod agenda;
pub mod api;
mod application_autoscaling;
mod autoscaling;
pub mod aws;
mod credentials;
pub mod deployment;
mod dispatch;
mod ec2;
mod ecs;
mod elb;
mod eventbridge;
mod fault_plan;
mod faults;
pub mod history;
mod host_loss;
pub mod iam;
mod lambda;
mod managed;
mod page;
mod query_protocol;
mod random;
mod rate;
mod region;
mod replica;
mod request_bucket;
pub mod scenario;
mod scheduler;
mod script;
mod secretsmanager;
pub mod server;
mod sns;
mod sqs;
mod ssm;
mod sts;
mod task_start;
mod task_starter;
mod throttle;
mod trigger_settings;
mod wire;
pub mod world;

pub use aws::Aws;
pub use ecs::{ScalingSettings, ServiceSettings, ShortService};
pub use script::ScriptError;
pub use sns::PublishedMessage;
pub use sqs::queue_url;
pub use wire::outside_caller::{Classified, classify};
pub use world::World;
