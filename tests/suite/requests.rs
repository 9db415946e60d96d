//! Requests of load balancers that fail while instances leave.

use std::path::Path;

use ebb::exit::Exit;
use ebb::output::transcript::json;
use replay::{Responder, Run, replay_scenario};
use sim::scenario::{Length, Lengths, TrafficSpec};

use crate::shipped::{run, shipped};
use crate::world::{played, played_by, story};

/// Returns the numbers of served and failed requests.
fn requests(run: &Run) -> (u64, u64) {
    run.summary.requests_served.zip(run.summary.requests_failed).expect("requests came")
}

#[test]
fn an_instance_refresh_fails_no_request_and_fails_many_where_nobody_reacts() {
    let name = "traffic-behind-a-load-balancer";
    let by = |responder| requests(&played_by(responder, &shipped(name)));

    let (served, failed) = requests(run(name));
    let (_, failed_by_managed_draining) = by(Responder::Managed);
    let (_, failed_by_nobody) = by(Responder::None);

    let seconds = run(name).summary.virtual_seconds;
    assert!((served as f64 / seconds - 200.0).abs() < 2.0, "{served} in {seconds} s");
    assert_eq!((failed, failed_by_managed_draining), (0, 0));
    assert!(failed_by_nobody > 500, "{failed_by_nobody}");
}

#[test]
fn a_deregistration_delay_that_is_shorter_than_the_requests_costs_requests_and_no_task() {
    let name = "deregistration-delay-too-short";
    let mut long = shipped(name);
    long.services[0].deregistration_delay = Some(Length::secs(20));

    let (run, long) = (run(name), played(&long));

    assert!(run.summary.requests_failed > Some(10), "{:?}", run.summary.requests_failed);
    assert_eq!(run.summary.tasks_killed, sim::account::KilledTasks::default());
    assert_eq!(Exit::from(run), Exit::Lost);
    assert_eq!(requests(&long).1, 0);
    assert_eq!(Exit::from(&long), Exit::NothingLost);
}

#[test]
fn a_stop_timeout_that_is_shorter_than_the_requests_costs_requests() {
    let name = "stop-timeout-too-short";
    let mut long = shipped(name);
    for definition in &mut long.task_definitions {
        definition.containers[0].stop_timeout = Some(Length::secs(60));
    }

    assert!(requests(run(name)).1 > 10);
    assert_eq!(requests(&played(&long)).1, 0);
}

#[test]
fn requests_change_nothing_else_of_a_run_and_are_told_only_where_some_came() {
    let quiet = shipped("scale-in");
    let mut busy = quiet.clone();
    busy.services[0].traffic = Some(TrafficSpec {
        requests_per_second: 1_000,
        target_response_time: Lengths::millis(10, 500),
        connection_termination: true,
    });

    let told = |scenario| {
        let replay = replay_scenario(Path::new("test.toml"), scenario, &[Responder::Ebb], None);
        json(&[replay.unwrap_or_else(|error| panic!("{error}"))])
    };
    let (quiet_told, mut busy_told) = (told(&quiet), told(&busy));

    let summary = busy_told["summary"]["ebb"].as_object_mut().unwrap();
    assert!(summary.remove("requests_served").unwrap().as_u64() > Some(100_000));
    assert_eq!(summary.remove("requests_failed").unwrap().as_u64(), Some(0));
    assert_eq!(busy_told, quiet_told);
    assert_eq!(story(&played(&busy)), story(&played(&quiet)));
}
