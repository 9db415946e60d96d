//! A consumer in the simulated AWS, in virtual time, and the messages that it holds.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::time::Duration;

use aws::clients::Clients;
use aws::config::Config;
use aws::consumer::{Consumer, ConsumerCounts};
use aws::feed::Feed;
use futures::future::{join, select};
use sim::World;
use sim::aws::Aws;
use sim::deployment::Deployment;
use sim::history::Fact;
use sim::scenario::{CallFault, Length, PlannedFault, Scenario};
use tokio::sync::watch;

use crate::world::written;

const TEMPLATE: &str = include_str!("../../infra/template.yaml");

/// Time of four sweeps.
const MINUTES: Duration = Duration::from_secs(4 * 60);

/// Returns the queues, rules and schedules of the template, with this visibility timeout and without the functions.
fn queues(visibility_timeout: Duration) -> Deployment {
    let mut deployed = Deployment::of_template(TEMPLATE, &BTreeMap::new()).unwrap();
    for queue in &mut deployed.queues {
        queue.visibility_timeout = Length(visibility_timeout);
    }
    Deployment { functions: Vec::new(), mappings: Vec::new(), ..deployed }
}

/// Returns a world with a consumer of the sweep's queue as its only reader.
fn consumer_in(scenario: &Scenario, visibility_timeout: Duration) -> (Aws, Consumer) {
    let aws = Aws::new(World::new(scenario.seed, scenario.switches.clone()));
    aws.deploy(queues(visibility_timeout)).unwrap();
    aws.world(|world| world.play(scenario)).unwrap();
    let clients = Clients::over(aws.http_client("outside"), aws.time_source(), "eu-west-1");
    let consumer = Consumer::new(Feed::Sweep, "", Config::without_queues([]).unwrap(), clients);
    (aws, consumer)
}

/// Returns the number of times that each message of the sweep's queue became visible before this time.
fn visible(aws: &Aws, before: Duration) -> BTreeMap<String, usize> {
    let mut visible = BTreeMap::new();
    for entry in aws.world(|world| world.take_history()) {
        if let Fact::Message { queue, message, .. } = entry.fact
            && queue == "sweep"
            && entry.at < before
        {
            *visible.entry(message).or_default() += 1;
        }
    }
    visible
}

/// Runs a consumer, stops it, and waits half a minute. Returns the number of times that each message of the sweep's queue
/// became visible, and the consumer's counts.
fn swept(
    scenario: &Scenario,
    visibility_timeout: Duration,
) -> (BTreeMap<String, usize>, ConsumerCounts) {
    sim::aws::block_on(scenario.seed, async {
        let (aws, consumer) = consumer_in(scenario, visibility_timeout);
        let (stop, stopped) = watch::channel(false);
        let told = async {
            aws.run(MINUTES, MINUTES).await.unwrap();
            stop.send_replace(true);
            // This is time for the last poll and its messages.
            aws.run(MINUTES, 2 * MINUTES).await.unwrap();
        };
        join(told, consumer.run(stopped)).await;
        (visible(&aws, MINUTES + Duration::from_secs(30)), consumer.counts())
    })
    .unwrap()
}

fn scenario() -> Scenario {
    written(
        "[[group]]\nname = \"web\"\ncluster = \"shop\"\ninstances = 1\n[[group.hook]]\nname = \"ebb\"\n",
    )
}

#[test]
fn a_batch_that_takes_longer_than_its_visibility_timeout_is_kept_from_others() {
    let mut scenario = scenario();
    // The first call of the first sweep gets no answer for eight seconds.
    scenario.faults = (1..=4).map(|nth| never_answered("ListClusters", nth)).collect();

    let (visible, counted) = swept(&scenario, Duration::from_secs(3));

    let again: Vec<_> = visible.into_iter().filter(|(_, times)| *times > 1).collect();
    assert_eq!(again.len(), counted.returned as usize, "{again:?}");
    assert_eq!((counted.redelivered, counted.failed, counted.in_progress()), (0, 0, 0));
}

#[test]
fn poll_that_waits_without_a_message_does_not_fail() {
    let (_, counted) = swept(&scenario(), Duration::from_secs(30));

    assert!(counted.polls > 20, "{counted:?}");
    assert_eq!(counted.failed_polls, 0, "{counted:?}");
}

fn never_answered(operation: &str, nth: u32) -> PlannedFault {
    let function = "outside".to_owned();
    PlannedFault::Call {
        function,
        operation: operation.to_owned(),
        nth,
        become_: CallFault::TimedOut,
    }
}

#[test]
fn poll_in_progress_at_the_stop_returns_its_messages() {
    let (visible, counted) = swept(&scenario(), Duration::from_secs(60));

    // These are the sweeps of three minutes. The fourth sweep comes just afterwards.
    assert_eq!((counted.received, counted.done, counted.returned), (3, 3, 1));
    let times: BTreeSet<usize> = visible.values().copied().collect();
    assert_eq!((visible.len(), times), (4, BTreeSet::from([1, 2])), "{visible:?}");
}

#[test]
fn messages_in_progress_at_the_end_of_the_grace_period_are_returned_at_once() {
    let mut scenario = scenario();
    scenario.faults = (1..=4).map(|nth| never_answered("ListClusters", nth)).collect();
    let cut = Duration::from_secs(63);
    let soon = cut + Duration::from_secs(5);

    let (visible, counted) = sim::aws::block_on(scenario.seed, async {
        let (aws, consumer) = consumer_in(&scenario, Duration::from_secs(600));
        let (_stop, stopped) = watch::channel(false);
        select(pin!(aws.run(cut, cut)), pin!(consumer.run(stopped))).await;
        let (ran, ()) = join(aws.run(soon, soon), consumer.return_messages()).await;
        ran.unwrap();
        (visible(&aws, soon), consumer.counts())
    })
    .unwrap();

    assert_eq!((counted.received, counted.done, counted.returned), (1, 0, 1));
    assert_eq!(visible.into_values().collect::<Vec<_>>(), [2]);
}
