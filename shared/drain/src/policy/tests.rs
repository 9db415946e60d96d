use super::*;

fn tag(key: &str, value: &str) -> Vec<(String, String)> {
    vec![(key.to_owned(), value.to_owned())]
}

#[test]
fn tag_of_the_group_overrides_the_configuration() {
    let (policy, bad) = Policy::default().for_group(&tag("ebb:drain-timeout", "2h"));

    assert_eq!(policy.drain_timeout, Some(Duration::from_secs(7200)));
    assert!(bad.is_empty());
}

#[test]
fn each_word_of_a_tag_selects_its_policy() {
    let standalone = |word| Policy::default().for_group(&tag("ebb:standalone", word));
    let rebalance = |word| Policy::default().for_group(&tag("ebb:rebalance", word));

    for (word, meant) in [
        ("wait", StandalonePolicy::Wait),
        ("stop", StandalonePolicy::Stop),
        ("ignore", StandalonePolicy::Ignore),
    ] {
        let (policy, bad) = standalone(word);
        assert_eq!((policy.standalone, bad), (meant, Vec::new()));
    }
    let service_tasks = |word| Policy::default().for_group(&tag("ebb:service-tasks", word));
    for (word, meant) in [("stop", ServiceTaskPolicy::Stop), ("leave", ServiceTaskPolicy::Leave)] {
        let (policy, bad) = service_tasks(word);
        assert_eq!((policy.service_tasks, bad), (meant, Vec::new()));
    }
    for (word, meant) in [
        ("auto", RebalancePolicy::Auto),
        ("replace", RebalancePolicy::Replace),
        ("drain", RebalancePolicy::Drain),
    ] {
        let (policy, bad) = rebalance(word);
        assert_eq!((policy.rebalance, bad), (meant, Vec::new()));
    }
}

#[test]
fn tag_of_the_group_sets_its_mode() {
    let mode = |value| Policy::default().for_group(&tag("ebb:mode", value)).0.mode;

    assert_eq!(mode("observe"), Mode::Observe);
    assert_eq!(mode("off"), Mode::Act);
}

#[test]
fn tag_of_the_group_sets_the_result_at_the_deadline() {
    let result = |value| Policy::default().for_group(&tag("ebb:at-deadline", value));

    assert_eq!(result("abandon").0.at_deadline, CompletionResult::Abandon);
    assert_eq!(result("CONTINUE").0.at_deadline, CompletionResult::Continue);
    assert_eq!(result("retain").1[0].expected, "continue or abandon");
}

#[test]
fn length_of_nothing_is_invalid() {
    assert_eq!(length(" 1h 30m "), Some(Duration::from_secs(5400)));
    assert_eq!(length("0s"), None);
    assert_eq!(length("-5m"), None);
}

#[test]
fn result_is_spelled_as_in_the_api() {
    assert_eq!(CompletionResult::Continue.as_str(), "CONTINUE");
    assert_eq!(CompletionResult::Abandon.as_str(), "ABANDON");
}

#[test]
fn invalid_tag_leaves_the_configured_value_and_is_returned() {
    let (policy, bad) = Policy::default().for_group(&tag("ebb:standalone", "sometimes"));

    assert_eq!(policy.standalone, StandalonePolicy::Wait);
    assert_eq!(
        bad[0].to_string(),
        "tag ebb:standalone=sometimes is invalid (expected wait, stop or ignore); using the configured value"
    );
}

#[test]
fn tag_without_the_prefix_changes_nothing() {
    let (policy, bad) = Policy::default().for_group(&tag("team", "web"));

    assert_eq!(policy, Policy::default());
    assert!(bad.is_empty());
}
