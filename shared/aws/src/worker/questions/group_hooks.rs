//! Lifecycle hooks of a group: those that are configured, and those of others.

use drain::observation::{Group, Hook, Seen};
use drain::policy::Policy;

use super::answer::seen;
use crate::fault::Fault;

/// Returns the hooks that are configured for their transition.
pub(in crate::worker) fn configured_hooks(
    answer: Result<Vec<Hook>, Fault>,
    policy: &Policy,
) -> Seen<Vec<Hook>> {
    let configured =
        |hooks: Vec<Hook>| hooks.into_iter().filter(|hook| hook.is_owned(policy)).collect();
    seen(answer.map(|hooks| Some(configured(hooks))))
}

/// Returns the settings of a group with the names of the terminating hooks that are not ebb's, as far as its hooks are known.
pub(in crate::worker) fn with_foreign_hooks(
    group: Group,
    hooks: Option<&Result<Vec<Hook>, Fault>>,
    policy: &Policy,
) -> Group {
    let known = hooks.and_then(|answer| answer.as_ref().ok()).map_or(&[][..], Vec::as_slice);
    let foreign = known.iter().filter(|hook| !hook.launching && !hook.is_owned(policy));
    Group { foreign_hooks: foreign.map(|hook| hook.name.clone()).collect(), ..group }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn hook(name: &str, launching: bool) -> Hook {
        let timeout = Duration::from_secs(3600);
        let name = name.to_owned();
        Hook { name, launching, heartbeat_timeout: timeout, global_timeout: timeout }
    }

    #[test]
    fn hook_with_a_configured_name_on_the_other_transition_is_not_configured() {
        let hooks = vec![hook("ebb", true), hook("ebb", false), hook("other", false)];
        let policy = Policy { hooks: ["ebb".to_owned()].into(), ..Policy::default() };

        let configured = configured_hooks(Ok(hooks), &policy);

        assert_eq!(configured, Seen::Present(vec![hook("ebb", false)]));
    }

    #[test]
    fn terminating_hooks_of_others_are_foreign() {
        let hooks = Ok(vec![hook("ebb", false), hook("other", false), hook("launch", true)]);
        let policy = Policy { hooks: ["ebb".to_owned()].into(), ..Policy::default() };

        let group = with_foreign_hooks(Group::default(), Some(&hooks), &policy);

        assert_eq!(group.foreign_hooks, ["other"]);
    }
}
