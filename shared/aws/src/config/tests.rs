use super::*;

const QUEUE: (&str, &str) = ("EBB_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/111122223333/q");

fn reading(variables: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    let pairs = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::from_environment(pairs)
}

fn mistakes(variables: &[(&str, &str)]) -> Vec<String> {
    reading(variables).unwrap_err().0.iter().map(VariableError::to_string).collect()
}

#[test]
fn the_table_and_the_policy_agree_on_the_defaults() {
    let config = reading(&[QUEUE]).unwrap();

    let policy = Policy { hooks: ["ebb".to_owned()].into(), ..Policy::default() };
    assert_eq!(config.policy, policy);
    assert!(config.clusters.is_empty());
    assert_eq!(config.dead_letter_queue_url, None);
}

#[test]
fn every_variable_is_taken() {
    let config = reading(&[
        QUEUE,
        ("EBB_HOOKS", "ebb, other"),
        ("EBB_CLUSTERS", "web"),
        ("EBB_DRAIN_TIMEOUT", "2h"),
        ("EBB_SCHEDULED_CHANGE", "replace"),
        ("EBB_REPLACE_AHEAD", "6h"),
        ("EBB_AT_DEADLINE", "ABANDON"),
        ("EBB_REPLACE_BUDGET", "50"),
    ])
    .unwrap();

    assert_eq!(config.policy.hooks.len(), 2);
    assert_eq!(config.policy.drain_timeout, Some(Duration::from_secs(7200)));
    let ahead = Duration::from_secs(6 * 3600);
    assert_eq!(config.policy.scheduled_change, ScheduledChangePolicy::Replace { ahead });
    assert_eq!(config.policy.replace_budget_percent, 50);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let told = mistakes(&[
        ("EBB_STANDALONE", "sometimes"),
        ("EBB_SETTLE_TIME", "16m"),
        ("EBB_REPLACE_BUDGET", "0"),
        ("EBB_SETLE_TIME", "10s"),
        ("PATH", "/bin"),
    ]);

    assert_eq!(
        told,
        [
            "EBB_STANDALONE=sometimes: wait, stop or ignore",
            "EBB_SETTLE_TIME=16m: a length from 1s to 15m",
            "EBB_REPLACE_BUDGET=0: a whole number from 1 to 100",
            "EBB_QUEUE_URL is missing: the URL of this function's own queue; for sweep, that of asg-lifecycle",
            "EBB_SETLE_TIME=10s: no such variable: infra/README.md names them all",
        ]
    );
}

#[test]
fn an_empty_value_is_no_value() {
    let config = reading(&[QUEUE, ("EBB_DRAIN_TIMEOUT", ""), ("EBB_HOOKS", " ")]).unwrap();

    assert_eq!(config.policy.drain_timeout, None);
    assert!(config.policy.hooks.contains("ebb"));
}

#[test]
fn the_table_names_each_variable_once_and_explains_it() {
    let mut names: Vec<_> = VARIABLES.iter().map(|variable| variable.name).collect();
    names.sort_unstable();
    names.dedup();

    assert_eq!(names.len(), VARIABLES.len());
    assert!(VARIABLES.iter().all(|variable| !variable.why.is_empty()));
    assert!(VARIABLES.iter().all(|variable| variable.name.starts_with("EBB_")));
}

#[test]
fn a_cluster_is_served_by_its_name_or_its_arn() {
    let arn = "arn:aws:ecs:eu-west-1:111122223333:cluster/web";

    assert!(reading(&[QUEUE]).unwrap().serves(arn));
    assert!(reading(&[QUEUE, ("EBB_CLUSTERS", "web")]).unwrap().serves(arn));
    assert!(reading(&[QUEUE, ("EBB_CLUSTERS", arn)]).unwrap().serves(arn));
    assert!(!reading(&[QUEUE, ("EBB_CLUSTERS", "api")]).unwrap().serves(arn));
}
