//! Secrets of Secrets Manager, in memory for a while.

use std::sync::{Mutex, PoisonError};

use aws::Clients;
use aws::clients::Clock;
use aws::fault::Fault;
use aws::memory::ExpiringMap;
use serde_json::{Value, json};
use signed_calls::{Protocol, SignedClient, SignedService};

use super::sorted;
use crate::limits::SECRET_AGE;
use crate::settings::{Secret, SecretSource};

const SECRETS_MANAGER: SignedService = SignedService {
    name: "secretsmanager",
    id: "Secrets Manager",
    protocol: Protocol::Json("secretsmanager"),
};

/// Secrets in memory: one of the webhook, one of the mail server, and room for changed names.
const REMEMBERED_SECRETS: usize = 4;

/// A reader of secrets.
#[derive(Debug)]
pub(super) struct Secrets {
    client: SignedClient,
    clock: Clock,
    remembered: Mutex<ExpiringMap<Secret>>,
}

impl Secrets {
    pub(super) fn new(clients: &Clients) -> Self {
        Self {
            client: SignedClient::new(&clients.config, SECRETS_MANAGER),
            clock: clients.clock.clone(),
            remembered: Mutex::new(ExpiringMap::new(REMEMBERED_SECRETS, SECRET_AGE)),
        }
    }

    /// Returns the secret of a source.
    pub(super) async fn read(&self, source: &SecretSource) -> Result<Secret, Fault> {
        let (id, key) = match source {
            SecretSource::Value(secret) => return Ok(secret.clone()),
            SecretSource::SecretsManager { id, key } => (id, *key),
        };
        if let Some(secret) = self.remembered().get(id, self.clock.now()) {
            return Ok(secret.clone());
        }
        let doing = format!("reading secret {id}");
        let answer = self.client.call_json("GetSecretValue", &json!({ "SecretId": id })).await;
        let answer = answer.map_err(|error| sorted(&doing, &error))?;
        let text = answer["SecretString"].as_str();
        let binary = || Fault::Denied(format!("{doing}: it is binary; store a text"));
        let secret = value_of(text.ok_or_else(binary)?, key).ok_or_else(|| {
            Fault::Denied(format!("{doing}: it is JSON without the key {key}; add the key"))
        })?;
        self.remembered().insert(id.clone(), secret.clone(), self.clock.now());
        Ok(secret)
    }

    /// Forgets all secrets. One may have been rotated.
    pub(super) fn forget(&self) {
        *self.remembered() = ExpiringMap::new(REMEMBERED_SECRETS, SECRET_AGE);
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, ExpiringMap<Secret>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the value of a secret: the text, or the value of the key if the text is a JSON object.
fn value_of(text: &str, key: &str) -> Option<Secret> {
    let value = match serde_json::from_str(text) {
        Ok(Value::Object(object)) => object.get(key)?.as_str()?.to_owned(),
        _ => text.trim().to_owned(),
    };
    Some(Secret::new(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_is_its_text_or_a_value_of_its_json() {
        let value = |text| value_of(text, "password").map(|it| it.reveal().to_owned());

        assert_eq!(value("plain\n").as_deref(), Some("plain"));
        assert_eq!(value(r#"{"password":"inner"}"#).as_deref(), Some("inner"));
        assert_eq!(value(r#"{"user":"ebb"}"#), None);
    }
}
