//! AWS Systems Manager Parameter Store: standard parameters.
//!
//! Subset: parameters of the types String and StringList in the Standard tier, with their latest version. Left out:
//! SecureString, the tiers Advanced and Intelligent-Tiering, labels, policies, tags and shared parameters.

mod api;
mod name;
mod parameter;
mod stored_values;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(crate) use api::{OPERATIONS, call, check_value};
pub(crate) use name::check as check_name;
use parameter::Parameter;
pub(crate) use parameter::arn as parameter_arn;

/// State of Parameter Store: the parameters by name.
#[derive(Debug, Default, Clone)]
pub(crate) struct ParameterStore {
    parameters: BTreeMap<String, Parameter>,
}
