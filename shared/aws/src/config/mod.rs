//! The configuration: environment variables, all parsed at once, with every error reported.

mod draft;
mod environment;
mod error;
mod names;
mod served_clusters;
mod settings;
mod variable;
mod variables;

pub use error::{ConfigErrors, VariableError};
pub use served_clusters::ServedClusters;
pub use settings::{Config, Mode};
pub use variable::{Variable, VariableDefault};
pub use variables::VARIABLES;

#[cfg(test)]
mod tests;
