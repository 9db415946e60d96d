//! `ebb worker` stops while requests for its pages are in flight.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::balancer::Balancer;
use crate::refresh::refresh;
use crate::worker_process::WorkerProcess;
use tests::running::{alone, pause};
use tests::served::Served;

/// Number of times that the test replaces a worker by another one.
const ROUNDS: usize = 5;

/// Replaces one of two workers under load, several times. Asserts that every request is answered.
fn replace_under_load(
    balancer: Balancer,
    mut before_sigterm: impl FnMut(&Balancer, &WorkerProcess),
) {
    let served = Served::playing(&refresh(), 10);
    let mut workers = [WorkerProcess::start(&served), WorkerProcess::start(&served)];
    for worker in &workers {
        balancer.register(worker.address());
    }
    for round in 0..ROUNDS {
        let worker = &mut workers[round % 2];
        balancer.wait_for(worker.address(), 50);
        before_sigterm(&balancer, worker);
        worker.signal("-TERM");
        assert_eq!(worker.wait().code(), Some(0));
        *worker = WorkerProcess::start(&served);
        balancer.register(worker.address());
    }
    for worker in &workers {
        balancer.wait_for(worker.address(), 50);
    }
    let (answered, failed) = balancer.end();
    let first = failed.first();
    assert!(failed.is_empty(), "{} failed, {answered} did not: {first:?}", failed.len());
}

// ECS developer guide, task-lifecycle-explanation: DEACTIVATING (deregistration from the load balancer) comes before
// STOPPING (SIGTERM). No wait is needed in between, because the worker answers requests in flight at the SIGTERM.
#[test]
fn deregistered_worker_that_gets_sigterm_under_load_fails_no_request() {
    let _alone = alone();
    let mut in_flight = 0;

    replace_under_load(Balancer::without_health_check(), |balancer, worker| {
        in_flight += balancer.deregister(worker.address());
    });

    assert!(in_flight > 0, "no request was in flight at a SIGTERM");
}

// Only /health announces the end. The worker answers for at least 200 ms after its first 503, so a balancer with a
// shorter check interval is in time. A longer interval is in time only while messages are in progress.
#[test]
fn worker_with_sigterm_under_load_answers_until_a_health_check_fails() {
    let _alone = alone();

    replace_under_load(Balancer::with_health_check(), |_, _| {});
}

/// Sends the first half of a request. The request is in flight until the second half.
fn send_half_a_request(worker: &WorkerProcess) -> TcpStream {
    let mut stream = TcpStream::connect(worker.address()).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nhost: a\r\n").unwrap();
    stream
}

#[test]
fn request_in_flight_when_a_worker_stops_listening_is_answered() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 10);
    let mut worker = WorkerProcess::start(&served);
    let mut in_flight = send_half_a_request(&worker);

    worker.signal("-TERM");
    while TcpStream::connect(worker.address()).is_ok() {
        pause(Duration::from_millis(10));
    }
    write!(in_flight, "\r\n").unwrap();
    let mut answer = String::new();
    in_flight.read_to_string(&mut answer).unwrap();

    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("# EOF\n"), "{answer:?}");
    assert_eq!(worker.wait().code(), Some(0));
}

#[test]
fn idle_connections_do_not_delay_the_end_of_a_worker() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 10);
    let mut worker = WorkerProcess::start(&served);
    let _never_finished = send_half_a_request(&worker);
    let mut scraper = TcpStream::connect(worker.address()).unwrap();
    write!(scraper, "GET /health HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    assert_eq!(scraper.read(&mut [0; 12]).unwrap(), 12, "answered, and kept open");

    worker.signal("-TERM");
    let (ended, took) = timed(|| worker.wait());

    assert_eq!(ended.code(), Some(0));
    assert!(took < Duration::from_secs(10), "it took {took:?}");
}

#[allow(clippy::disallowed_methods, reason = "processes run on the operating system's clock")]
fn timed<T>(action: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    (action(), began.elapsed())
}
