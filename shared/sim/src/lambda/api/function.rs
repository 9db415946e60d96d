//! GetFunctionConfiguration.

use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{existing, function_arn};
use crate::api::Refusal;
use crate::region::ACCOUNT;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct GetFunctionConfiguration {
    function_name: String,
    qualifier: Option<String>,
}

/// Describes the version `$LATEST` of a function. Its code, its memory and its variables are left out of the world, so
/// only the members that every function has are here.
pub(super) fn describe(world: &World, input: &GetFunctionConfiguration) -> Result<Value, Refusal> {
    if let Some(other) = input.qualifier.as_deref().filter(|it| *it != "$LATEST") {
        return Err(Refusal::Unknown(format!("Lambda GetFunctionConfiguration of {other}")));
    }
    let name = existing(world, &input.function_name)?;
    let Some(function) = world.lambda.functions.get(name) else { return Ok(json!({})) };
    Ok(json!({
        "FunctionName": name,
        "FunctionArn": function_arn(name),
        "Role": format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
        "Timeout": function.spec.timeout.0.as_secs(),
        "LastModified": function.created_at.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string(),
        "Version": "$LATEST",
        "PackageType": "Zip",
        "State": "Active",
        "LastUpdateStatus": "Successful",
    }))
}
