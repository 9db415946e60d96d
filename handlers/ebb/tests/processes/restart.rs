//! `ebb restart`.

use tests::running::alone;

use crate::service_command::{both, document, parameters, run, served, tasks};

#[test]
fn restart_ends_when_the_last_old_task_is_gone() {
    let _alone = alone();
    let served = served();
    let before = tasks(&served);

    let output = run(&served, &["restart", "--cluster", "shop", "--service", "api", "--json"]);

    assert_eq!(output.status.code(), Some(0), "{}", both(&output));
    let report = document(&output);
    assert_eq!((&report["outcome"], &report["kind"]), (&"done".into(), &"restart".into()));
    assert_eq!(tasks(&served).len(), 3);
    assert!(tasks(&served).is_disjoint(&before));
    assert_eq!(parameters(&served), Vec::<String>::new());
}

#[test]
fn operation_that_is_not_open_cannot_be_followed() {
    let _alone = alone();
    let served = served();

    let output = run(&served, &["operations", "follow", "shop/api"]);

    assert_eq!(output.status.code(), Some(1), "{}", both(&output));
    assert!(both(&output).contains("no such operation is open"), "{}", both(&output));
}
