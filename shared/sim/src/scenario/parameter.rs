//! Parameters of Systems Manager as data.

use serde::{Deserialize, Serialize};

/// A standard parameter of the type String.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterSpec {
    /// Name of the parameter.
    pub name: String,
    /// Value of the parameter.
    pub value: String,
}
