//! End of a run: every run ends before the limit of virtual time, with every responder.

use sim::aws::RunEnd;
use sim::scenario::Scenario;

use super::Violation;
use crate::player::Played;

const ENDS: &str = "every run ends";

pub(super) fn check(scenario: &Scenario, played: &Played) -> Option<Violation> {
    let reached_limit = played.ended == RunEnd::Limit;
    reached_limit.then(|| Violation::new(ENDS, scenario.limit.0, "is the limit of virtual time"))
}
