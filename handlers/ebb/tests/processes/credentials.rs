//! A worker whose credentials expire.

use std::time::Duration;

use sim::account::{KilledTasks, LifecycleActions};
use sim::history::Fact;
use sim::scenario::{Happening, Length, Scenario, Step};

use crate::refresh::refresh;
use crate::worker_process::WorkerProcess;
use tests::running::{alone, pause};
use tests::served::Served;

const HOURS: Duration = Duration::from_secs(3 * 3600);

/// Returns a refresh with five minutes in which all credentials are expired.
fn expiring() -> Scenario {
    let mut scenario = refresh();
    let (at, for_) = (Length(Duration::from_secs(240)), Length(Duration::from_secs(300)));
    scenario.happens.push(Step { at, what: Happening::ExpiredCredentials { for_ } });
    scenario
}

fn wait_for_ready(worker: &WorkerProcess, status: u16) {
    for _ in 0..600 {
        if worker.page("/ready").is_some_and(|(answered, _)| answered == status) {
            return;
        }
        pause(Duration::from_millis(50));
    }
    panic!("/ready is not {status}: {:?}", worker.logged("ERROR"));
}

#[test]
fn worker_with_expired_credentials_names_the_remedy_and_drains_on_after_renewal() {
    let _alone = alone();
    let served = Served::playing(&expiring(), 20);
    let worker = WorkerProcess::start(&served);
    wait_for_ready(&worker, 200);

    wait_for_ready(&worker, 503);
    assert_eq!(worker.page("/health").unwrap().0, 200);
    wait_for_ready(&worker, 200);
    served.wait_for(HOURS, "the refresh", |history| {
        let ended = |fact: &Fact| matches!(fact, Fact::ActionEnded { .. });
        history.iter().filter(|entry| ended(&entry.fact)).count() >= 6
    });

    let summary = served.summary();
    let all = LifecycleActions { continued: 6, abandoned: 0, timed_out: 0 };
    assert_eq!((summary.tasks_killed, summary.lifecycle_actions), (KilledTasks::default(), all));
    assert_eq!(summary.dead_letters, 0);
    let named = worker.logged("ERROR").concat();
    assert!(named.contains("The security token included in the request is expired"), "{named}");
    assert!(named.contains("renew the credentials, or restart with new ones"), "{named}");
    assert!(worker.logged("INFO").concat().contains("receiving messages of feed"));
}
