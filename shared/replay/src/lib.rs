//! Plays scenarios against the simulated AWS and reports the results.
//!
//! [`player::play`] runs ebb's own functions, or another [`Responder`], in one simulated world. [`invariants`] checks
//! the [`Played`] run. The other modules provide scenarios, and run many of them:
//!
//! - [`replayed`]: one file, a scenario or recorded events, with one responder or several.
//! - [`simulation`]: random worlds with random faults, one for each seed.
//! - [`every_call`]: one scenario with a fault at every AWS call, one fault in each run.
//! - [`staleness`]: random worlds whose reads lag behind, to choose the settle time.
//! - [`mod@bench`]: worlds of a given size, and the figures of ebb's run in them.
//!
//! [`Program`] is the program under test: a test replaces parts of it to make mistakes on purpose. The crate has no command
//! line and prints nothing.
//!
//! ```
//! use std::path::Path;
//!
//! use replay::scenario_file::parse_scenario;
//! use replay::{Responder, replay_scenario};
//!
//! let path = Path::new("scale-in.toml");
//! let scenario = parse_scenario(path, r#"
//!     [[group]]
//!     name = "web"
//!     cluster = "shop"
//!     instances = 3
//!     hook = [{ name = "ebb", heartbeat_timeout = "1h", default_result = "CONTINUE" }]
//!
//!     [[service]]
//!     name = "api"
//!     cluster = "shop"
//!     desired = 6
//!
//!     [[happens]]
//!     at = "1m"
//!     what = "terminate-in-group"
//!     instance = "i-web-1"
//! "#)?;
//!
//! let replay = replay_scenario(path, &scenario, &[Responder::Ebb], None)?;
//!
//! let run = &replay.runs[0];
//! assert!(run.broken.is_empty());
//! assert_eq!(run.summary.lifecycle_actions.continued, 1);
//! assert_eq!(run.summary.tasks_killed.replica, 0);
//! # Ok::<(), replay::ReplayError>(())
//! ```

pub mod bench;
pub mod clock;
pub mod configuration;
pub mod coverage;
pub mod deployed;
pub mod error;
pub mod every_call;
mod input;
pub mod invariants;
pub mod losses;
#[cfg(feature = "operations")]
pub mod operations;
mod parallel;
pub mod player;
pub mod program;
pub mod random;
pub mod recording;
pub mod regression;
pub mod replayed;
pub mod responder;
pub mod run_outcome;
pub mod scenario_file;
pub mod shrink;
pub mod simulation;
pub mod staleness;

pub use configuration::{Configuration, VariableSource};
pub use coverage::Coverage;
pub use error::ReplayError;
pub use invariants::Violation;
pub use losses::{Loss, Losses};
pub use player::{LogLine, Played};
pub use program::Program;
pub use recording::SmallWorld;
pub use replayed::{Replay, ReplayOptions, Run, replay_file, replay_scenario};
pub use responder::Responder;
pub use run_outcome::RunOutcome;
pub use simulation::{SimulationOptions, SimulationResult};
