//! The input of a call, the names of functions, and the errors of Lambda.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::{ApiError, Refusal};
use crate::region::{ACCOUNT, REGION};
use crate::world::World;

/// The name of a function.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct NamedFunction {
    pub(super) function_name: String,
}

/// Reads the input of an operation.
pub(super) fn parse<T: DeserializeOwned>(operation: &str, input: &Value) -> Result<T, Refusal> {
    T::deserialize(input).map_err(|error| Refusal::Unknown(format!("Lambda {operation}: {error}")))
}

/// Returns the ARN of a function.
pub(super) fn function_arn(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
}

/// Returns the name of a function that exists. Its name, its ARN and its partial ARN are valid, without a version or an
/// alias (API reference, `FunctionName`).
pub(super) fn existing<'a>(world: &World, given: &'a str) -> Result<&'a str, Refusal> {
    let name = short_name(given);
    if name.is_some_and(|name| world.lambda.functions.contains_key(name)) {
        return Ok(name.unwrap_or_default());
    }
    let arn = if given.starts_with("arn:") { given.to_owned() } else { function_arn(given) };
    Err(not_found(format!("Function not found: {arn}")))
}

/// Returns the name in a name, an ARN or a partial ARN; none for another account or Region.
pub(super) fn short_name(given: &str) -> Option<&str> {
    let whole = function_arn("");
    let partial = format!("{ACCOUNT}:function:");
    let name = given.strip_prefix(whole.as_str()).or_else(|| given.strip_prefix(partial.as_str()));
    let name = name.unwrap_or(given);
    (!name.contains(':')).then_some(name)
}

pub(super) fn not_found(message: impl Into<String>) -> Refusal {
    error(404, "ResourceNotFoundException", message)
}

pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    error(400, "InvalidParameterValueException", message)
}

pub(super) fn error(status: u16, code: &str, message: impl Into<String>) -> Refusal {
    ApiError { status, code: code.to_owned(), message: message.into() }.into()
}
