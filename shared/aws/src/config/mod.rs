//! The configuration: environment variables, read all at once, with every mistake reported.

mod variable;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use drain::policy::{Policy, ScheduledChangePolicy};

use variable::QUEUE_VARIABLES;
pub use variable::{VARIABLES, Variable, VariableDefault};

/// Whether ebb does what it decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// It does.
    #[default]
    Act,
    /// It only keeps lifecycle actions alive, and says what it would do: an operator has an incident in hand.
    Observe,
}

/// What an operator configured.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Whether what is decided is done.
    pub mode: Mode,
    /// What is wanted of drains.
    pub policy: Policy,
    /// Names or ARNs of the clusters that are served; empty: all of the account and Region.
    pub clusters: Vec<String>,
    /// Where delayed looks go, and messages that are sent again: the feed's own queue, but for the sweep, whose queue
    /// keeps none long enough.
    pub queue_url: String,
    /// Where messages go that cannot be understood; none: they fail until their queue moves them.
    pub dead_letter_queue_url: Option<String>,
}

/// What was read so far.
struct ConfigDraft {
    config: Config,
    replaces_on_scheduled_change: bool,
    replace_ahead: Duration,
}

/// A variable that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableError {
    /// The variable.
    pub variable: String,
    /// Its value; none where it is missing.
    pub value: Option<String>,
    /// What is expected.
    pub expected: String,
}

/// Every mistake of a configuration. Never empty.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<VariableError>);

impl Config {
    /// Reads the configuration from environment variables, given as names and values. Others
    /// than ebb's are passed over.
    ///
    /// # Errors
    ///
    /// All mistakes at once: values that cannot be used, required variables that are missing, and variables that begin
    /// with `EBB_` and that nobody knows.
    pub fn from_environment(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        Self::from_known(|_| true, variables)
    }

    /// As [`Self::from_environment`], for a process that finds its queues by itself: it takes no variables for them.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn without_queues(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        Self::from_known(|variable| !QUEUE_VARIABLES.contains(&variable.name), variables)
    }

    fn from_known(
        is_read: impl Fn(&Variable) -> bool,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let given: BTreeMap<String, String> =
            variables.into_iter().filter(|(name, _)| name.starts_with("EBB_")).collect();
        let mut draft = ConfigDraft::new();
        let read: Vec<&Variable> = VARIABLES.iter().filter(|variable| is_read(variable)).collect();
        let mut mistakes: Vec<VariableError> =
            read.iter().filter_map(|variable| draft.set(variable, &given).err()).collect();
        let known = |name: &str| read.iter().any(|variable| variable.name == name);
        let unknown = given.into_iter().filter(|(name, _)| !known(name));
        mistakes.extend(unknown.map(|(name, value)| unknown_variable(name, value)));
        if mistakes.is_empty() { Ok(draft.done()) } else { Err(ConfigErrors(mistakes)) }
    }

    /// Whether a cluster is one that is served.
    pub fn serves(&self, cluster_arn: &str) -> bool {
        let name = cluster_arn.rsplit('/').next().unwrap_or(cluster_arn);
        self.clusters.is_empty()
            || self.clusters.iter().any(|cluster| cluster == cluster_arn || cluster == name)
    }
}

impl ConfigDraft {
    fn new() -> Self {
        let config = Config {
            mode: Mode::default(),
            policy: Policy::default(),
            clusters: Vec::new(),
            queue_url: String::new(),
            dead_letter_queue_url: None,
        };
        Self { config, replaces_on_scheduled_change: false, replace_ahead: Duration::ZERO }
    }

    fn set(
        &mut self,
        variable: &Variable,
        given: &BTreeMap<String, String>,
    ) -> Result<(), VariableError> {
        let value =
            given.get(variable.name).map(|value| value.trim()).filter(|value| !value.is_empty());
        let mistake = || VariableError {
            variable: variable.name.to_owned(),
            value: value.map(str::to_owned),
            expected: variable.limit.to_owned(),
        };
        let text = match (value, variable.default) {
            (Some(value), _) | (None, VariableDefault::Value(value)) => value,
            (None, VariableDefault::Unset) => return Ok(()),
            (None, VariableDefault::VariableError) => return Err(mistake()),
        };
        (variable.parse)(self, text).ok_or_else(mistake)
    }

    fn done(mut self) -> Config {
        if self.replaces_on_scheduled_change {
            let ahead = self.replace_ahead;
            self.config.policy.scheduled_change = ScheduledChangePolicy::Replace { ahead };
        }
        self.config
    }
}

fn unknown_variable(name: String, value: String) -> VariableError {
    let expected = if QUEUE_VARIABLES.contains(&name.as_str()) {
        "not here: the queues are found by their names"
    } else {
        "no such variable: infra/README.md names them all"
    };
    VariableError { variable: name, value: Some(value), expected: expected.to_owned() }
}

impl fmt::Display for VariableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value}: {}", self.variable, self.expected),
            None => write!(f, "{} is missing: {}", self.variable, self.expected),
        }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used")?;
        self.0.iter().try_for_each(|mistake| write!(f, "\n  {mistake}"))
    }
}

/// As it is displayed: this is what a `main` prints that returns it.
impl fmt::Debug for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigErrors {}

#[cfg(test)]
mod tests;
