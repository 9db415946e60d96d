//! Lifecycle states that Auto Scaling adds: each is logged by name, once for each process.

use std::io::Write;
use std::sync::{Arc, Mutex};

use super::Feed;
use super::canned_aws::{CannedAws, an_empty_drain, groups};
use super::messages::{event, message};

/// Lines of the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Returns the log lines that name a state in which a group has its instance, in two sweeps.
async fn lines_that_name(state: &str) -> Vec<String> {
    let mut answers = an_empty_drain();
    answers.push(("DescribeAutoScalingGroups", 200, groups(state)));
    let worker = CannedAws::new(answers).worker(Feed::Sweep);
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _logging = tracing::subscriber::set_default(subscriber);

    for minute in 1..3 {
        let sweep = format!(r#"{{"ebb":"sweep","version":1,"at":"2026-03-02T09:0{minute}:00Z"}}"#);
        worker.handle(event(vec![message("sweep", &sweep)])).await;
    }

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    text.lines()
        .filter(|line| line.contains(&format!("state {state},")))
        .map(str::to_owned)
        .collect()
}

#[tokio::test(start_paused = true)]
async fn unknown_lifecycle_state_is_logged_once() {
    let resting = lines_that_name("Resting").await;
    let waiting = lines_that_name("Resting:Wait").await;

    assert!(matches!(&resting[..], [line] if line.contains("does not wait")), "{resting:?}");
    assert!(matches!(&waiting[..], [line] if line.contains("ebb waits")), "{waiting:?}");
}

#[tokio::test(start_paused = true)]
async fn documented_lifecycle_state_is_not_logged() {
    for state in ["InService", "ReplacingRootVolume:Wait", "Warmed:Terminating:Retained"] {
        assert!(lines_that_name(state).await.is_empty(), "{state}");
    }
}
