//! Incidents of a random world: instances leave for every reason that AWS has.

use sim::scenario::{
    Happening, InstanceRefreshSpec, Length, Scenario, SpotAction, StandaloneSpec, Step,
};

use super::draw::Draw;
use super::instance_names::{in_service, latest};
use super::world::every_drain_ends;

/// Draws changes of a whole group: instance refreshes, desired capacities, stack updates.
pub(super) fn group_changes(
    draw: &mut Draw,
    scenario: &Scenario,
    at: usize,
    last: u64,
    steps: &mut Vec<Step>,
) {
    let spec = &scenario.groups[at];
    let group = || spec.name.clone();
    let refresh = |min_healthy_percentage| {
        let refresh = InstanceRefreshSpec::of_group(&spec.name);
        Happening::InstanceRefresh(InstanceRefreshSpec { min_healthy_percentage, ..refresh })
    };
    let what = refresh(draw.choice(&[50, 75, 90]));
    steps.push(Step { at: draw.secs(30..last / 4), what });
    if draw.chance(0.6) {
        let what = refresh(draw.choice(&[0, 50, 80]));
        steps.push(Step { at: draw.secs(last / 2..last), what });
    }
    for _ in 0..draw.number(1..4) {
        let to = draw.number(1..spec.instances + 3);
        steps.push(draw.step(last, Happening::DesiredCapacity { group: group(), to }));
    }
    // Instances that return to their warm pool are launched again soon.
    let returns = spec.warm_pool.as_ref().is_some_and(|pool| pool.reuse_on_scale_in);
    for _ in 0..if returns { draw.number(2..6) } else { 0 } {
        let less = draw.secs(60..last);
        let more = Length(less.0 + draw.secs(60..1_500).0);
        for (at, to) in [(less, spec.instances / 2), (more, spec.instances + 1)] {
            steps.push(Step { at, what: Happening::DesiredCapacity { group: group(), to } });
        }
    }
    if draw.chance(0.25) {
        let (batch, pause) = (draw.number(1..3), draw.secs(30..300));
        steps.push(draw.step(last, Happening::StackUpdate { group: group(), batch, pause }));
    }
}

/// Draws events that take one instance, or may take it.
pub(super) fn instance_events(
    draw: &mut Draw,
    scenario: &Scenario,
    at: usize,
    last: u64,
    steps: &mut Vec<Step>,
) {
    for _ in 0..draw.number(1..6) {
        let instance = in_service(draw, &scenario.groups[at]);
        let what = match draw.number(0..11) {
            0 => Happening::Unhealthy { instance },
            1 => Happening::TerminateInGroup { instance },
            2 | 3 => Happening::TerminateByHand { instance },
            4 | 5 => Happening::SpotInterruption {
                instance,
                action: draw.choice(&[
                    SpotAction::Terminate,
                    SpotAction::Stop,
                    SpotAction::Hibernate,
                ]),
            },
            6 => Happening::SpotInterruption { instance, action: SpotAction::Terminate },
            7 | 8 => Happening::RebalanceRecommendation { instance },
            _ => Happening::HealthEvent {
                instances: several_instances(draw, scenario, at, instance),
                code: "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED".to_owned(),
                starts_in: starts_in(draw),
            },
        };
        steps.push(draw.step(last, what));
    }
}

/// Draws several events within seconds or minutes. They are for the instance that enters or leaves the group at that
/// time.
pub(super) fn one_after_another(
    draw: &mut Draw,
    scenario: &Scenario,
    at: usize,
    last: u64,
    steps: &mut Vec<Step>,
) {
    let spec = &scenario.groups[at];
    // Without a drain timeout tasks must find another place, so the operator sets no other instance DRAINING.
    let statuses = if every_drain_ends(scenario) { ["DRAINING", "ACTIVE"] } else { ["ACTIVE"; 2] };
    for _ in 0..draw.number(1..5) {
        let to = draw.number(1..spec.instances + 3);
        let what = Happening::DesiredCapacity { group: spec.name.clone(), to };
        let mut next = draw.secs(60..last);
        steps.push(Step { at: next, what });
        for _ in 0..draw.number(1..6) {
            let longest = draw.choice(&[2_000, 20_000, 120_000, 400_000]);
            next = Length(next.0 + draw.millis(0..longest).0);
            let what = any_event(draw, latest(spec), statuses);
            steps.push(Step { at: next, what });
        }
    }
}

/// Draws tasks that start on an instance just before it is taken, while reads lag behind.
pub(super) fn task_starts_before_events(
    draw: &mut Draw,
    scenario: &Scenario,
    at: usize,
    last: u64,
    steps: &mut Vec<Step>,
) {
    for _ in 0..draw.number(0..3) {
        let instance = in_service(draw, &scenario.groups[at]);
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

/// Draws an event that can happen to an instance in any state. An operator may set one of these statuses.
fn any_event(draw: &mut Draw, instance: String, statuses: [&str; 2]) -> Happening {
    match draw.number(0..12) {
        0..3 => Happening::SpotInterruption {
            instance,
            action: draw.choice(&[SpotAction::Terminate, SpotAction::Stop, SpotAction::Hibernate]),
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
        _ => Happening::SetState { instance, status: draw.choice(&statuses).to_owned() },
    }
}

/// Adds up to two more instances of the group to the first. An event of AWS Health names them all.
fn several_instances(
    draw: &mut Draw,
    scenario: &Scenario,
    group: usize,
    first: String,
) -> Vec<String> {
    let mut all = vec![first];
    for _ in 0..draw.number(0..3) {
        let one = in_service(draw, &scenario.groups[group]);
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// Draws the time until a scheduled change. At a near change ebb replaces the instance at once, and at a distant one it
/// waits.
fn starts_in(draw: &mut Draw) -> Length {
    match draw.number(0..3) {
        0 => draw.secs(600..7_200),
        1 => draw.secs(7_200..86_400),
        _ => draw.secs(88_000..172_800),
    }
}
