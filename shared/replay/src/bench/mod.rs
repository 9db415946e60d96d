//! Benches: worlds of a given size, built in code, and the figures of ebb's run in them.
//!
//! A bench measures and asserts nothing. [`SpotStorm`] is a crowd of Spot interruption warnings, [`Refresh`] an instance
//! refresh, [`Idle`] an account in which nothing happens. [`strategies`] plays one world with three ways to drain, and
//! `Recycle` one with four ways to replace the tasks of a service. `Shutdown` plays one with four ways to stop all services. ebb runs as Lambda functions or as one worker process, see
//! [`BenchRole`]. Other tools take a quarter of the account's ECS read bucket in every bench.

mod bounds;
mod call_counts;
mod count_and_poll;
mod idle;
mod peak_memory;
mod percentiles;
mod player;
#[cfg(feature = "operations")]
mod recycle;
#[cfg(feature = "operations")]
mod recycle_method;
#[cfg(feature = "operations")]
mod recycle_world;
mod refresh;
mod refresh_sweeps;
mod responders;
mod role;
#[cfg(feature = "operations")]
mod service_process;
#[cfg(feature = "operations")]
mod service_scripts;
#[cfg(feature = "operations")]
mod shutdown;
#[cfg(feature = "operations")]
mod shutdown_method;
#[cfg(feature = "operations")]
mod shutdown_scripts;
#[cfg(feature = "operations")]
mod shutdown_world;
mod spot_storm;
mod stop_estimates;
mod strategies;
mod task_outcomes;
mod worlds;

pub use bounds::{BoundSeconds, StopBudget};
pub use call_counts::CallCounts;
pub use idle::{Idle, IdleDetails, IdleFigures};
pub use percentiles::LagPercentiles;
pub use player::BenchProgress;
#[cfg(feature = "operations")]
pub use recycle::{Recycle, RecycleEffects, RecycleFigures};
#[cfg(feature = "operations")]
pub use recycle_method::RecycleMethod;
pub use refresh::{Refresh, RefreshCalls, RefreshDetails, RefreshFigures, SlowestCompletion};
pub use role::BenchRole;
#[cfg(feature = "operations")]
pub use shutdown::{Shutdown, ShutdownFigures};
#[cfg(feature = "operations")]
pub use shutdown_method::ShutdownMethod;
pub use spot_storm::{SpotStorm, SpotStormDetails, SpotStormFigures};
pub use stop_estimates::StopEstimate;
pub use strategies::{Strategy, StrategyFigures, strategies};
pub use task_outcomes::TaskOutcomes;
