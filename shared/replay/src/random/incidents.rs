//! What happens to a random world: instances go for every reason that there is, and the world itself misbehaves.

use sim::scenario::{Happening, Length, Scenario, SpotAction, StandaloneSpec, Step};

use super::draw::Draw;
use super::world::has_end;

/// A read may be so old without harm: the settle time.
const SETTLE: std::ops::Range<u64> = 2..10;

/// Draws the steps of so many minutes, in order of time.
pub(super) fn draw(draw: &mut Draw, scenario: &Scenario, minutes: u64) -> Vec<Step> {
    let mut steps = Vec::new();
    let last = (minutes * 60).max(600);
    for group in 0..scenario.groups.len() {
        departures(draw, scenario, group, last, &mut steps);
        notices(draw, scenario, group, last, &mut steps);
        coincidence(draw, scenario, group, last, &mut steps);
        trouble(draw, scenario, group, last, &mut steps);
        if draw.happens(0.5) {
            one_after_another(draw, scenario, group, last, &mut steps);
        }
    }
    everywhere(draw, last, &mut steps);
    steps.sort_by_key(|step| step.at);
    steps
}

fn step(draw: &mut Draw, last: u64, steps: &mut Vec<Step>, what: Happening) {
    steps.push(Step { at: draw.secs(30..last), what });
}

/// An instance that is in service when the step's time comes: by then those of the start may all have been replaced.
fn instance(draw: &mut Draw, scenario: &Scenario, group: usize) -> String {
    let group = &scenario.groups[group];
    format!("nth:{}:{}", group.name, draw.number(1..group.instances + 1))
}

/// An instance that is there at the start, and long after unless it is replaced.
fn of_the_start(draw: &mut Draw, scenario: &Scenario, group: usize) -> String {
    let group = &scenario.groups[group];
    format!("i-{}-{}", group.name, draw.number(1..group.instances + 1))
}

