//! PutParameter, DeleteParameter and DeleteParameters.

use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{names, not_found, required};
use crate::api::{ApiError, Refusal};
use crate::history::{Caller, Fact};
use crate::ssm::name::{self, invalid};
use crate::ssm::parameter::Parameter;
use crate::world::World;

/// Longest value of a standard parameter, 4 KB (API reference, PutParameter, `Value`).
const LONGEST: usize = 4096;
/// Most standard parameters in a Region (API reference, PutParameter, `Tier`).
const MOST: usize = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct PutParameter {
    name: Option<String>,
    value: Option<String>,
    #[serde(rename = "Type")]
    kind: Option<String>,
    #[serde(rename = "Description")]
    _description: Option<String>,
    overwrite: Option<bool>,
    tier: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct DeleteParameter {
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct DeleteParameters {
    names: Option<Vec<String>>,
}

/// Creates a parameter, or adds a version to one. "The default value is false": without `Overwrite` an existing name is
/// an error (API reference).
pub(super) fn put(
    world: &mut World,
    caller: &Caller,
    input: PutParameter,
) -> Result<Value, Refusal> {
    let name = required(input.name, "name")?;
    let value = required(input.value, "value")?;
    name::check(&name)?;
    check_value(&value)?;
    check_tier(input.tier.as_deref())?;
    let existing = world.ssm.parameters.get(&name);
    if existing.is_some() && !input.overwrite.unwrap_or(false) {
        let message = "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.";
        return Err(ApiError::client("ParameterAlreadyExists", message).into());
    }
    let kind = match (input.kind, existing) {
        (Some(kind), _) => checked_kind(kind)?,
        (None, Some(existing)) => existing.kind.clone(),
        (None, None) => {
            return Err(invalid("A parameter type is required when you create a parameter."));
        }
    };
    let version = existing.map_or(1, |existing| existing.version + 1);
    if existing.is_none() && world.ssm.parameters.len() >= MOST {
        let message = "You have exceeded the number of parameters for this account.";
        return Err(ApiError::client("ParameterLimitExceeded", message).into());
    }
    let parameter =
        Parameter { name: name.clone(), kind, value, version, modified_at: world.now() };
    world.ssm.parameters.insert(name.clone(), parameter);
    world.note(Fact::Parameter { name, version: Some(version), by: caller.clone() });
    Ok(json!({ "Version": version, "Tier": "Standard" }))
}

/// Fails unless a standard parameter can have this value. Values with `{{ }}` are refused (API reference).
pub(crate) fn check_value(value: &str) -> Result<(), Refusal> {
    if value.is_empty() {
        return Err(invalid("The parameter value must have length greater than or equal to 1."));
    }
    if value.len() > LONGEST {
        return Err(invalid(
            "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger \
             parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see \
             https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
        ));
    }
    match value.contains("{{") && value.contains("}}") {
        true => Err(invalid("Parameter value, cannot contain nested parameters or {{ }}.")),
        false => Ok(()),
    }
}

fn check_tier(tier: Option<&str>) -> Result<(), Refusal> {
    match tier {
        None | Some("Standard") => Ok(()),
        Some(other) => {
            Err(Refusal::Unknown(format!("Systems Manager PutParameter with Tier {other}")))
        }
    }
}

fn checked_kind(kind: String) -> Result<String, Refusal> {
    match kind.as_str() {
        "String" | "StringList" => Ok(kind),
        "SecureString" => {
            Err(Refusal::Unknown("Systems Manager PutParameter with Type SecureString".to_owned()))
        }
        other => {
            let message = format!("The following parameter type is not supported: {other}");
            Err(ApiError::client("UnsupportedParameterType", message).into())
        }
    }
}

pub(super) fn delete(
    world: &mut World,
    caller: &Caller,
    input: DeleteParameter,
) -> Result<Value, Refusal> {
    let name = required(input.name, "name")?;
    if remove(world, caller, &name) { Ok(json!({})) } else { Err(not_found(&name)) }
}

/// Deletes up to ten parameters. Names without a parameter are in `InvalidParameters`.
pub(super) fn delete_several(
    world: &mut World,
    caller: &Caller,
    input: DeleteParameters,
) -> Result<Value, Refusal> {
    let names = names(input.names)?;
    let (deleted, invalid): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| remove(world, caller, name));
    Ok(json!({ "DeletedParameters": deleted, "InvalidParameters": invalid }))
}

fn remove(world: &mut World, caller: &Caller, name: &str) -> bool {
    let was_there = world.ssm.parameters.remove(name).is_some();
    if was_there {
        let (name, by) = (name.to_owned(), caller.clone());
        world.note(Fact::Parameter { name, version: None, by });
    }
    was_there
}
