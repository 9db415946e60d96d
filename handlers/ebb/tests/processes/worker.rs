//! `ebb worker`: its pages, its log and its exit codes.

use std::net::SocketAddr;
use std::time::Duration;

use crate::refresh::refresh;
use crate::worker_process::{WorkerProcess, command};
use tests::running::{alone, pause};
use tests::served::Served;

/// Waits until a page answers with this status, for up to 20 s. Returns its text.
fn wait_for_page(worker: &WorkerProcess, path: &str, status: u16) -> String {
    for _ in 0..200 {
        match worker.page(path) {
            Some((answered, text)) if answered == status => return text,
            _ => pause(Duration::from_millis(100)),
        }
    }
    panic!("{path} is not {status}: {:?}", worker.page(path))
}

#[test]
fn worker_without_a_connection_is_ready_once_aws_is_back() {
    let _alone = alone();
    let address = Served::playing(&refresh(), 1).address;
    let worker = WorkerProcess::at(address, &["--queue-prefix", ""]);
    while worker.logged("WARN").len() < 4 {
        pause(Duration::from_millis(100));
    }
    let before = wait_for_page(&worker, "/ready", 503);

    let _back = Served::playing_at(address, &refresh(), 1);
    let after = wait_for_page(&worker, "/ready", 200);

    assert!(before.contains("sweep: receives nothing"), "{before}");
    assert!(after.contains("sweep: ok"), "{after}");
    assert_eq!(worker.page("/health").unwrap().0, 200);
    let warned = worker.logged("WARN").concat();
    assert!(warned.contains("finding queue sweep: no connection"), "{warned}");
}

#[test]
fn worker_without_credentials_logs_an_error_and_waits() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 1);
    let worker = WorkerProcess::without_keys(served.address, &["--queue-prefix", ""]);
    pause(Duration::from_secs(2));

    let named = worker.logged("ERROR").concat();

    assert!(named.contains("finding queue sweep: no credentials: "), "{named}");
    assert_eq!(worker.page("/health").unwrap().0, 200);
}

#[test]
fn missing_queue_is_named_and_waited_for() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 1);
    let worker = WorkerProcess::at(served.address, &["--queue-prefix", "other-"]);
    pause(Duration::from_secs(1));

    let named = worker.logged("ERROR").concat();

    assert!(
        named.contains("finding queue other-sweep: AWS.SimpleQueueService.NonExistentQueue"),
        "{named}"
    );
    assert_eq!(worker.page("/ready").unwrap().0, 503);
}

#[test]
fn health_is_503_from_sigterm_to_the_end() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 1);
    let mut worker = WorkerProcess::at(served.address, &["--queue-prefix", ""]);
    wait_for_page(&worker, "/ready", 200);

    worker.signal("-TERM");
    let health = wait_for_page(&worker, "/health", 503);

    assert_eq!(health, "ending\n");
    assert_eq!(worker.wait().code(), Some(0));
}

#[test]
fn second_signal_ends_a_worker_at_once() {
    let _alone = alone();
    let served = Served::playing(&refresh(), 1);
    let mut worker = WorkerProcess::at(served.address, &["--queue-prefix", ""]);
    wait_for_page(&worker, "/ready", 200);

    worker.signal("-TERM");
    wait_for_page(&worker, "/health", 503);
    worker.signal("-TERM");

    assert_eq!(worker.wait().code(), Some(1));
}

#[test]
fn mistakes_in_the_command_line_and_the_environment_exit_with_2_and_are_named() {
    let nowhere: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let url = format!("http://{nowhere}");
    let stderr = |arguments: &[&str], variable: (&str, &str)| {
        let output = command(arguments).env(variable.0, variable.1).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let region = ["--region", "eu-west-1"];

    assert!(
        stderr(&region, ("EBB_MODE", "sleep"))
            .contains("EBB_MODE=sleep is invalid: expected act, observe or hold")
    );
    let url_of_a_queue = stderr(&region, ("EBB_QUEUE_URL", "https://q"));
    assert!(url_of_a_queue.contains("this process finds its queues by name"), "{url_of_a_queue}");
    assert!(stderr(&[], ("EBB_MODE", "act")).contains("no Region: give --region"));
    assert!(stderr(&["--speed", "20"], ("EBB_MODE", "act")).contains("--endpoint-url"));
    let faster = ["--endpoint-url", &url, "--speed", "20", "--region", "eu-west-1"];
    assert!(
        stderr(&faster, ("AWS_ACCESS_KEY_ID", "any")).contains("answers without a Date header")
    );
}
