//! Hook names: one list for the event rule, the functions and the sweep.

use std::collections::BTreeSet;

use replay::deployed::{configuration, deployment};
use sim::history::Fact;
use sim::scenario::Scenario;

use crate::world::{played, story, written};

/// Returns a world with a group that scales in after a minute and whose hook has this name.
fn scale_in(hook: &str, configured: &str) -> Scenario {
    written(&format!(
        r#"
about = "A group with one hook scales in."
seed = 3
[environment]
EBB_HOOKS = "{configured}"
[[group]]
name = "dev"
cluster = "dev"
instances = 2
[[group.hook]]
name = "{hook}"
heartbeat_timeout = "15m"
[[service]]
name = "api"
cluster = "dev"
desired = 2
[[happens]]
at = "1m10s"
what = "desired-capacity"
group = "dev"
to = 1
"#
    ))
}

/// Returns the hooks that the event rule of lifecycle actions lists.
fn in_the_rule(scenario: &Scenario) -> BTreeSet<String> {
    let deployed = deployment(&scenario.environment).unwrap();
    let rule = deployed.rules.iter().find(|rule| rule.name == "lifecycle-actions").unwrap();
    let names = rule.pattern["detail"]["LifecycleHookName"].as_array().unwrap();
    let names = names.iter().map(|name| name.as_str().unwrap().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn rule_9_event_rule_lists_the_hooks_of_the_functions() {
    let mut scenario = scale_in("web/drain", "web/drain, batch_drain");
    scenario.environment.insert("EBB_LAUNCH_HOOKS".to_owned(), "launch-1".to_owned());

    let policy = configuration("test.toml".as_ref(), &scenario).unwrap().policy;

    let all: BTreeSet<String> = policy.hooks.union(&policy.launch_hooks).cloned().collect();
    assert_eq!(all.len(), 3);
    assert_eq!(in_the_rule(&scenario), all);
}

#[test]
fn rule_9_configured_hook_of_any_name_drains_at_its_event() {
    let run = played(&scale_in("web/drain", "web/drain"));

    let draining = run
        .history
        .iter()
        .find(|entry| matches!(&entry.fact, Fact::ContainerInstance { status: "DRAINING", .. }));
    let at = draining.unwrap_or_else(|| panic!("{}", story(&run))).at.as_secs();
    assert!((70..80).contains(&at), "the sweep would come at 120 s: {at} s\n{}", story(&run));
}

#[test]
fn rule_9_hook_that_begins_with_a_configured_name_is_left_to_its_own_timeout() {
    let run = played(&scale_in("ebb-drain", "ebb"));

    let calls = &run.summary.aws_calls;
    assert!(!calls.contains_key("autoscaling:CompleteLifecycleAction"), "{}", story(&run));
    assert!(!calls.contains_key("autoscaling:RecordLifecycleActionHeartbeat"), "{}", story(&run));
    assert_eq!(in_the_rule(&scale_in("ebb-drain", "ebb")), ["ebb".to_owned()].into());
}
