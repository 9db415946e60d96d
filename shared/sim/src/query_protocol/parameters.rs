//! The parameters of a call by their flattened names, and its pages.

use std::collections::BTreeMap;

use crate::api::{ApiError, Refusal};

/// The parameters of one call.
pub(crate) struct Parameters<'a> {
    /// Name of the service, for a parameter that the simulator does not know.
    service: &'static str,
    operation: &'a str,
    given: &'a BTreeMap<String, String>,
}

/// A page of an answer, and the token of the next one.
pub(crate) type Page<T> = (Vec<T>, Option<String>);

impl<'a> Parameters<'a> {
    pub(crate) fn new(
        service: &'static str,
        operation: &'a str,
        given: &'a BTreeMap<String, String>,
    ) -> Self {
        Self { service, operation, given }
    }

    /// Refuses every parameter whose name is not in `known`. Of a list or a structure, only the part before the first dot counts.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        for name in self.given.keys() {
            let first = name.split('.').next().unwrap_or(name);
            if !known.contains(&first) && !matches!(first, "Action" | "Version") {
                return Err(self.unknown(name));
            }
        }
        Ok(())
    }

    pub(crate) fn unknown(&self, what: &str) -> Refusal {
        Refusal::Unknown(format!("{} {} with {what}", self.service, self.operation))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.given.get(name).map(String::as_str)
    }

    pub(crate) fn required(&self, name: &str) -> Result<&'a str, ApiError> {
        let missing = || {
            let mut lower = name.to_owned();
            lower[..1].make_ascii_lowercase();
            invalid(format!(
                "1 validation error detected: Value null at '{lower}' failed to satisfy constraint: \
                 Member must not be null"
            ))
        };
        self.text(name).ok_or_else(missing)
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        Ok(self.required(name)? == "true")
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, ApiError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let wrong = || invalid(format!("The value {text} of {name} is not a number"));
        text.parse().map(Some).map_err(|_| wrong())
    }

    /// Returns the members of a list, in their order.
    pub(crate) fn list(&self, name: &str) -> Vec<&'a str> {
        (1..).map_while(|number| self.text(&format!("{name}.member.{number}"))).collect()
    }

    /// Returns a page of `all`. The page starts at `NextToken` and has `MaxRecords` items, at most `max`.
    pub(crate) fn page<T>(
        &self,
        all: Vec<T>,
        default: usize,
        max: usize,
    ) -> Result<Page<T>, ApiError> {
        let size = self.number("MaxRecords")?.unwrap_or(default);
        if size == 0 || size > max {
            return Err(invalid(format!("The MaxRecords value {size} is not between 1 and {max}")));
        }
        let from: usize = match self.text("NextToken") {
            None => 0,
            Some(token) => {
                token.strip_prefix("from-").and_then(|n| n.parse().ok()).ok_or_else(|| {
                    ApiError::client("InvalidNextToken", format!("The token '{token}' is invalid."))
                })?
            }
        };
        let end: usize = from.saturating_add(size);
        let next = (end < all.len()).then(|| format!("from-{end}"));
        Ok((all.into_iter().skip(from).take(size).collect(), next))
    }
}

/// Returns a ValidationError.
pub(crate) fn invalid(message: String) -> ApiError {
    ApiError::client("ValidationError", message)
}
