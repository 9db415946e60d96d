//! Names of parameters (API reference, PutParameter, `Name`).

use crate::api::{ApiError, Refusal};

use super::parameter;

/// Most characters of a name, with the ARN before it.
const LONGEST: usize = 1011;
/// Most levels of a hierarchy.
const LEVELS: usize = 15;

/// Fails unless a parameter can have this name.
pub(crate) fn check(name: &str) -> Result<(), Refusal> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "_.-/".contains(letter);
    if name.is_empty() || !name.chars().all(fits) || parameter::arn(name).len() > LONGEST {
        return Err(invalid(
            "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). If formed as a path, it can \
             consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and \
             the following 3 symbols .-_",
        ));
    }
    if name.contains('/') && !name.starts_with('/') {
        return Err(invalid(format!(
            "Parameter name must be a fully qualified name. {name} has a hierarchy and does not begin with /."
        )));
    }
    let first = name.trim_start_matches('/').to_ascii_lowercase();
    if first.starts_with("aws") || first.starts_with("ssm") {
        return Err(invalid(
            "No access to reserved parameter name: a name cannot begin with aws or ssm.",
        ));
    }
    if levels(name) > LEVELS {
        let message = "Parameter name hierarchy can have at most 15 levels.";
        return Err(ApiError::client("HierarchyLevelLimitExceededException", message).into());
    }
    Ok(())
}

fn levels(name: &str) -> usize {
    name.split('/').filter(|part| !part.is_empty()).count()
}

/// Returns a ValidationException.
pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    ApiError::client("ValidationException", message).into()
}
