//! Recorded events in the small world that is built around them.

use std::path::Path;

use replay::{Replay, Responder, SmallWorld, replay_file};

use crate::world::{killed, root};

fn small_world() -> SmallWorld {
    SmallWorld {
        replicas: 3,
        daemons: 1,
        standalone: 1,
        standalone_lasts: "5m".parse().unwrap(),
        deregistration_delay: "30s".parse().unwrap(),
        heartbeat_timeout: "1h".parse().unwrap(),
    }
}

fn replayed(file: &str) -> Replay {
    let path = root().join("fixtures/events").join(file);
    replay_file(Path::new(&path), &small_world(), &[Responder::Ebb], None)
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_recorded_terminate_event_drains_its_instance() {
    for file in [
        "lifecycle-action/terminate.json",
        "lifecycle-action/direct-terminate.json",
        "lifecycle-action/sns-wrapped-event.json",
    ] {
        let run = &replayed(file).runs[0];

        assert_eq!(run.summary.instances_drained, 1, "{file}");
        assert_eq!(run.summary.lifecycle_actions.continued, 1, "{file}");
        assert_eq!(killed(run), 0, "{file}");
    }
}

#[test]
fn every_recorded_event_is_replayed_without_a_broken_invariant() {
    for folder in std::fs::read_dir(root().join("fixtures/events")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();

            let replay = replay_file(&path, &small_world(), &[Responder::Ebb], None)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));

            assert!(
                replay.runs[0].broken.is_empty(),
                "{}: {:?}",
                path.display(),
                replay.runs[0].broken
            );
        }
    }
}

#[test]
fn poison_ends_in_the_dead_letter_queue() {
    let run = &replayed("poison/not-json.json").runs[0];

    assert_eq!(run.summary.dead_letters, 1);
}
