use std::time::Duration;

use drain::mode::Mode;
use drain::policy::{Policy, ScheduledChangePolicy};

use super::*;

const QUEUE: (&str, &str) = ("EBB_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/111122223333/q");

fn parse(variables: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    let pairs = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::from_environment(pairs)
}

fn errors(variables: &[(&str, &str)]) -> Vec<String> {
    parse(variables).unwrap_err().0.iter().map(VariableError::to_string).collect()
}

#[test]
fn defaults_of_the_variables_are_those_of_the_policy() {
    let config = parse(&[QUEUE]).unwrap();

    let policy = Policy { hooks: ["ebb".to_owned()].into(), ..Policy::default() };
    assert_eq!(config.policy, policy);
    assert_eq!(config.clusters, ServedClusters::default());
    assert_eq!(config.batch, BatchClusters::Leave);
    assert_eq!(config.dead_letter_queue_url, None);
}

#[test]
fn variables_set_the_configuration() {
    let config = parse(&[
        QUEUE,
        ("EBB_HOOKS", "ebb, other"),
        ("EBB_CLUSTERS", "web"),
        ("EBB_CLUSTER_PREFIX", "we"),
        ("EBB_BATCH", "include"),
        ("EBB_DRAIN_TIMEOUT", "2h"),
        ("EBB_SCHEDULED_CHANGE", "replace"),
        ("EBB_REPLACE_AHEAD", "6h"),
        ("EBB_AT_DEADLINE", "ABANDON"),
        ("EBB_REPLACE_BUDGET", "50"),
    ])
    .unwrap();

    assert_eq!(config.policy.hooks.len(), 2);
    assert_eq!(config.clusters.list(), Some(&["web".to_owned()][..]));
    assert_eq!(config.clusters.prefix(), "we");
    assert_eq!(config.batch, BatchClusters::Include);
    assert_eq!(config.policy.drain_timeout, Some(Duration::from_secs(7200)));
    let ahead = Duration::from_secs(6 * 3600);
    assert_eq!(config.policy.scheduled_change, ScheduledChangePolicy::Replace { ahead });
    assert_eq!(config.policy.replace_budget_percent, 50);
}

#[test]
fn errors_are_reported_all_at_once() {
    let errors = errors(&[
        ("EBB_STANDALONE", "sometimes"),
        ("EBB_SETTLE_TIME", "16m"),
        ("EBB_CLUSTER_PREFIX", "web/*"),
        ("EBB_REPLACE_BUDGET", "0"),
        ("EBB_SETLE_TIME", "10s"),
        ("PATH", "/bin"),
    ]);

    assert_eq!(
        errors,
        [
            "EBB_CLUSTER_PREFIX=web/* is invalid: expected letters, digits, - and _, at most 255; none: clusters of any name",
            "EBB_STANDALONE=sometimes is invalid: expected wait, stop or ignore",
            "EBB_SETTLE_TIME=16m is invalid: expected a length of time from 1s to 15m",
            "EBB_REPLACE_BUDGET=0 is invalid: expected a whole number from 1 to 100",
            "EBB_QUEUE_URL is not set: expected the URL of the function's own queue; for sweep, of the queue of asg-lifecycle",
            "EBB_SETLE_TIME=10s is unknown: infra/README.md lists all variables",
        ]
    );
}

// Auto Scaling API reference, PutLifecycleHook: the pattern of a name has no dot.
#[test]
fn rule_9_hook_name_that_auto_scaling_refuses_is_an_error() {
    for names in ["web.drain", "web drain", "web,", &"n".repeat(256)] {
        for variable in ["EBB_HOOKS", "EBB_LAUNCH_HOOKS"] {
            let errors = errors(&[QUEUE, (variable, names)]);
            assert!(errors[0].starts_with(&format!("{variable}={names} is invalid")), "{errors:?}");
        }
    }
    assert!(parse(&[QUEUE, ("EBB_HOOKS", "web/drain,web_drain,Web-1")]).is_ok());
}

#[test]
fn rule_9_hook_names_of_both_lists_fit_into_the_event_rule() {
    let long = ["x".repeat(255), "y".repeat(255)].join(",");
    let longer = ["v".repeat(255), "w".repeat(254)].join(",");

    assert!(parse(&[QUEUE, ("EBB_HOOKS", &long), ("EBB_LAUNCH_HOOKS", &longer)]).is_ok());
    let longest = ["v".repeat(255), "w".repeat(255)].join(",") + ",z";
    let errors = errors(&[QUEUE, ("EBB_HOOKS", &long), ("EBB_LAUNCH_HOOKS", &longest)]);
    assert!(errors[0].contains("with EBB_HOOKS 1024 characters"), "{errors:?}");
}

#[test]
fn each_mode_has_its_own_value() {
    for mode in [Mode::Act, Mode::Observe, Mode::Hold] {
        assert_eq!(parse(&[QUEUE, ("EBB_MODE", mode.as_str())]).unwrap().policy.mode, mode);
    }
}

#[test]
fn value_outside_of_its_limit_is_an_error() {
    for (variable, good, bad) in [
        ("EBB_CLUSTER_PREFIX", "shop-", "shop."),
        ("EBB_BATCH", "include", "drain"),
        ("EBB_SERVICE_TASKS", "leave", "wait"),
        ("EBB_DEREGISTRATION_DELAY", "3600", "3601"),
        ("EBB_ECS_SHARE", "100", "9"),
    ] {
        assert!(parse(&[QUEUE, (variable, good)]).is_ok(), "{variable}={good}");
        assert_eq!(errors(&[QUEUE, (variable, bad)]).len(), 1, "{variable}={bad}");
    }
}

#[test]
fn empty_value_counts_as_unset() {
    let config = parse(&[QUEUE, ("EBB_DRAIN_TIMEOUT", ""), ("EBB_HOOKS", " ")]).unwrap();

    assert_eq!(config.policy.drain_timeout, None);
    assert!(config.policy.hooks.contains("ebb"));
}

#[test]
fn queue_url_is_not_allowed_in_a_process_that_finds_its_queues() {
    let given = [(QUEUE.0.to_owned(), QUEUE.1.to_owned())];

    let error = Config::without_queues(given).unwrap_err().to_string();

    assert!(
        error.contains("is not allowed here: this process finds its queues by name"),
        "{error}"
    );
}

#[test]
fn table_names_and_explains_each_variable_once() {
    let mut names: Vec<_> = VARIABLES.iter().map(|variable| variable.name).collect();
    names.sort_unstable();
    names.dedup();

    assert_eq!(names.len(), VARIABLES.len());
    assert!(VARIABLES.iter().all(|variable| !variable.why.is_empty()));
    assert!(VARIABLES.iter().all(|variable| variable.name.starts_with("EBB_")));
}
