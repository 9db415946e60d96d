//! The creation of secrets.

use super::Secret;
use crate::region::{ACCOUNT, REGION};
use crate::scenario::SecretSpec;
use crate::world::World;

impl World {
    /// Creates a secret.
    pub(crate) fn create_secret(&mut self, spec: &SecretSpec) {
        let name = &spec.name;
        let suffix = self.random.hex(&format!("secret/{name}"), 6);
        let secret = Secret {
            arn: format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-{suffix}"),
            value: spec.value.clone(),
            version: self.random.uuid(&format!("secret/{name}")),
            deleted: spec.deleted,
            created_at: self.now(),
        };
        self.secrets.0.insert(name.clone(), secret);
    }
}
