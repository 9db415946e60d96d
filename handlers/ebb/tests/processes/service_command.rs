//! Commands for services as processes, and the served world that they change.

use std::collections::BTreeSet;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use sim::history::{Caller, Fact};
use sim::scenario::Scenario;
use tests::served::{Served, written};

/// Seconds of the world in one second of a test.
pub const SPEED: u32 = 120;

/// A service of three tasks behind a load balancer, with a scalable target whose bound is in the way.
const SHOP: &str = r#"
[[group]]
name = "web"
cluster = "shop"
instances = 4

[[service]]
name = "api"
cluster = "shop"
desired = 3
deregistration_delay = "30s"

[service.tags]
team = "checkout"

[service.scaling]
min = 1
max = 3
"#;

/// Returns the scenario with the service.
pub fn shop() -> Scenario {
    written(SHOP)
}

/// Serves the world of the service, with the queue of operations.
pub fn served() -> Served {
    Served::with_operations(&shop(), SPEED)
}

/// Returns a command line of `ebb` for a served world, without the test's own environment.
pub fn ebb(served: &Served, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ebb"));
    let variables = std::env::vars().map(|(name, _)| name);
    for name in variables.filter(|name| name.starts_with("AWS_") || name.starts_with("EBB_")) {
        command.env_remove(name);
    }
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", "/nowhere");
    let speed = served.speed.to_string();
    let there = ["--endpoint-url", &served.url(), "--region", "eu-west-1", "--speed", &speed];
    let keys = ["--access-key-id", "any", "--secret-access-key", "any"];
    command.args(arguments).args(there).args(keys);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a command to its end.
pub fn run(served: &Served, arguments: &[&str]) -> Output {
    ebb(served, arguments).output().unwrap()
}

/// Returns the standard output of a process.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns both outputs of a process, for a test that fails.
pub fn both(output: &Output) -> String {
    format!("{}\n{}", stdout(output), String::from_utf8_lossy(&output.stderr))
}

/// Returns the JSON document that a process printed.
pub fn document(output: &Output) -> Value {
    serde_json::from_str(&stdout(output))
        .unwrap_or_else(|error| panic!("{error}: {}", both(output)))
}

/// Returns the ARNs of the running tasks.
pub fn tasks(served: &Served) -> BTreeSet<String> {
    let input = json!({ "cluster": "shop", "serviceName": "api" });
    let listed = served.call("AmazonEC2ContainerServiceV20141113.ListTasks", input);
    let arns = listed["taskArns"].as_array().unwrap();
    arns.iter().map(|arn| arn.as_str().unwrap().to_owned()).collect()
}

/// Returns the service.
pub fn service(served: &Served) -> Value {
    let input = json!({ "cluster": "shop", "services": ["api"] });
    served.call("AmazonEC2ContainerServiceV20141113.DescribeServices", input)["services"][0].take()
}

/// Returns the scalable target.
pub fn scalable_target(served: &Served) -> Value {
    let input = json!({ "ServiceNamespace": "ecs", "ResourceIds": ["service/shop/api"] });
    served.call("AnyScaleFrontendService.DescribeScalableTargets", input)["ScalableTargets"][0]
        .take()
}

/// Returns the names of the parameters of operations.
pub fn parameters(served: &Served) -> Vec<String> {
    let input = json!({ "Path": "/ebb/operations/", "Recursive": true });
    let listed = served.call("AmazonSSM.GetParametersByPath", input);
    let parameters = listed["Parameters"].as_array().unwrap();
    parameters.iter().map(|it| it["Name"].as_str().unwrap().to_owned()).collect()
}

/// Returns the operations that callers outside the world called.
pub fn called(served: &Served) -> BTreeSet<String> {
    let calls = served.history().into_iter().filter_map(|entry| match entry.fact {
        Fact::Call { by: Caller::Other(_), operation, .. } => Some(operation),
        _ => None,
    });
    calls.collect()
}

/// Asserts that the service is as it was before the operation.
pub fn assert_restored(served: &Served) {
    assert_eq!(parameters(served), Vec::<String>::new());
    assert_eq!(service(served)["desiredCount"], 3);
    let target = scalable_target(served);
    assert_eq!((&target["MinCapacity"], &target["MaxCapacity"]), (&json!(1), &json!(3)));
    let suspended = target["SuspendedState"].as_object().into_iter().flatten();
    assert!(suspended.clone().all(|(_, flag)| flag == false), "{target}");
    let protected = served.call(
        "AmazonEC2ContainerServiceV20141113.GetTaskProtection",
        json!({ "cluster": "shop", "tasks": tasks(served) }),
    );
    let protected = protected["protectedTasks"].as_array().unwrap();
    assert!(protected.iter().all(|task| task["protectionEnabled"] == false), "{protected:?}");
}
