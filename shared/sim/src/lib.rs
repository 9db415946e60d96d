//! An imaginary AWS on virtual time.
//!
//! The simulated AWS answers the real SDK over AWS's own wire protocols. It holds container instances, tasks, groups,
//! hooks and queues, and lets time jump whenever every task waits. It knows AWS, and does not know the program under
//! trial: every rule has its source, and what AWS does not document is a switch in [`scenario::Switches`].
//!
//! Comments name the sources: a page of the AWS documentation, the API reference, or a field report.

pub mod account;
mod agenda;
pub mod api;
mod autoscaling;
pub mod aws;
mod credentials;
pub mod deployment;
mod dispatch;
mod ec2;
mod ecs;
mod eventbridge;
mod fault_plan;
mod faults;
pub mod history;
mod host_loss;
pub mod iam;
mod lambda;
mod managed;
mod random;
mod region;
mod replica;
mod request_bucket;
pub mod scenario;
mod script;
pub mod server;
mod sqs;
mod throttle;
mod wire;
pub mod world;

pub use aws::Aws;
pub use ecs::ShortService;
pub use script::ScriptError;
pub use sqs::queue_url;
pub use wire::outside_caller::{Classified, classify};
pub use world::World;
