//! Lifecycle hooks of a group: those that are configured, and that of ECS managed instance draining.

use drain::observation::{Group, Hook, Seen};
use drain::policy::Policy;

use super::answer::seen;
use crate::fault::Fault;
use crate::observe::hooks::include_managed_draining;

/// Returns the hooks that are configured for their transition.
pub(in crate::worker) fn configured_hooks(
    answer: Result<Vec<Hook>, Fault>,
    policy: &Policy,
) -> Seen<Vec<Hook>> {
    let configured =
        |hooks: Vec<Hook>| hooks.into_iter().filter(|hook| hook.is_owned(policy)).collect();
    seen(answer.map(|hooks| Some(configured(hooks))))
}

/// Returns the settings of a group with `managed_draining` set from its hooks, as far as these are known.
pub(in crate::worker) fn with_managed_draining(
    group: Group,
    hooks: Option<&Result<Vec<Hook>, Fault>>,
) -> Group {
    let known = hooks.and_then(|answer| answer.as_ref().ok());
    Group { managed_draining: known.is_some_and(|all| include_managed_draining(all)), ..group }
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
}
