//! Two runs of a scenario with one seed.

use std::path::Path;

use ebb::output::transcript::{self, Detail};
use replay::{Responder, replay_scenario};

use crate::shipped::shipped;

fn traced(name: &str, seed: u64) -> String {
    let path = Path::new("test.toml");
    let replay = replay_scenario(path, &shipped(name), &[Responder::Ebb], Some(seed));
    transcript::text(&replay.unwrap_or_else(|error| panic!("{error}")), Detail::Trace)
}

#[test]
fn the_same_seed_gives_the_same_trace_byte_for_byte() {
    for name in ["instance-refresh", "throttled-scale-in", "everything-twice"] {
        let (first, second) = (traced(name, 11), traced(name, 11));

        assert!(first == second, "{name}: the traces of two runs differ");
        assert!(
            first.lines().count() > 100,
            "{name}: a trace of {} lines shows nothing",
            first.lines().count()
        );
    }
}

#[test]
fn another_seed_gives_another_trace() {
    assert!(traced("scale-in", 1) != traced("scale-in", 2));
}
