//! Failures in a random world: in one group, or in the whole account.

use std::ops::Range;

use sim::scenario::{Happening, Length, Scenario, StandaloneSpec, Step};

use super::draw::Draw;
use super::instance_names::{in_service, initial};

/// Harmless lags of a read, in seconds: less than the settle time.
const HARMLESS_LAG: Range<u64> = 2..10;

/// Draws failures around one group.
pub(super) fn group_failures(
    draw: &mut Draw,
    scenario: &Scenario,
    at: usize,
    last: u64,
    steps: &mut Vec<Step>,
) {
    let group = scenario.groups[at].name.clone();
    if draw.chance(0.35) {
        let for_ = draw.secs(60..1_200);
        steps.push(draw.step(last, Happening::NoCapacity { group: group.clone(), for_ }));
    }
    for _ in 0..draw.number(0..3) {
        let instance = in_service(draw, &scenario.groups[at]);
        let for_ = Some(draw.secs(5..1_500));
        steps.push(draw.step(last, Happening::AgentDisconnects { instance, for_ }));
    }
    if draw.chance(0.15) {
        // The agent is disconnected permanently, and later its instance fails the health check.
        let instance = initial(draw, &scenario.groups[at]);
        let gone = Happening::AgentDisconnects { instance: instance.clone(), for_: None };
        let first = draw.secs(30..last / 3);
        let later = Length(first.0 + draw.secs(1..900).0);
        steps.push(Step { at: first, what: gone });
        steps.push(Step { at: later, what: Happening::Unhealthy { instance } });
    }
    if draw.chance(0.1) {
        let hook = "ebb".to_owned();
        steps.push(draw.step(last, Happening::DeleteHook { group: group.clone(), hook }));
    }
    if draw.chance(0.1) {
        let instance = in_service(draw, &scenario.groups[at]);
        let status = "DRAINING".to_owned();
        steps.push(draw.step(last, Happening::SetState { instance, status }));
    }
    if draw.chance(0.4) {
        let on = in_service(draw, &scenario.groups[at]);
        let mut task = StandaloneSpec::named("one-off", "shop", &on);
        task.lasts = Some(draw.lengths(30..1_200, 2));
        steps.push(draw.step(last, Happening::RunTask { task }));
    }
}

/// Draws failures of the whole account.
pub(super) fn account_failures(draw: &mut Draw, last: u64, steps: &mut Vec<Step>) {
    if draw.chance(0.3) {
        let for_ = draw.secs(60..900);
        steps.push(draw.step(last, Happening::BrokenDeployment { for_ }));
    }
    if draw.chance(0.3) {
        let what = Happening::Throttling {
            bucket: draw.choice(&["ecs-read", "ecs-modify", "autoscaling"]).to_owned(),
            for_: draw.secs(30..600),
            others_per_second: draw.number(15..60) as f64,
        };
        steps.push(draw.step(last, what));
    }
    if draw.chance(0.5) {
        for _ in 0..draw.number(1..40) {
            let for_ = draw.secs(HARMLESS_LAG);
            steps.push(draw.step(last, Happening::StaleReads { for_, operation: None }));
        }
    }
    if draw.chance(0.3) {
        let queue = draw.choice(&["asg-lifecycle", "spot-interruption", "ecs-state-change"]);
        let body = draw.choice(&[
            "not json",
            "{}",
            "{\"detail-type\":\"EC2 Spot Instance Interruption Warning\"}",
        ]);
        let what = Happening::Message { queue: queue.to_owned(), body: body.to_owned() };
        steps.push(draw.step(last, what));
    }
}
