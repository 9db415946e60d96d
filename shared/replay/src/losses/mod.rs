//! Losses of a run: their counts, their causes, and the settings that prevent them.

mod actions;
mod counts;
mod departure;
mod index;
mod loss;
mod requests;
mod run_losses;
mod services;
mod stop_time;
mod tasks;

pub use counts::Losses;
pub use loss::Loss;
pub(crate) use run_losses::losses_of_run;
