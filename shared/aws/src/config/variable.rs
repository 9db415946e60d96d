//! An environment variable of the configuration.

use super::draft::ConfigDraft;

/// An environment variable.
#[derive(Debug)]
pub struct Variable {
    /// Name.
    pub name: &'static str,
    /// Unit, or kind, of the value.
    pub unit: &'static str,
    /// Value if the variable is not set.
    pub default: VariableDefault,
    /// Values that are valid.
    pub limit: &'static str,
    /// Purpose.
    pub why: &'static str,
    /// Parses a value into the draft, or returns `None` if it is not valid.
    pub(super) parse: fn(&mut ConfigDraft, &str) -> Option<()>,
}

/// Default of an environment variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableDefault {
    /// A default value.
    Value(&'static str),
    /// No value.
    Unset,
    /// No default: the variable must be set.
    Required,
}

impl VariableDefault {
    /// Returns the default as the documentation writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Value(value) => value,
            Self::Unset => "none",
            Self::Required => "required",
        }
    }
}
