//! AWS Secrets Manager: secrets with one text version.
//!
//! Subset: GetSecretValue of the version AWSCURRENT. Left out: binary secrets, other versions, rotation, keys of
//! customers, secrets of other accounts, and calls that change secrets.

mod api;
mod creation;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub(crate) use api::{OPERATIONS, call};

/// State of Secrets Manager: the secrets by name.
#[derive(Debug, Default)]
pub(crate) struct Secrets(BTreeMap<String, Secret>);

#[derive(Debug)]
struct Secret {
    arn: String,
    value: String,
    version: String,
    deleted: bool,
    created_at: Timestamp,
}

impl Secrets {
    /// Returns the name of the secret with this name, ARN, or ARN without its six random characters (API reference,
    /// GetSecretValue, `SecretId`).
    fn find(&self, id: &str) -> Option<&str> {
        let is_meant = |name: &str, secret: &Secret| {
            id == name || id == secret.arn || Some(id) == secret.arn.get(..secret.arn.len() - 7)
        };
        self.0.iter().find(|(name, secret)| is_meant(name, secret)).map(|(name, _)| name.as_str())
    }

    /// Returns the ARN of the secret that a call names.
    pub(crate) fn arn(&self, id: &str) -> Option<&str> {
        Some(&self.0.get(self.find(id)?)?.arn)
    }
}
