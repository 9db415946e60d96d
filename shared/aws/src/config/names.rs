//! Names in the values of variables.

use std::collections::BTreeSet;

use drain::policy::Policy;

use super::draft::ConfigDraft;
use crate::limits::{CHARACTERS_OF_HOOK_NAMES, CLUSTER_NAME_CHARACTERS, HOOK_NAME_CHARACTERS};

/// Parses names between commas. An empty name is not valid.
pub(super) fn names(text: &str) -> Option<BTreeSet<String>> {
    let names: BTreeSet<_> = text.split(',').map(|name| name.trim().to_owned()).collect();
    (!names.contains("")).then_some(names)
}

/// Sets the names of one kind of hooks. Returns `None` if a name is not valid, or if the names of both kinds are too long
/// for the event rule.
pub(super) fn set_hooks(
    draft: &mut ConfigDraft,
    text: &str,
    slot: fn(&mut Policy) -> &mut BTreeSet<String>,
) -> Option<()> {
    let policy = &mut draft.config.policy;
    *slot(policy) = names(text).filter(|names| names.iter().all(|name| is_hook_name(name)))?;
    let all: Vec<&str> = policy.hooks.union(&policy.launch_hooks).map(String::as_str).collect();
    (all.join(",").len() <= CHARACTERS_OF_HOOK_NAMES).then_some(())
}

/// Returns true for a name that Auto Scaling accepts (Auto Scaling API reference, PutLifecycleHook).
fn is_hook_name(name: &str) -> bool {
    let is_valid = |letter: char| letter.is_ascii_alphanumeric() || "-_/".contains(letter);
    name.len() <= HOOK_NAME_CHARACTERS && name.chars().all(is_valid)
}

/// Returns true for the beginning of a cluster's name (ECS API reference, CreateCluster).
pub(super) fn is_cluster_prefix(text: &str) -> bool {
    let is_valid = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    text.len() <= CLUSTER_NAME_CHARACTERS && text.chars().all(is_valid)
}
