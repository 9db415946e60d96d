//! The stack of operations on services: infra/operations.yaml.

use std::collections::{BTreeMap, BTreeSet};

use aws::config::Config;
use serde_json::Value;
use sim::deployment::{Deployment, in_json};

use crate::world::root;

fn template() -> String {
    std::fs::read_to_string(root().join("infra/operations.yaml")).unwrap()
}

fn deployed(parameters: &[(&str, &str)]) -> Deployment {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let parameters: BTreeMap<String, String> = parameters.iter().map(owned).collect();
    Deployment::of_template(&template(), &parameters)
        .unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

/// Returns the properties of the resources of a type.
fn of_type(of_type: &str) -> Vec<(String, Value)> {
    let template = in_json(&template()).unwrap();
    let resources = template["Resources"].as_object().unwrap().clone().into_iter();
    let found = resources.filter(|(_, resource)| resource["Type"] == of_type);
    found.map(|(id, mut resource)| (id, resource["Properties"].take())).collect()
}

#[test]
fn function_gets_the_messages_of_its_queue_and_its_schedule() {
    let Deployment { queues, functions, mappings, schedules, rules } = deployed(&[]);

    let [function] = functions.as_slice() else { panic!("{functions:#?}") };
    assert_eq!(function.name, "service-operation");
    assert_eq!((mappings[0].queue.as_str(), mappings.len()), (function.name.as_str(), 1));
    assert_eq!((schedules[0].target.as_str(), schedules.len()), (function.name.as_str(), 1));
    assert!(rules.is_empty() && mappings[0].report_batch_item_failures);
    let queue = queues.iter().find(|queue| queue.name == function.name).unwrap();
    assert!(queue.dead_letter_queue.is_some());
    // Lambda developer guide, services-sqs-configure: the function's timeout at least.
    assert!(queue.visibility_timeout.0 >= function.timeout.0);
}

// `wait` takes 14 minutes at most, and the function must still answer.
#[test]
fn function_outlives_the_longest_wait_of_an_invocation() {
    let function = deployed(&[]).functions.remove(0);

    assert!(function.timeout.0 > aws_services::limits::LONGEST_WAIT);
}

#[test]
fn variables_of_the_function_follow_the_parameters() {
    let given =
        [("Clusters", "shop"), ("ClusterPrefix", "sh"), ("EcsShare", "60"), ("Mode", "hold")];
    let function = deployed(&given).functions.remove(0);

    let config = Config::from_environment(function.environment).unwrap();

    assert!(config.clusters.include("shop") && !config.clusters.include("web"));
    assert_eq!((config.ecs_share, config.policy.mode.as_str()), (60, "hold"));
    assert!(config.dead_letter_queue_url.is_some());
}

#[test]
fn role_reaches_the_records_of_operations_and_no_other_parameter() {
    let deployed = deployed(&[("ClusterPrefix", "shop")]);
    let role = deployed.functions[0].role.as_ref().unwrap();
    let may = |action: &str, resource: &str| {
        let (service, _) = action.split_once(':').unwrap();
        role.may(action, &format!("arn:aws:{service}:eu-west-1:111122223333:{resource}"))
    };

    assert!(may("ssm:PutParameter", "parameter/ebb/operations/shop/api/before"));
    assert!(!may("ssm:PutParameter", "parameter/ebb/other"));
    assert!(!may("ssm:GetParameters", "parameter/database/password"));
    assert!(may("ecs:UpdateService", "service/shop/api"));
    assert!(!may("ecs:UpdateService", "service/web/api"));
    assert!(!may("ecs:DeleteService", "service/shop/api"));
}

#[test]
fn asynchronous_invocation_is_not_retried_and_fails_into_the_dead_letter_queue() {
    let [(_, settings)] = &of_type("AWS::Lambda::EventInvokeConfig")[..] else { panic!("one") };

    assert_eq!(settings["MaximumRetryAttempts"], 0);
    let destination = settings["DestinationConfig"]["OnFailure"]["Destination"].to_string();
    assert!(destination.contains("ServiceOperationDeadLetters"), "{destination}");
}

#[test]
fn alarms_go_to_the_topic_and_the_log_expires() {
    let alarms = of_type("AWS::CloudWatch::Alarm");

    assert!(alarms.len() >= 4);
    for (id, alarm) in alarms {
        let actions = alarm["AlarmActions"].to_string();
        assert!(actions.contains(r#"["AlarmTopic",{"Ref":"AlarmTopicArn"}"#), "{id}: {actions}");
    }
    for (id, log) in of_type("AWS::Logs::LogGroup") {
        assert_eq!(log["RetentionInDays"]["Ref"], "LogRetention", "{id}");
    }
}

// EventBridge API reference, PutRule; Lambda API reference, CreateFunction: 64 characters.
#[test]
fn names_of_the_stack_with_the_longest_prefix_fit() {
    let prefix = "a-drainer-with-the-longest-prefix-1";
    let deployed = deployed(&[("Name", prefix)]);

    let schedules = deployed.schedules.iter().map(|it| &it.name);
    let names: BTreeSet<&String> =
        schedules.chain(deployed.functions.iter().map(|it| &it.name)).collect();
    for name in names {
        assert!(name.starts_with(prefix) && name.len() <= 64, "{name}");
    }
}
