//! Secrets: a value from the environment, or a secret of Secrets Manager.

use std::fmt;

/// A secret value. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Creates a secret.
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// Returns the value.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Source of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// The value itself, from the environment.
    Value(Secret),
    /// Name or ARN of a secret of Secrets Manager, and the key of its JSON if it is an object.
    SecretsManager {
        /// Name or ARN.
        id: String,
        /// Key of the JSON object that the secret may be.
        key: &'static str,
    },
}
