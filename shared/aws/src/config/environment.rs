//! The configuration of a process, parsed from environment variables.

use std::collections::BTreeMap;

use super::draft::ConfigDraft;
use super::error::{ConfigErrors, VariableError};
use super::settings::Config;
use super::variable::{Variable, VariableDefault};
use super::variables::{QUEUE_VARIABLES, VARIABLES};

/// Prefix of the variables of notifications, which a parser of their own reads.
const NOTIFY_PREFIX: &str = "EBB_NOTIFY_";

impl Config {
    /// Parses the configuration from the names and values of environment variables. Names without the prefix `EBB_` are
    /// ignored, and so are those with the prefix `EBB_NOTIFY_`.
    ///
    /// # Errors
    ///
    /// All errors at once: invalid values, required variables that are not set, and unknown variables with the prefix
    /// `EBB_`.
    pub fn from_environment(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        parse(|_| true, variables)
    }

    /// Parses the configuration of a process that finds its queues by name. Variables with the URL of a queue are
    /// unknown to it.
    ///
    /// # Errors
    ///
    /// All errors, as [`Self::from_environment`] returns them.
    pub fn without_queues(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        parse(|variable| !QUEUE_VARIABLES.contains(&variable.name), variables)
    }
}

/// Variables of operations on services. Only `service-operation` and workers have them.
pub const OPERATION_VARIABLES: [&str; 2] = ["EBB_SHUTDOWN_CLUSTERS", "EBB_SHUTDOWN_ON_ALERT"];

/// Sets the settings of operations.
fn set_operations(config: &mut Config, given: &BTreeMap<String, String>) -> Vec<VariableError> {
    let mut errors = Vec::new();
    let mut read = |variable: &str, most_parts: usize| {
        let text = given.get(variable).map(|text| text.trim()).unwrap_or_default();
        let entries: Vec<String> =
            text.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
        let is_name = |name: &str| {
            let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            !name.is_empty() && name.len() <= 255 && name.chars().all(is_allowed)
        };
        let is_entry = |entry: &String| {
            entry.split('/').count() <= most_parts && entry.split('/').all(is_name)
        };
        if !entries.iter().all(is_entry) {
            let forms = if most_parts == 1 { "CLUSTER" } else { "CLUSTER or CLUSTER/SERVICE" };
            errors.push(VariableError {
                variable: variable.to_owned(),
                value: Some(text.to_owned()),
                problem: format!("is invalid: expected {forms}, separated by commas"),
            });
        }
        entries
    };
    config.shutdown_clusters = read("EBB_SHUTDOWN_CLUSTERS", 1);
    config.alert_scope = read("EBB_SHUTDOWN_ON_ALERT", 2);
    errors
}

fn parse(
    is_known: impl Fn(&Variable) -> bool,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, ConfigErrors> {
    let is_own = |name: &str| name.starts_with("EBB_") && !name.starts_with(NOTIFY_PREFIX);
    let given: BTreeMap<String, String> =
        variables.into_iter().filter(|(name, _)| is_own(name)).collect();
    let known: Vec<&Variable> = VARIABLES.iter().filter(|variable| is_known(variable)).collect();
    let mut draft = ConfigDraft::new();
    let parsed = known.iter().map(|variable| parse_variable(&mut draft, variable, &given));
    let mut errors: Vec<VariableError> = parsed.filter_map(Result::err).collect();
    let is_named = |name: &str| known.iter().any(|variable| variable.name == name);
    let mut config = draft.finish();
    errors.extend(set_operations(&mut config, &given));
    let is_named = |name: &str| is_named(name) || OPERATION_VARIABLES.contains(&name);
    let unknown = given.into_iter().filter(|(name, _)| !is_named(name));
    errors.extend(unknown.map(|(name, value)| unknown_variable(name, value)));
    if errors.is_empty() { Ok(config) } else { Err(ConfigErrors(errors)) }
}

fn parse_variable(
    draft: &mut ConfigDraft,
    variable: &Variable,
    given: &BTreeMap<String, String>,
) -> Result<(), VariableError> {
    let value =
        given.get(variable.name).map(|value| value.trim()).filter(|value| !value.is_empty());
    let error = |problem: &str| VariableError {
        variable: variable.name.to_owned(),
        value: value.map(str::to_owned),
        problem: format!("{problem}: expected {}", variable.limit),
    };
    let text = match (value, variable.default) {
        (Some(value), _) | (None, VariableDefault::Value(value)) => value,
        (None, VariableDefault::Unset) => return Ok(()),
        (None, VariableDefault::Required) => return Err(error("is not set")),
    };
    (variable.parse)(draft, text).ok_or_else(|| error("is invalid"))
}

fn unknown_variable(name: String, value: String) -> VariableError {
    let problem = if QUEUE_VARIABLES.contains(&name.as_str()) {
        "is not allowed here: this process finds its queues by name"
    } else {
        "is unknown: infra/README.md lists all variables"
    };
    VariableError { variable: name, value: Some(value), problem: problem.to_owned() }
}
