//! Configuration in force in a replay: its variables, their sources, and the resources that ebb does not serve.

use std::collections::BTreeMap;
use std::path::Path;

use aws::config::{Config, VARIABLES, VariableDefault};
use serde::Serialize;
use sim::scenario::{GroupSpec, HookTransition, Scenario};

use crate::deployed::configuration;
use crate::error::ReplayError;

/// Variables that a replay lists even with their defaults, because they determine the resources that ebb serves.
const ALWAYS: [&str; 2] = ["EBB_HOOKS", "EBB_CLUSTERS"];

/// Hook of ECS managed instance draining, which no deployment of ebb serves.
const MANAGED_DRAINING_HOOK: &str = "ecs-managed-draining-termination-hook";

/// Source of an environment variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VariableSource {
    /// The default of ebb.
    Default,
    /// The scenario's `[environment]`.
    Scenario,
    /// Recording, whose events name the hooks.
    Recording,
    /// `--env`.
    CommandLine,
    /// `--env-file`.
    EnvironmentFile,
}

impl VariableSource {
    /// Returns the source as the end of a line.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Scenario => "from the scenario",
            Self::Recording => "added for the hooks of the recording",
            Self::CommandLine => "from --env",
            Self::EnvironmentFile => "from --env-file",
        }
    }
}

/// Environment variable in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariableInForce {
    /// Name.
    pub name: String,
    /// Value; `None` if it is not set.
    pub value: Option<String>,
    /// Default; `None` if there is none.
    pub default: Option<&'static str>,
    /// Source.
    pub source: VariableSource,
}

/// Configuration of ebb in a replay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Configuration {
    /// Variables that differ from their defaults, and variables that determine the resources that ebb serves.
    pub variables: Vec<VariableInForce>,
    /// Notes about tags of groups that replace a variable, and about hooks and clusters that ebb does not serve.
    pub notes: Vec<String>,
}

impl Configuration {
    /// Returns the configuration in the environment of a scenario.
    ///
    /// # Errors
    ///
    /// All mistakes in the environment.
    pub(crate) fn of_scenario(
        path: &Path,
        scenario: &Scenario,
        sources: &BTreeMap<String, VariableSource>,
    ) -> Result<Self, ReplayError> {
        let config = configuration(path, scenario)?;
        let variables = VARIABLES.iter().filter_map(|variable| {
            let default = match variable.default {
                VariableDefault::Value(value) => Some(value),
                VariableDefault::Unset => None,
                VariableDefault::Required => return None,
            };
            let given = scenario.environment.get(variable.name);
            let given = given.map(|value| value.trim()).filter(|value| !value.is_empty());
            let differs = given.is_some_and(|value| Some(value) != default);
            let listed = differs || ALWAYS.contains(&variable.name);
            let source = sources.get(variable.name).copied().filter(|_| given.is_some());
            listed.then(|| VariableInForce {
                name: variable.name.to_owned(),
                value: given.or(default).map(str::to_owned),
                default,
                source: source.unwrap_or(VariableSource::Default),
            })
        });
        Ok(Self { variables: variables.collect(), notes: notes(scenario, &config) })
    }
}

fn notes(scenario: &Scenario, config: &Config) -> Vec<String> {
    let of_groups = scenario.groups.iter().flat_map(|group| group_notes(group, config));
    let mut notes: Vec<String> = of_groups.collect();
    notes.extend(unknown_clusters(scenario, config));
    notes
}

/// Returns the notes about a group: about its tags, and about hooks and a cluster that ebb does not serve.
fn group_notes(group: &GroupSpec, config: &Config) -> Vec<String> {
    let name = &group.name;
    let tags = group.tags.iter().filter(|(tag, _)| tag.starts_with("ebb:"));
    let mut notes: Vec<String> =
        tags.map(|(tag, value)| format!("tag {tag}={value} of group {name}")).collect();
    if let Some(cluster) = &group.cluster
        && !config.clusters.include(cluster)
    {
        notes.push(format!(
            "cluster {cluster} of group {name} is not in EBB_CLUSTERS: ebb does not serve it"
        ));
    }
    for hook in group.hooks.iter().filter(|hook| hook.name != MANAGED_DRAINING_HOOK) {
        let (variable, served) = match hook.transition {
            HookTransition::Terminating => ("EBB_HOOKS", &config.policy.hooks),
            HookTransition::Launching => ("EBB_LAUNCH_HOOKS", &config.policy.launch_hooks),
        };
        if !served.contains(&hook.name) {
            let hook = &hook.name;
            notes.push(format!(
                "hook {hook} of group {name} is not in {variable}: ebb leaves its lifecycle actions alone"
            ));
        }
    }
    notes
}

/// Returns notes about listed clusters that do not exist.
fn unknown_clusters(scenario: &Scenario, config: &Config) -> Vec<String> {
    let groups = scenario.groups.iter().filter_map(|group| group.cluster.as_ref());
    let services = scenario.services.iter().map(|service| &service.cluster);
    let listed = scenario.clusters.iter().map(|cluster| &cluster.name);
    let known: Vec<&String> = groups.chain(services).chain(listed).collect();
    let named = config.clusters.list().unwrap_or_default().iter();
    let unknown = named.filter(|name| {
        let last = name.rsplit('/').next().unwrap_or(name);
        !known.iter().any(|cluster| cluster.as_str() == last)
    });
    unknown.map(|name| format!("EBB_CLUSTERS names {name}, which does not exist")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_scenario(text: &str) -> Configuration {
        let scenario: Scenario = toml::from_str(text).unwrap();
        let sources = scenario.environment.keys();
        let sources = sources.map(|name| (name.clone(), VariableSource::Scenario)).collect();
        Configuration::of_scenario(Path::new("a.toml"), &scenario, &sources).unwrap()
    }

    #[test]
    fn variable_that_differs_from_its_default_is_listed_with_its_source() {
        let found = of_scenario("[environment]\nEBB_DRAIN_TIMEOUT = \"20m\"\nEBB_MODE = \"act\"\n");

        let listed: Vec<_> = found.variables.iter().map(|it| (&*it.name, it.source)).collect();
        let expected = [
            ("EBB_HOOKS", VariableSource::Default),
            ("EBB_CLUSTERS", VariableSource::Default),
            ("EBB_DRAIN_TIMEOUT", VariableSource::Scenario),
        ];
        assert_eq!(listed, expected);
    }

    #[test]
    fn hook_and_cluster_that_ebb_does_not_serve_are_noted() {
        let found = of_scenario(
            "[environment]\nEBB_CLUSTERS = \"ordres\"\n[[group]]\nname = \"blue\"\ncluster = \"orders\"\n\
             instances = 1\n[[group.hook]]\nname = \"drain\"\n",
        );

        assert_eq!(
            found.notes,
            [
                "cluster orders of group blue is not in EBB_CLUSTERS: ebb does not serve it",
                "hook drain of group blue is not in EBB_HOOKS: ebb leaves its lifecycle actions alone",
                "EBB_CLUSTERS names ordres, which does not exist",
            ]
        );
    }
}
