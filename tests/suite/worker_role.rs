//! The role of a worker in infra/worker.yaml allows exactly the worker's calls, for each action and queue. The
//! simulated AWS enforces the role.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use aws::Feed;
use aws::clients::Clients;
use aws::consumer::Consumer;
use futures::future::{join, join_all};
use replay::deployed::configuration;
use sim::World;
use sim::aws::Aws;
use sim::deployment::Deployment;
use sim::history::{Caller, Entry, Fact};
use sim::iam::Role;
use sim::queue_url;
use sim::scenario::Scenario;
use tokio::sync::watch;

use crate::shipped::shipped;

const TEMPLATE: &str = include_str!("../../infra/template.yaml");
const WORKER: &str = include_str!("../../infra/worker.yaml");

/// Short scenarios that together need every permission of a worker on queues. `roles` checks ECS and Auto Scaling in
/// all scenarios, with the same policy.
const SCENARIOS: [&str; 11] = [
    "managed-draining-beside-ebb",
    "never-joined",
    "protected-tasks",
    "rebalance-replace-without-capacity-rebalancing",
    "short-heartbeat",
    "spot-and-hook",
    "spot-interruption-of-a-launching-instance",
    "standalone-stop",
    "stuck-service",
    "throttled-scale-in",
    "warm-pool",
];

const WHO: &str = "worker";
/// Time for a poll and its messages. An idle poll takes ten seconds, and must not end just when the worker has to stop.
const LAST_POLL: Duration = Duration::from_secs(33);

/// An action, and its queue; `None` for other services than SQS.
type Asked = (String, Option<String>);

/// Actions of a worker in all these scenarios.
static ASKED: LazyLock<BTreeSet<Asked>> =
    LazyLock::new(|| SCENARIOS.iter().flat_map(|name| asked(name, shipped(name))).collect());

/// Returns the task role of this template.
fn role(template: &str) -> Role {
    let needed = [
        ("Image", "ebb"),
        ("ClusterName", "workers"),
        ("VpcId", "vpc-0"),
        ("SubnetIds", "subnet-0,subnet-1"),
    ];
    let needed = needed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Role::of_template(template, "TaskRole", &needed.into(), &[TEMPLATE])
        .unwrap_or_else(|mistake| panic!("{mistake}"))
}

/// Returns the worker's role for the simulated AWS, in which the name of a queue lacks the name of the stack.
fn simulated_role() -> Role {
    role(&WORKER.replace(":${Name}-", ":"))
}

/// Returns the stack for workers.
fn deployed() -> Deployment {
    let workers = BTreeMap::from([("ConsumedBy".to_owned(), "workers".to_owned())]);
    Deployment::of_template(TEMPLATE, &workers).unwrap()
}

/// Returns the actions of a worker in a scenario, and asserts that none was denied. After the scenario, each queue gets
/// a malformed message. Then the worker gets the signal to stop, and each queue gets another malformed message.
fn asked(name: &str, mut scenario: Scenario) -> Vec<Asked> {
    // Faults strike functions, which have nothing to do here.
    scenario.faults.clear();
    let history = sim::aws::block_on(scenario.seed, worked(&scenario)).unwrap();
    let asked = history.iter().filter_map(call);
    asked
        .map(|(action, queue, outcome)| {
            assert!(!outcome.starts_with("AccessDenied"), "{name}: {action} {queue:?}");
            (action, queue)
        })
        .collect()
}

async fn worked(scenario: &Scenario) -> Vec<Entry> {
    let aws = Aws::new(World::new(scenario.seed, scenario.switches.clone()));
    aws.deploy(deployed()).unwrap();
    aws.world(|world| {
        world.assume_role(WHO, simulated_role());
        world.play(scenario)
    })
    .unwrap();
    let clients = Clients::over(aws.http_client(WHO), aws.time_source(), "eu-west-1");
    let config = configuration(Path::new("test.toml"), scenario).unwrap();
    let consumer = |feed| Consumer::new(feed, "", config.clone(), clients.clone());
    let consumers = Feed::QUEUES.map(consumer);
    let (stop, stopped) = watch::channel(false);
    let told = async {
        aws.run(scenario.linger.0, scenario.limit.0).await.unwrap();
        poison(&aws).await;
        pass(&aws, LAST_POLL).await;
        stop.send_replace(true);
        poison(&aws).await;
        pass(&aws, LAST_POLL).await;
    };
    join(told, join_all(consumers.iter().map(|consumer| consumer.run(stopped.clone())))).await;
    aws.world(|world| world.take_history())
}

async fn pass(aws: &Aws, length: Duration) {
    let end = aws.world(|world| world.elapsed()) + length;
    aws.run(length, end).await.unwrap();
}

/// Sends a malformed message to each queue.
async fn poison(aws: &Aws) {
    let operator = Clients::over(aws.http_client("operator"), aws.time_source(), "eu-west-1");
    for feed in Feed::QUEUES {
        let url = queue_url(feed.name());
        let message = operator.sqs.send_message().queue_url(url).message_body("what is this");
        message.send().await.unwrap();
    }
}

/// Returns the action of a worker's call, its queue, and the outcome.
fn call(entry: &Entry) -> Option<(String, Option<String>, &str)> {
    let Fact::Call { by: Caller::Other(who), service, operation, outcome, about } = &entry.fact
    else {
        return None;
    };
    let queue = about.split(' ').find_map(|told| {
        told.strip_prefix("QueueUrl=").or_else(|| told.strip_prefix("QueueName="))
    });
    let action = operation.strip_suffix("Batch").unwrap_or(operation);
    (who == WHO)
        .then(|| (format!("{service}:{action}"), queue.map(str::to_owned), outcome.as_str()))
}

#[test]
fn worker_role_allows_exactly_the_actions_that_scenarios_need() {
    let done: BTreeSet<&str> = ASKED.iter().map(|(action, _)| action.as_str()).collect();

    let role = simulated_role();
    let may: BTreeSet<&str> = role.actions().collect();

    assert_eq!(may, done);
}

#[test]
fn worker_role_allows_for_each_queue_exactly_the_actions_used_there() {
    let role = simulated_role();
    let of_queues: BTreeSet<&str> =
        role.actions().filter(|action| action.starts_with("sqs:")).collect();

    for queue in deployed().queues {
        let arn = format!("arn:aws:sqs:eu-west-1:111122223333:{}", queue.name);
        for action in &of_queues {
            let done = ASKED.contains(&((*action).to_owned(), Some(queue.name.clone())));
            assert_eq!(role.may(action, &arn), done, "{action} on {}", queue.name);
        }
    }
}

#[test]
fn a_worker_may_touch_the_queues_of_its_own_stack_alone() {
    let role = role(WORKER);
    let may = |queue: &str| {
        let arn = format!("arn:aws:sqs:eu-west-1:111122223333:{queue}");
        let of_queues = role.actions().filter(|action| action.starts_with("sqs:"));
        of_queues.filter(|action| role.may(action, &arn)).collect::<BTreeSet<_>>().len()
    };

    assert_eq!((may("ebb-asg-lifecycle"), may("ebb-asg-lifecycle-dead-letters")), (6, 2));
    for other in ["sweep", "ebb", "ebb2-sweep", "ebb-sweep-2", "other-ebb-sweep"] {
        assert_eq!(may(other), 0, "{other}");
    }
}
