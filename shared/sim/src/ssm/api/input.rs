//! The input of a call.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::{ApiError, Refusal};
use crate::ssm::name::invalid;

/// Most names in one GetParameters or DeleteParameters (API reference, `Names`).
const NAMES: usize = 10;

/// Reads the input of an operation.
pub(super) fn parse<T: DeserializeOwned>(operation: &str, input: &Value) -> Result<T, Refusal> {
    let unknown = |error| Refusal::Unknown(format!("Systems Manager {operation}: {error}"));
    T::deserialize(input).map_err(unknown)
}

/// Returns a required member.
pub(super) fn required<T>(given: Option<T>, member: &str) -> Result<T, Refusal> {
    given.ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    })
}

/// Returns a required list of 1 to 10 names.
pub(super) fn names(given: Option<Vec<String>>) -> Result<Vec<String>, Refusal> {
    let names = required(given, "names")?;
    if (1..=NAMES).contains(&names.len()) {
        return Ok(names);
    }
    Err(invalid(
        "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 \
         and 10",
    ))
}

/// Returns the error for a name that no parameter has.
pub(super) fn not_found(name: &str) -> Refusal {
    ApiError::client("ParameterNotFound", format!("Parameter {name} not found.")).into()
}
