//! The same scenario with the same seed, twice.

use std::path::Path;

use ebb::play::Responder;
use ebb::replay;

use crate::shipped::shipped;

fn trace(name: &str, seed: u64) -> String {
    replay::scenario_of(Path::new("test.toml"), &shipped(name), &[Responder::Ebb], Some(seed))
        .unwrap_or_else(|error| panic!("{error}"))
        .trace()
}

#[test]
fn the_same_seed_gives_the_same_trace_byte_for_byte() {
    for name in ["instance-refresh", "throttled-scale-in", "everything-twice"] {
        let (first, second) = (trace(name, 11), trace(name, 11));

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
    assert!(trace("scale-in", 1) != trace("scale-in", 2));
}
