//! The parameters of infra/template.yaml, each with a value that is not its default, and the deployment with these values.

use std::collections::{BTreeMap, BTreeSet};

use aws::config::{Config, VARIABLES};
use serde_json::Value;
use sim::deployment::{Deployment, in_json};

use crate::functions::deployment;
use crate::world::root;

pub(crate) type Parameters = BTreeMap<String, String>;

/// Values of the parameters, also for the stack in ministack.
const NOT_DEFAULT: &str = include_str!("../deployed/parameters.json");

/// Parameters for tests of the deployment. The simulated AWS has one event bus, and events of AWS only.
const FOR_TESTS: [&str; 2] = ["EventBusName", "EventSource"];

/// Returns a value other than the default for every parameter.
pub(crate) fn not_default() -> Parameters {
    serde_json::from_str(NOT_DEFAULT).unwrap()
}

/// Returns the values without these parameters, which then have their defaults.
pub(crate) fn without(parameters: &[&str]) -> Parameters {
    let mut given = not_default();
    given.retain(|name, _| !parameters.contains(&name.as_str()));
    given
}

fn template() -> String {
    std::fs::read_to_string(root().join("infra/template.yaml")).unwrap()
}

fn template_in_json() -> Value {
    in_json(&template()).unwrap()
}

pub(crate) fn deployed(given: &Parameters) -> Deployment {
    Deployment::of_template(&template(), given).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn every_parameter_has_a_value_that_is_not_its_default() {
    let template = template_in_json();
    let given = not_default();

    let parameters = template["Parameters"].as_object().unwrap();

    let names: BTreeSet<&String> = parameters.keys().collect();
    assert_eq!(names, given.keys().collect());
    for (name, parameter) in parameters {
        assert_ne!(text(&parameter["Default"]), given[name], "{name}");
        if let Some(allowed) = parameter["AllowedValues"].as_array() {
            assert!(allowed.iter().any(|it| text(it) == given[name]), "{name}: {allowed:?}");
        }
    }
}

#[test]
fn every_variable_of_a_function_follows_its_parameter() {
    let template = template_in_json();
    let given = without(&FOR_TESTS);
    let deployment = deployed(&given);
    let functions = template["Resources"].as_object().unwrap().values();
    let functions = functions.filter(|it| it["Type"] == "AWS::Lambda::Function");

    let mut followed = BTreeSet::new();
    for (written, function) in functions.zip(&deployment.functions) {
        let variables = written["Properties"]["Environment"]["Variables"].as_object().unwrap();
        for (variable, value) in variables {
            if let Some(expected) = value["Ref"].as_str().and_then(|it| given.get_key_value(it)) {
                assert_eq!(&function.environment[variable], expected.1, "{variable}");
                followed.insert(expected.0.clone());
            }
        }
        Config::from_environment(function.environment.clone()).unwrap();
    }
    let variables = VARIABLES.iter().filter(|variable| variable.unit != "URL");
    // NotifyEventBus is of the variables of notifications.
    assert_eq!(followed.len(), variables.count() + 1, "{followed:?}");
}

#[test]
fn event_sources_follow_their_parameter() {
    let given = Parameters::from([("EventSource".to_owned(), "tried".to_owned())]);
    let deployment = deployed(&given);

    for rule in &deployment.rules {
        let source = rule.pattern["source"][0].as_str().unwrap();
        assert!(source.starts_with("tried."), "{}: {source}", rule.name);
    }
    let another_bus = Parameters::from([("EventBusName".to_owned(), "tried".to_owned())]);
    let mistakes = Deployment::of_template(&template(), &another_bus).unwrap_err();
    assert_eq!(mistakes.len(), deployment.rules.len(), "every rule is on the bus: {mistakes:?}");
}

// EventBridge API reference, PutRule; Lambda API reference, CreateFunction: 64 characters. SQS API reference, CreateQueue: 80.
#[test]
fn names_with_the_longest_prefix_fit() {
    let longest = template_in_json()["Parameters"]["Name"]["MaxLength"].as_u64().unwrap() as usize;
    let given = without(&FOR_TESTS);
    assert_eq!(given["Name"].len(), longest);
    let deployment = deployed(&given);

    let rules = deployment.rules.iter().map(|it| &it.name);
    let rules = rules.chain(deployment.schedules.iter().map(|it| &it.name));
    let functions = deployment.functions.iter().map(|it| &it.name);
    for name in rules.chain(functions) {
        assert!(name.starts_with(&given["Name"]) && name.len() <= 64, "{name}");
    }
    for queue in &deployment.queues {
        assert!(queue.name.starts_with(&given["Name"]) && queue.name.len() <= 80, "{}", queue.name);
    }
}

#[test]
fn concurrency_follows_its_parameter_and_is_not_reserved_unless_asked() {
    let reserved = deployed(&without(&FOR_TESTS));
    let unreserved = deployed(&without(&["EventBusName", "EventSource", "ReserveConcurrency"]));

    for deployment in [&reserved, &unreserved] {
        assert!(deployment.mappings.iter().all(|it| it.maximum_concurrency == Some(2)));
    }
    assert!(unreserved.functions.iter().all(|it| it.reserved_concurrency.is_none()));
    // In an account with a concurrency of 10 nothing can be reserved (Lambda developer guide, configuration-concurrency).
    let together: usize = unreserved.mappings.iter().filter_map(|it| it.maximum_concurrency).sum();
    assert!(together <= 10, "{together}");
}

// Lambda developer guide, services-sqs-scaling: a reservation below the sum of the mappings' maxima lets Lambda throttle messages.
#[test]
fn reservation_of_every_concurrency_is_the_sum_of_the_mappings_of_a_function() {
    let template = template_in_json();
    let allowed = template["Parameters"]["Concurrency"]["AllowedValues"].as_array().unwrap();

    assert!(!allowed.is_empty());
    for concurrency in allowed {
        let mut given = without(&FOR_TESTS);
        given.insert("Concurrency".to_owned(), text(concurrency));
        let deployment = deployed(&given);
        for function in &deployment.functions {
            let own = deployment.mappings.iter().filter(|it| it.function == function.name);
            let together: usize = own.filter_map(|it| it.maximum_concurrency).sum();
            assert_eq!(function.reserved_concurrency, Some(together), "{}", function.name);
        }
    }
}

// SQS developer guide, sqs-key-management; Lambda developer guide, services-sqs-configure.
#[test]
fn roles_may_use_the_key_that_encrypts_the_queues_and_no_other() {
    let given = not_default();
    let with_key = deployed(&without(&FOR_TESTS));

    for (function, without_key) in with_key.functions.iter().zip(deployment().functions) {
        let role = function.role.as_ref().unwrap();
        for action in ["kms:Decrypt", "kms:GenerateDataKey"] {
            assert!(role.may(action, &given["KeyArn"]), "{}: {action}", function.name);
            assert!(!role.may(action, "arn:aws:kms:eu-west-1:111122223333:key/another"));
            assert!(!without_key.role.as_ref().unwrap().may(action, &given["KeyArn"]));
        }
    }
}

/// Returns the resources of a type with their properties.
fn of_type<'a>(template: &'a Value, of_type: &str) -> Vec<(&'a String, &'a Value)> {
    let resources = template["Resources"].as_object().unwrap().iter();
    let found = resources.filter(|(_, it)| it["Type"] == of_type);
    found.map(|(id, it)| (id, &it["Properties"])).collect()
}

