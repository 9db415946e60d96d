//! The roles of the functions allow exactly the calls that the functions make.

use std::collections::BTreeSet;

use sim::history::{Caller, Entry, Fact};

use crate::functions::deployment;
use crate::shipped::{runs, shipped};

/// Actions of Lambda itself under a function's role: Lambda reads the queue and writes the log (Lambda developer
/// guide).
const BY_LAMBDA: [&str; 5] = [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
];

/// Returns the action that a call of a function needed, and the outcome of the call.
fn call(entry: &Entry) -> Option<(String, &str)> {
    let Fact::Call { by: Caller::Function { .. }, service, operation, outcome, .. } = &entry.fact
    else {
        return None;
    };
    let action = operation.strip_suffix("Batch").unwrap_or(operation);
    Some((format!("{service}:{action}"), outcome))
}

#[test]
fn roles_allow_every_call_and_nothing_that_no_scenario_needs() {
    let mut used: BTreeSet<String> = BY_LAMBDA.map(str::to_owned).into();

    for (name, run) in runs() {
        // A service control policy denies calls that the roles allow.
        let is_denied = shipped(name).denials().next().is_some();
        for (action, outcome) in run.history.iter().filter_map(call) {
            assert!(is_denied || !outcome.starts_with("AccessDenied"), "{name}: {action}");
            used.insert(action);
        }
    }

    for function in deployment().functions {
        let role = function.role.unwrap_or_else(|| panic!("{} has no role", function.name));
        let unused: BTreeSet<_> = role.actions().filter(|it| !used.contains(*it)).collect();
        assert_eq!(unused, BTreeSet::new(), "not called by {}", function.name);
    }
}

// Lambda developer guide, services-sqs-configure: "Execution role permissions".
#[test]
fn lambda_may_read_the_queue_of_each_function_and_no_other_queue() {
    let deployed = deployment();

    for function in &deployed.functions {
        let role = function.role.as_ref().unwrap();
        for queue in &deployed.queues {
            let arn = format!("arn:aws:sqs:eu-west-1:111122223333:{}", queue.name);
            for action in &BY_LAMBDA[..3] {
                let plans = function.name == "spot-interruption" && queue.name == "stop-plans";
                let its_own = queue.name == function.name || plans;
                assert_eq!(role.may(action, &arn), its_own, "{}: {action} {arn}", function.name);
            }
        }
    }
}

#[test]
fn a_function_may_send_to_the_queues_that_its_configuration_names_and_no_other() {
    let deployed = deployment();

    for function in &deployed.functions {
        let role = function.role.as_ref().unwrap();
        // Every function knows that stops are planned. Only the function that receives Spot warnings sends plans.
        let plans = function.name == "spot-interruption";
        let urls = ["EBB_QUEUE_URL", "EBB_DEAD_LETTER_QUEUE_URL"].into_iter();
        let urls = urls.chain(plans.then_some("EBB_STOP_PLAN_QUEUE_URL"));
        let queue_of = |name: &str| function.environment[name].rsplit('/').next().unwrap();
        let named: Vec<&str> = urls.map(queue_of).collect();
        for queue in &deployed.queues {
            let arn = format!("arn:aws:sqs:eu-west-1:111122223333:{}", queue.name);
            let may = role.may("sqs:SendMessage", &arn);
            assert_eq!(may, named.contains(&queue.name.as_str()), "{}: {arn}", function.name);
        }
    }
}
