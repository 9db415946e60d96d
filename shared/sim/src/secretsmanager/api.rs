//! The API of Secrets Manager (awsJson 1.1): GetSecretValue. Any other parameter is refused as unknown.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{ApiError, Refusal};
use crate::world::World;

/// Operations of Secrets Manager that the simulator knows.
pub(crate) const OPERATIONS: &[&str] = &["GetSecretValue"];

/// Stage of the version that a call gets by default.
const CURRENT: &str = "AWSCURRENT";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct GetSecretValue {
    secret_id: Option<String>,
    version_id: Option<String>,
    version_stage: Option<String>,
}

/// Carries out a Secrets Manager API call.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "GetSecretValue" => {
            let unknown = |error| Refusal::Unknown(format!("Secrets Manager {operation}: {error}"));
            get(world, &GetSecretValue::deserialize(input).map_err(unknown)?)
        }
        _ => Err(Refusal::Unknown(format!("Secrets Manager {operation}"))),
    }
}

fn get(world: &World, input: &GetSecretValue) -> Result<Value, Refusal> {
    let Some(id) = input.secret_id.as_deref().filter(|id| !id.is_empty()) else {
        let message = "You must provide a value for the SecretId parameter.";
        return Err(ApiError::client("InvalidParameterException", message).into());
    };
    let not_found = |what: String| ApiError::client("ResourceNotFoundException", what);
    let name = world.secrets.find(id);
    let found = name.and_then(|name| Some((name, world.secrets.0.get(name)?)));
    let (name, secret) = found
        .ok_or_else(|| not_found("Secrets Manager can't find the specified secret.".to_owned()))?;
    if secret.deleted {
        let message =
            "You can't perform this operation on the secret because it was marked for deletion.";
        return Err(ApiError::client("InvalidRequestException", message).into());
    }
    let stage = input.version_stage.as_deref().unwrap_or(CURRENT);
    let version = input.version_id.as_deref().unwrap_or(&secret.version);
    if stage != CURRENT || version != secret.version {
        let what = "Secrets Manager can't find the specified secret value for";
        return Err(not_found(match input.version_id.as_deref() {
            Some(version) => format!("{what} VersionId: {version}"),
            None => format!("{what} staging label: {stage}"),
        })
        .into());
    }
    Ok(json!({
        "ARN": secret.arn,
        "Name": name,
        "VersionId": secret.version,
        "SecretString": secret.value,
        "VersionStages": [CURRENT],
        "CreatedDate": secret.created_at.as_millisecond() as f64 / 1000.0,
    }))
}
