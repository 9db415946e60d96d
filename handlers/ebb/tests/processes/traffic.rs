//! `ebb worker` is ended while requests for its pages are in flight.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::balancer::Balancer;
use crate::refresh::refresh;
use crate::worker_process::WorkerProcess;
use tests::running::{alone, pause};
use tests::served::Served;

/// How often a worker is ended and another one started in its place.
const ROUNDS: usize = 5;

/// Ends one of two workers under load, and starts another one, again and again. Every request has to be answered.
fn replaced_under_load(balancer: Balancer, mut tell: impl FnMut(&Balancer, &WorkerProcess)) {
    let served = Served::playing(&refresh(), 10);
    let mut workers = [WorkerProcess::of(&served), WorkerProcess::of(&served)];
    for worker in &workers {
        balancer.register(worker.address());
    }
    for round in 0..ROUNDS {
        let worker = &mut workers[round % 2];
        balancer.wait_for(worker.address(), 50);
        tell(&balancer, worker);
        worker.signal("-TERM");
        assert_eq!(worker.ended().code(), Some(0));
        *worker = WorkerProcess::of(&served);
        balancer.register(worker.address());
    }
    for worker in &workers {
        balancer.wait_for(worker.address(), 50);
    }
    let (answered, failed) = balancer.ended();
    let first = failed.first();
    assert!(failed.is_empty(), "{} failed, {answered} did not: {first:?}", failed.len());
}

// ECS developer guide, task-lifecycle-explanation: DEACTIVATING (deregistration from the load balancer) comes before
// STOPPING (SIGTERM). It need not wait in between: what is in flight at the SIGTERM is answered.
#[test]
fn a_worker_that_is_deregistered_and_then_gets_sigterm_under_load_fails_no_request() {
    let _alone = alone();
    let mut in_flight = 0;

    replaced_under_load(Balancer::told(), |balancer, worker| {
        in_flight += balancer.deregister(worker.address());
    });

    assert!(in_flight > 0, "no request was in flight at a SIGTERM");
}

// Nobody but the worker says that it ends: it answers for a fifth of a second at least after /health says 503, so a
// balancer that checks more often than that is in time. One that checks less often is only while messages are in hand.
#[test]
fn a_worker_that_gets_sigterm_under_load_answers_until_a_health_check_has_seen_it() {
    let _alone = alone();

    replaced_under_load(Balancer::checking_health(), |_, _| {});
}

/// The first half of a request: it is in flight until the second is sent.
fn half_a_request(worker: &WorkerProcess) -> TcpStream {
    let mut stream = TcpStream::connect(worker.address()).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nhost: a\r\n").unwrap();
    stream
}

#[test]
fn a_request_that_is_in_flight_when_a_worker_takes_no_more_is_answered() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 10);
    let mut worker = WorkerProcess::of(&served);
    let mut in_flight = half_a_request(&worker);

    worker.signal("-TERM");
    while TcpStream::connect(worker.address()).is_ok() {
        pause(Duration::from_millis(10));
    }
    write!(in_flight, "\r\n").unwrap();
    let mut answer = String::new();
    in_flight.read_to_string(&mut answer).unwrap();

    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("# EOF\n"), "{answer:?}");
    assert_eq!(worker.ended().code(), Some(0));
}

#[test]
fn connections_that_are_kept_open_do_not_keep_a_worker() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 10);
    let mut worker = WorkerProcess::of(&served);
    let _never_finished = half_a_request(&worker);
    let mut scraper = TcpStream::connect(worker.address()).unwrap();
    write!(scraper, "GET /health HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    assert_eq!(scraper.read(&mut [0; 12]).unwrap(), 12, "answered, and kept open");

    worker.signal("-TERM");
    let (ended, took) = timed(|| worker.ended());

    assert_eq!(ended.code(), Some(0));
    assert!(took < Duration::from_secs(10), "it took {took:?}");
}

#[allow(clippy::disallowed_methods, reason = "processes run on the operating system's clock")]
fn timed<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    (what(), began.elapsed())
}