/// One, or some more of its group: an event of AWS Health names them all.
fn several(draw: &mut Draw, scenario: &Scenario, group: usize, first: String) -> Vec<String> {
    let mut all = vec![first];
    for _ in 0..draw.number(0..3) {
        let one = instance(draw, scenario, group);
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// The group as a whole changes.
fn departures(draw: &mut Draw, scenario: &Scenario, at: usize, last: u64, steps: &mut Vec<Step>) {
    let spec = &scenario.groups[at];
    let group = || spec.name.clone();
    let refresh = Happening::InstanceRefresh {
        group: group(),
        min_healthy_percentage: draw.one(&[50, 75, 90]),
        warmup: Length::default(),
    };
    steps.push(Step { at: draw.secs(30..last / 4), what: refresh });
    if draw.happens(0.6) {
        let what = Happening::InstanceRefresh {
            group: group(),
            min_healthy_percentage: draw.one(&[0, 50, 80]),
            warmup: Length::default(),
        };
        steps.push(Step { at: draw.secs(last / 2..last), what });
    }
    for _ in 0..draw.number(1..4) {
        let to = draw.number(1..spec.instances + 3);
        step(draw, last, steps, Happening::DesiredCapacity { group: group(), to });
    }
    // What goes back to its warm pool is soon wanted again.
    let returns = spec.warm_pool.as_ref().is_some_and(|pool| pool.reuse_on_scale_in);
    for _ in 0..if returns { draw.number(2..6) } else { 0 } {
        let less = draw.secs(60..last);
        let more = Length(less.0 + draw.secs(60..1_500).0);
        for (at, to) in [(less, spec.instances / 2), (more, spec.instances + 1)] {
            steps.push(Step { at, what: Happening::DesiredCapacity { group: group(), to } });
        }
    }
    if draw.happens(0.25) {
        let (batch, pause) = (draw.number(1..3), draw.secs(30..300));
        step(draw, last, steps, Happening::StackUpdate { group: group(), batch, pause });
    }
}

/// One instance is taken, or may be.
fn notices(draw: &mut Draw, scenario: &Scenario, at: usize, last: u64, steps: &mut Vec<Step>) {
    for _ in 0..draw.number(1..6) {
        let instance = instance(draw, scenario, at);
        let what = match draw.number(0..11) {
            0 => Happening::Unhealthy { instance },
            1 => Happening::TerminateInGroup { instance },
            2 | 3 => Happening::TerminateByHand { instance },
            4 | 5 => Happening::SpotInterruption {
                instance,
                action: draw.one(&[SpotAction::Terminate, SpotAction::Stop, SpotAction::Hibernate]),
            },
            6 => Happening::SpotInterruption { instance, action: SpotAction::Terminate },
            7 | 8 => Happening::RebalanceRecommendation { instance },
            _ => Happening::HealthEvent {
                instances: several(draw, scenario, at, instance),
                code: "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED".to_owned(),
                starts_in: starts_in(draw),
            },
        };
        step(draw, last, steps, what);
    }
}

/// Several things befall, minutes or seconds after one another, the instance that is on its way in or out just then.
fn one_after_another(
    draw: &mut Draw,
    scenario: &Scenario,
    at: usize,
    last: u64,
    steps: &mut Vec<Step>,
) {
    let spec = &scenario.groups[at];
    // Where nothing ends a drain but its tasks, they must find another place: nobody drains that.
    let statuses = if has_end(scenario) { ["DRAINING", "ACTIVE"] } else { ["ACTIVE"; 2] };
    for _ in 0..draw.number(1..5) {
        let to = draw.number(1..spec.instances + 3);
        let what = Happening::DesiredCapacity { group: spec.name.clone(), to };
        let mut next = draw.secs(60..last);
        steps.push(Step { at: next, what });
        for _ in 0..draw.number(1..6) {
            let longest = draw.one(&[2_000, 20_000, 120_000, 400_000]);
            next = Length(next.0 + draw.millis(0..longest).0);
            let what = befalls(draw, format!("latest:{}", spec.name), statuses);
            steps.push(Step { at: next, what });
        }
    }
}

/// What can befall an instance at any time, whatever its state is; an operator sets it to one of these statuses.
fn befalls(draw: &mut Draw, instance: String, statuses: [&str; 2]) -> Happening {
    match draw.number(0..12) {
        0..3 => Happening::SpotInterruption {
            instance,
            action: draw.one(&[SpotAction::Terminate, SpotAction::Stop, SpotAction::Hibernate]),
        },
        3..5 => Happening::RebalanceRecommendation { instance },
        5..7 => Happening::HealthEvent {
            instances: vec![instance],
            code: "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED".to_owned(),
            starts_in: starts_in(draw),
        },
        7 => Happening::TerminateInGroup { instance },
        8 => Happening::TerminateByHand { instance },
        9 => Happening::Unhealthy { instance },
        10 => Happening::AgentDisconnects { instance, for_: Some(draw.secs(5..600)) },
        _ => Happening::SetState { instance, status: draw.one(&statuses).to_owned() },
    }
}

/// How far ahead a scheduled change lies: nearer than an instance is replaced ahead of it, or farther.
fn starts_in(draw: &mut Draw) -> Length {
    match draw.number(0..3) {
        0 => draw.secs(600..7_200),
        1 => draw.secs(7_200..86_400),
        _ => draw.secs(88_000..172_800),
    }
}

/// A task starts on an instance just before that is taken, and reads tell of neither.
fn coincidence(draw: &mut Draw, scenario: &Scenario, at: usize, last: u64, steps: &mut Vec<Step>) {
    for _ in 0..draw.number(0..3) {
        let instance = instance(draw, scenario, at);
        let mut task = StandaloneSpec::named("one-off", "shop", &instance);
        task.lasts = Some(draw.lengths(30..1_200, 2));
        let begins = draw.secs(60..last);
        let starts = Length(begins.0 + draw.millis(0..1_000).0);
        let taken = Length(starts.0 + draw.millis(500..3_000).0);
        let stale = Happening::StaleReads { for_: draw.secs(5..10), operation: None };
        let takes = match draw.number(0..3) {
            0 => Happening::SpotInterruption { instance, action: SpotAction::Terminate },
            1 => Happening::Unhealthy { instance },
            _ => Happening::TerminateInGroup { instance },
        };
        steps.push(Step { at: begins, what: stale });
        steps.push(Step { at: starts, what: Happening::RunTask { task } });
        steps.push(Step { at: taken, what: takes });
    }
}

/// The world misbehaves around one group.
fn trouble(draw: &mut Draw, scenario: &Scenario, at: usize, last: u64, steps: &mut Vec<Step>) {
    let group = scenario.groups[at].name.clone();
    if draw.happens(0.35) {
        let for_ = draw.secs(60..1_200);
        step(draw, last, steps, Happening::NoCapacity { group: group.clone(), for_ });
    }
    for _ in 0..draw.number(0..3) {
        let instance = instance(draw, scenario, at);
        let for_ = Some(draw.secs(5..1_500));
        step(draw, last, steps, Happening::AgentDisconnects { instance, for_ });
    }
    if draw.happens(0.15) {
        // The agent is away for good, and later its instance fails its health check.
        let instance = of_the_start(draw, scenario, at);
        let gone = Happening::AgentDisconnects { instance: instance.clone(), for_: None };
        let first = draw.secs(30..last / 3);
        let later = Length(first.0 + draw.secs(1..900).0);
        steps.push(Step { at: first, what: gone });
        steps.push(Step { at: later, what: Happening::Unhealthy { instance } });
    }
    if draw.happens(0.1) {
        let hook = "ebb".to_owned();
        step(draw, last, steps, Happening::DeleteHook { group: group.clone(), hook });
    }
    if draw.happens(0.1) {
        let instance = instance(draw, scenario, at);
        let status = "DRAINING".to_owned();
        step(draw, last, steps, Happening::SetState { instance, status });
    }
    if draw.happens(0.4) {
        let on = instance(draw, scenario, at);
        let mut task = StandaloneSpec::named("one-off", "shop", &on);
        task.lasts = Some(draw.lengths(30..1_200, 2));
        step(draw, last, steps, Happening::RunTask { task });
    }
}

/// Something is wrong with the whole account.
fn everywhere(draw: &mut Draw, last: u64, steps: &mut Vec<Step>) {
    if draw.happens(0.3) {
        let for_ = draw.secs(60..900);
        step(draw, last, steps, Happening::BrokenDeployment { for_ });
    }
    if draw.happens(0.3) {
        let what = Happening::Throttling {
            bucket: draw.one(&["ecs-read", "ecs-modify", "autoscaling"]).to_owned(),
            for_: draw.secs(30..600),
            others_per_second: draw.number(15..60) as f64,
        };
        step(draw, last, steps, what);
    }
    if draw.happens(0.5) {
        for _ in 0..draw.number(1..40) {
            let for_ = draw.secs(SETTLE);
            step(draw, last, steps, Happening::StaleReads { for_, operation: None });
        }
    }
    if draw.happens(0.3) {
        let queue = draw.one(&["asg-lifecycle", "spot-interruption", "ecs-state-change"]);
        let body = draw.one(&[
            "not json",
            "{}",
            "{\"detail-type\":\"EC2 Spot Instance Interruption Warning\"}",
        ]);
        let what = Happening::Message { queue: queue.to_owned(), body: body.to_owned() };
        step(draw, last, steps, what);
    }
}
