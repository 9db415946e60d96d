//! GetParameter, GetParameters and GetParametersByPath.

use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{names, not_found, required};
use crate::api::{ApiError, Refusal};
use crate::ssm::name::invalid;
use crate::ssm::parameter::Parameter;
use crate::world::World;

/// Longest page of GetParametersByPath, and its default (API reference, `MaxResults`).
const PAGE: usize = 10;
/// Token of the first page of a path, after a page without parameters.
const FIRST: &str = "begin";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct GetParameter {
    name: Option<String>,
    #[serde(rename = "WithDecryption")]
    _with_decryption: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct GetParameters {
    names: Option<Vec<String>>,
    #[serde(rename = "WithDecryption")]
    _with_decryption: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct GetParametersByPath {
    path: Option<String>,
    recursive: Option<bool>,
    #[serde(rename = "WithDecryption")]
    _with_decryption: Option<bool>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn get(world: &World, input: GetParameter) -> Result<Value, Refusal> {
    let name = required(input.name, "name")?;
    let found = world.ssm.parameters.get(&name).ok_or_else(|| not_found(&name))?;
    Ok(json!({ "Parameter": found.shape() }))
}

/// Gets up to ten parameters. Names without a parameter are in `InvalidParameters`.
pub(super) fn get_several(world: &World, input: GetParameters) -> Result<Value, Refusal> {
    let names = names(input.names)?;
    let is_there = |name: &String| world.ssm.parameters.contains_key(name);
    let (found, invalid): (Vec<_>, Vec<_>) = names.into_iter().partition(is_there);
    let found = found.iter().filter_map(|name| world.ssm.parameters.get(name));
    let shapes: Vec<_> = found.map(Parameter::shape).collect();
    Ok(json!({ "Parameters": shapes, "InvalidParameters": invalid }))
}

/// Gets a page of the parameters below a path. The number of parameters "can be between zero and the number of
/// MaxResults" while a token follows (API reference), so an empty page is not the last one.
pub(super) fn get_by_path(world: &World, input: GetParametersByPath) -> Result<Value, Refusal> {
    let path = required(input.path, "path")?;
    if !path.starts_with('/') {
        return Err(invalid(format!(
            "The parameter path {path} does not begin with a forward slash."
        )));
    }
    let size = match input.max_results {
        None => PAGE,
        Some(size) => page_size(size)?,
    };
    let after = input.next_token.as_deref().map(from_token).transpose()?;
    if after.is_none() && world.switches.parameters_by_path_begins_empty {
        return Ok(json!({ "Parameters": [], "NextToken": FIRST }));
    }
    let path = format!("{}/", path.trim_end_matches('/'));
    let is_below = |parameter: &&Parameter| {
        let rest = parameter.name.strip_prefix(&path);
        rest.is_some_and(|rest| input.recursive.unwrap_or(false) || !rest.contains('/'))
    };
    let is_later =
        |parameter: &&Parameter| after.as_ref().is_none_or(|after| parameter.name > *after);
    let mut rest = world.ssm.parameters.values().filter(is_below).filter(is_later);
    let page: Vec<_> = rest.by_ref().take(size).collect();
    let more = rest.next().is_some();
    let next = page.last().filter(|_| more).map(|last| to_token(&last.name));
    let shapes: Vec<_> = page.into_iter().map(Parameter::shape).collect();
    Ok(json!({ "Parameters": shapes, "NextToken": next }))
}

fn page_size(given: i64) -> Result<usize, Refusal> {
    let size = usize::try_from(given).ok().filter(|size| (1..=PAGE).contains(size));
    size.ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value '{given}' at 'maxResults' failed to satisfy constraint: Member must have \
             value between 1 and 10"
        ))
    })
}

/// Encodes the last name of a page as a token.
fn to_token(name: &str) -> String {
    format!("after-{name}")
}

/// Returns the name after which the next page begins.
fn from_token(token: &str) -> Result<String, Refusal> {
    match token.strip_prefix("after-") {
        Some(name) => Ok(name.to_owned()),
        None if token == FIRST => Ok(String::new()),
        None => {
            let message = "The specified token isn't valid.";
            Err(ApiError::client("InvalidNextToken", message).into())
        }
    }
}
