use super::*;
use crate::history::{TaskKind, TaskRef};
use crate::scenario::Lengths;

const END: Duration = Duration::from_secs(100);

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// Starts ten requests a second, each of which takes a length out of `takes`.
fn ten_a_second(takes: Lengths) -> Fact {
    let traffic = TrafficSpec {
        requests_per_second: 10,
        target_response_time: takes,
        connection_termination: true,
    };
    Fact::Traffic { service: "api".to_owned(), traffic, seed: 7 }
}

fn target(task: &str, change: TargetChange) -> Fact {
    let (arn, name) = (task.to_owned(), "api".to_owned());
    let task = TaskRef { arn, kind: TaskKind::Replica, name, ec2_instance: "i-1".to_owned() };
    Fact::Target { service: "api".to_owned(), task, change }
}

/// Deregisters a target, with `delay` for the requests in flight. The load balancer learns of the change at once.
fn draining(task: &str, delay: Option<u64>) -> Fact {
    let cut_off_after = delay.map(secs);
    target(task, TargetChange::Draining { no_new_after: Duration::ZERO, cut_off_after })
}

fn gone(task: &str, unhealthy_after: u64) -> Fact {
    target(task, TargetChange::Gone { unhealthy_after: secs(unhealthy_after) })
}

/// Counts a hundred seconds of requests to two targets. Each request takes a length out of `takes`.
fn requests<const N: usize>(takes: Lengths, changes: [(u64, Fact); N]) -> Requests {
    let healthy = ["a", "b"].map(|task| (0, target(task, TargetChange::Healthy)));
    let mut traffic = Traffic::default();
    traffic.record(Duration::ZERO, &ten_a_second(takes));
    for (at, fact) in healthy.into_iter().chain(changes) {
        traffic.record(secs(at), &fact);
    }
    traffic.until(END).expect("requests came")
}

#[test]
fn every_request_is_served_while_nothing_ends() {
    let at_once = requests(Lengths::secs(0), []);
    let in_two_seconds = requests(Lengths::secs(2), []);

    assert_eq!(at_once, Requests { served: 1000, failed: 0 });
    assert_eq!(in_two_seconds, Requests { served: 980, failed: 0 }, "20 are in flight at the end");
}

// ELB user guide, edit-target-group-attributes: requests in flight have the deregistration delay.
#[test]
fn a_deregistration_delay_as_long_as_a_request_costs_none() {
    let requests = requests(Lengths::secs(5), [(30, draining("a", Some(5))), (36, gone("a", 60))]);

    assert_eq!(requests.failed, 0);
}

// ELB user guide, load-balancer-troubleshooting, HTTP 502: "The deregistration delay period elapsed".
#[test]
fn request_longer_than_the_deregistration_delay_fails() {
    let requests = requests(Lengths::secs(8), [(30, draining("a", Some(5))), (40, gone("a", 60))]);

    assert_eq!(requests.failed, 15, "of three seconds, one in two");
}

#[test]
fn without_connection_termination_a_request_fails_only_with_its_process() {
    let until =
        |end| requests(Lengths::secs(20), [(30, draining("a", None)), (end, gone("a", 60))]);

    assert_eq!(until(50).failed, 0);
    assert_eq!(until(40).failed, 50, "of ten seconds, one in two");
}

#[test]
fn lost_target_fails_its_requests_until_the_load_balancer_finds_out() {
    let known = [(30, gone("a", 60)), (35, draining("a", Some(30)))];
    let found_unhealthy = [(30, gone("a", 40))];

    assert_eq!(requests(Lengths::secs(0), known.clone()).failed, 25);
    assert_eq!(requests(Lengths::secs(2), known).failed, 25 + 10);
    assert_eq!(requests(Lengths::secs(0), found_unhealthy).failed, 200);
}

#[test]
fn a_load_balancer_that_does_not_know_yet_sends_to_a_target_that_still_answers() {
    let a_little_later =
        TargetChange::Draining { no_new_after: secs(2), cut_off_after: Some(secs(2)) };
    let requests = |end| {
        let draining = target("a", a_little_later.clone());
        requests(Lengths::secs(0), [(30, draining), (end, gone("a", 60))]).failed
    };

    assert_eq!(requests(32), 0);
    assert_eq!(requests(31), 5, "of one second, one in two");
}

// ELB user guide, load-balancer-troubleshooting, HTTP 503.
#[test]
fn a_request_that_finds_no_healthy_target_fails() {
    let changes = [
        (40, draining("a", Some(30))),
        (50, draining("b", Some(30))),
        (60, target("c", TargetChange::Healthy)),
    ];

    let requests = requests(Lengths::secs(0), changes);

    assert_eq!(requests, Requests { served: 900, failed: 100 });
}

#[test]
fn a_task_that_was_never_healthy_gets_no_request() {
    let changes = [(10, gone("c", 60)), (20, draining("c", Some(5)))];

    assert_eq!(requests(Lengths::secs(0), changes).failed, 0);
}

#[test]
fn requests_take_any_time_in_their_range() {
    let traffic = TrafficSpec {
        requests_per_second: 10,
        target_response_time: Lengths::millis(1_000, 5_000),
        connection_termination: true,
    };
    let arrivals = Arrivals::new(&traffic, 7);

    let takes = || (0..1_000).map(|number| arrivals.takes(number) / 1_000_000);

    assert!((1_000..1_100).contains(&takes().min().unwrap()));
    assert!((4_900..=5_000).contains(&takes().max().unwrap()));
}

#[test]
fn requests_are_told_only_where_some_came() {
    let mut traffic = Traffic::default();
    traffic.record(Duration::ZERO, &target("a", TargetChange::Healthy));

    assert_eq!(traffic.until(END), None);
}

/// Counts the requests one by one, by the rules of the module.
fn one_by_one(service: &ServiceTraffic, end: u128) -> Requests {
    let mut requests = Requests::default();
    for number in 0..service.arrivals.before(end) {
        let at = service.arrivals.at(number);
        let answered = at + service.arrivals.takes(number);
        let in_service = service.in_service(at);
        let turn = number.checked_rem(in_service.len() as u64);
        let cut = turn.map(|turn| in_service[usize::try_from(turn).unwrap()].1.cut);
        match cut {
            None => requests.failed += 1,
            Some(Some(cut)) if cut <= end && answered > cut => requests.failed += 1,
            Some(_) if answered > end => {}
            Some(_) => requests.served += 1,
        }
    }
    requests
}

#[test]
fn computed_failures_equal_failures_counted_one_by_one() {
    let mut random = fastrand::Rng::with_seed(3);
    let mut failed = 0;
    for seed in 0..200 {
        let traffic = TrafficSpec {
            requests_per_second: random.u32(1..40),
            target_response_time: Lengths::millis(random.u64(0..3_000), random.u64(3_000..9_000)),
            connection_termination: true,
        };
        let arrivals = Arrivals::new(&traffic, seed);
        let mut at = |range: Range<u64>| u128::from(random.u64(range)) * 1_000_000;
        let target = |number: u32| {
            let target = Target {
                is_gone: false,
                from: at(0..50_000),
                until: Some(at(20_000..90_000)),
                cut: Some(at(20_000..110_000)),
            };
            (number.to_string(), target)
        };
        let service = ServiceTraffic { arrivals, targets: (0..6).map(target).collect() };

        let counted = service.until(END.as_nanos());

        assert_eq!(counted, one_by_one(&service, END.as_nanos()), "seed {seed}");
        failed += counted.failed;
    }
    assert!(failed > 1_000, "only {failed} requests failed");
}
