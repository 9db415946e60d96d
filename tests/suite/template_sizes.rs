//! Size limits of a deployment for a large account.

use std::collections::BTreeMap;

use sim::deployment::Deployment;

use crate::world::root;

/// Returns a list of fifty clusters with names of usual length.
fn clusters() -> String {
    let names: Vec<String> = (1..=50).map(|n| format!("payments-production-blue-{n:02}")).collect();
    names.join(",")
}

fn text() -> String {
    std::fs::read_to_string(root().join("infra/template.yaml")).unwrap()
}

fn large() -> Deployment {
    let parameters = BTreeMap::from([
        ("Clusters".to_owned(), clusters()),
        ("ClusterPrefix".to_owned(), "payments-production-blue-".to_owned()),
        ("Hooks".to_owned(), "ebb,ebb-with-a-longer-name".to_owned()),
    ]);
    Deployment::of_template(&text(), &parameters).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

// CloudFormation user guide, cloudformation-limits: a template in a bucket, a parameter's value. Every documented command names a
// bucket.
#[test]
fn template_and_its_parameters_have_room_in_a_bucket() {
    assert!(text().len() <= 1_000_000, "{} bytes", text().len());
    assert!(clusters().len() <= 4_096, "{} bytes", clusters().len());
}

// Lambda developer guide, gettingstarted-limits: environment variables, 4 KB in aggregate.
#[test]
fn fifty_clusters_fit_into_the_environment_of_every_function() {
    for function in large().functions {
        let bytes: usize =
            function.environment.iter().map(|(name, value)| name.len() + value.len()).sum();
        assert!(bytes <= 4_096, "{}: {bytes} bytes", function.name);
    }
}

/// Returns a list of names of one and two characters that fills a parameter. No list has more names.
fn shortest_names(most: usize, first: &str) -> String {
    let letters: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
    let pairs = letters.iter().map(|letter| format!("{first}{letter}"));
    let names = letters.iter().map(char::to_string).chain(pairs);
    let all = names.cycle().take(most).collect::<Vec<_>>().join(",");
    let end = all[..most].rfind(',').unwrap();
    all[..end].to_owned()
}

// EventBridge user guide, eb-quota: an event pattern has 2048 characters at most. Event patterns have no list of
// clusters or groups.
#[test]
fn event_patterns_do_not_grow_with_the_account() {
    for rule in large().rules {
        let pattern = rule.pattern.to_string();
        assert!(pattern.len() <= 400, "{}: {} characters", rule.name, pattern.len());
    }
}

#[test]
fn event_pattern_has_room_for_the_longest_lists_of_hooks() {
    let parameters = BTreeMap::from([
        ("Hooks".to_owned(), shortest_names(512, "x")),
        ("LaunchHooks".to_owned(), shortest_names(511, "y")),
    ]);
    let deployment = Deployment::of_template(&text(), &parameters).unwrap();

    let longest = deployment.rules.iter().map(|rule| rule.pattern.to_string().len()).max();

    assert!(longest.unwrap() <= 2_048, "{longest:?}");
    assert!(longest.unwrap() > 1_024, "the lists are in the pattern: {longest:?}");
}