#[test]
fn every_role_has_the_path_and_the_boundary_of_the_account() {
    for file in ["infra/template.yaml", "infra/worker.yaml", "infra/operations.yaml"] {
        let template = in_json(&std::fs::read_to_string(root().join(file)).unwrap()).unwrap();
        let roles = of_type(&template, "AWS::IAM::Role");

        assert!(!roles.is_empty());
        for (id, role) in roles {
            assert_eq!(role["Path"]["Ref"], "RolePath", "{file}: {id}");
            let boundary = &role["PermissionsBoundary"]["Fn::If"];
            assert_eq!(boundary[0], "Boundary", "{file}: {id}");
            assert_eq!(boundary[1]["Ref"], "PermissionsBoundaryArn", "{file}: {id}");
            assert!(role.get("RoleName").is_none(), "names need another capability: {id}");
        }
        for (id, policy) in of_type(&template, "AWS::IAM::ManagedPolicy") {
            assert_eq!(policy["Path"]["Ref"], "RolePath", "{file}: {id}");
        }
    }
}

#[test]
fn every_alarm_goes_to_the_address_and_to_the_topic() {
    let template = template_in_json();

    let alarms = of_type(&template, "AWS::CloudWatch::Alarm");

    assert!(alarms.len() > 8);
    for (id, alarm) in alarms {
        for actions in ["AlarmActions", "OKActions"] {
            let actions = alarm[actions].to_string();
            assert!(actions.contains(r#"["Mail",{"Ref":"Alarms"}"#), "{id}: {actions}");
            assert!(
                actions.contains(r#"["AlarmTopic",{"Ref":"AlarmTopicArn"}"#),
                "{id}: {actions}"
            );
        }
    }
}

// A stack exists before its first sweep runs, and its creation can be in the middle of a period.
#[test]
fn missing_sweeps_ring_after_two_whole_periods_and_not_on_the_first_deploy() {
    let template = template_in_json();
    let alarms = of_type(&template, "AWS::CloudWatch::Alarm");
    let (_, alarm) = alarms.iter().find(|(id, _)| *id == "SweepMissedAlarm").unwrap();

    assert_eq!(alarm["TreatMissingData"], "ignore");
    assert_eq!((&alarm["EvaluationPeriods"], &alarm["DatapointsToAlarm"]), (&2.into(), &2.into()));
    let after = template["Resources"]["SweepMissedAlarm"]["DependsOn"].to_string();
    assert!(after.contains("SweepMapping") && after.contains("EveryMinute"), "{after}");
}
