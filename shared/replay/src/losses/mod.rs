//! Losses of a run: their counts, and for each its cause and the setting that prevents it.

mod actions;
mod counts;
mod departure;
mod index;
mod loss;
mod requests;
mod services;
mod tasks;

pub use counts::Losses;
pub(crate) use index::losses_of_run;
pub use loss::Loss;
