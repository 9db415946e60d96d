//! The input of a call, and the pages of lists.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api::{ApiError, Refusal};

/// The namespace of ECS.
const NAMESPACE: &str = "ecs";
/// The dimension of ECS services.
pub(super) const DIMENSION: &str = "ecs:service:DesiredCount";
/// Longest page, and its default (API reference, `MaxResults`: "between 1 and 50. The default value is 50").
const PAGE: usize = 50;

/// Reads the input of an operation.
pub(super) fn parse<T: DeserializeOwned>(operation: &str, input: &Value) -> Result<T, Refusal> {
    let unknown =
        |error| Refusal::Unknown(format!("Application Auto Scaling {operation}: {error}"));
    T::deserialize(input).map_err(unknown)
}

/// Fails unless the namespace is that of ECS.
pub(super) fn check_namespace(given: Option<&str>) -> Result<(), Refusal> {
    match given {
        None => Err(absent("serviceNamespace")),
        Some(NAMESPACE) => Ok(()),
        Some(other) => Err(Refusal::Unknown(format!("the scalable targets of {other}"))),
    }
}

/// Fails if a dimension is given without a resource, or is not that of ECS services. "If you specify a scalable
/// dimension, you must also specify a resource ID" (API reference, `ScalableDimension`).
pub(super) fn check_dimension(given: Option<&str>, has_resource: bool) -> Result<(), Refusal> {
    match given {
        None => Ok(()),
        Some(DIMENSION) if has_resource => Ok(()),
        Some(DIMENSION) => {
            Err(invalid("Resource ID must be specified when a scalable dimension is specified"))
        }
        Some(other) => Err(invalid(format!(
            "Unsupported service namespace, resource type or scalable dimension: {other}"
        ))),
    }
}

/// Returns a page of items, and the next token.
pub(super) fn page<T>(
    items: Vec<T>,
    size: Option<i64>,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), Refusal> {
    let size = match size {
        None => PAGE,
        Some(size) => usize::try_from(size)
            .ok()
            .filter(|size| (1..=PAGE).contains(size))
            .ok_or_else(|| invalid("MaxResults must be between 1 and 50"))?,
    };
    let from: usize = match token.map(|token| token.strip_prefix("from-").map(str::parse)) {
        None => 0,
        Some(Some(Ok(from))) => from,
        Some(_) => {
            let message = "The NextToken value is invalid";
            return Err(ApiError::client("InvalidNextTokenException", message).into());
        }
    };
    let next = (items.len() > from.saturating_add(size)).then(|| format!("from-{}", from + size));
    Ok((items.into_iter().skip(from).take(size).collect(), next))
}

/// Returns a time, as this API writes it.
pub(super) fn seconds(at: Timestamp) -> Value {
    json!(at.as_millisecond() as f64 / 1000.0)
}

/// Returns the error of a required member that is absent.
pub(super) fn absent(member: &str) -> Refusal {
    invalid(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}

pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    ApiError::client("ValidationException", message).into()
}
