//! Errors of a configuration.

use std::fmt;

/// An environment variable that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableError {
    /// Name of the variable.
    pub variable: String,
    /// Value, if the variable is set.
    pub value: Option<String>,
    /// Problem, as the rest of a sentence: `is invalid: expected act, observe or hold`.
    pub problem: String,
}

/// Every error of a configuration, at least one.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<VariableError>);

impl fmt::Display for VariableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value} {}", self.variable, self.problem),
            None => write!(f, "{} {}", self.variable, self.problem),
        }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is invalid")?;
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

/// Formats the errors as `Display` does, because a `main` that returns them prints them so.
impl fmt::Debug for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigErrors {}
