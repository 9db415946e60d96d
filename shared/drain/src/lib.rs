//! Decisions about container instances that go out of service.
//!
//! Everything here is a value or a function of values: no async, no SDK, no clock, no log. Time is an argument.
//! A [`signal`] says where to look, a [`trigger`] is a signal about one instance, an [`observation`] is what AWS
//! answered, and a [`policy`] is what the operator wants. [`decide()`] turns them into open questions, or into a
//! [`decision`] with its [`reason`].
//!
//! ```
//! use drain::decide;
//! use drain::decision::{Action, Question, Verdict};
//! use drain::observation::{ContainerInstance, Observation, Seen};
//! use drain::policy::Policy;
//! use drain::signal::InstanceAction;
//! use drain::trigger::{Trigger, Triggers};
//!
//! let policy = Policy::default();
//! let warned_at: jiff::Timestamp = "2026-03-02T09:00:00Z".parse()?;
//! let now: jiff::Timestamp = "2026-03-02T09:00:01Z".parse()?;
//!
//! let mut triggers = Triggers::default();
//! triggers.add(Trigger::SpotInterruption { at: warned_at, action: InstanceAction::Terminate });
//! let mut seen = Observation::new("i-0c4f1a7d2e9b83560", triggers);
//! assert_eq!(decide(&seen, &policy, now), Verdict::Ask(vec![Question::ContainerInstance]));
//!
//! seen.container_instance = Seen::Present(ContainerInstance {
//!     arn: "arn:aws:ecs:eu-west-1:111122223333:container-instance/shop/0f1e2d3c".to_owned(),
//!     cluster: "arn:aws:ecs:eu-west-1:111122223333:cluster/shop".to_owned(),
//!     described: None,
//! });
//! let Verdict::Decided(decision) = decide(&seen, &policy, now) else { panic!("it asks more") };
//! assert_eq!(decision.actions, [Action::Drain]);
//! assert_eq!(decision.reason.code(), "spot-interruption");
//! # Ok::<(), jiff::Error>(())
//! ```

pub mod arn;
pub mod attribute;
pub mod deadline;
pub mod decide;
pub mod decision;
pub mod limits;
pub mod log_text;
pub mod mode;
mod moment;
pub mod note;
pub mod observation;
pub mod policy;
pub mod reason;
pub mod recheck;
pub mod signal;
pub mod stop_plan;
pub mod stop_time;
pub mod stuck_service;
pub mod task;
pub mod trigger;
pub mod triggers;
pub mod watch;

pub use decide::decide;
