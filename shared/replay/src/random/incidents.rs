//! Steps of a random world: instances leave for every reason that AWS has, and AWS itself fails.

use sim::scenario::{Happening, Length, Scenario, SpotAction, StandaloneSpec, Step};

use super::RandomWorlds;
use super::draw::Draw;
use super::world::every_drain_ends;

/// Seconds by which a read may lag behind without harm: less than the settle time.
const HARMLESS_LAG: std::ops::Range<u64> = 2..10;

/// Draws the steps of a world, in order of time.
pub(super) fn draw_steps(draw: &mut Draw, scenario: &Scenario, worlds: RandomWorlds) -> Vec<Step> {
    let mut steps = Vec::new();
    let last = (worlds.minutes * 60).max(600);
    for group in 0..scenario.groups.len() {
        group_changes(draw, scenario, group, last, &mut steps);
        instance_events(draw, scenario, group, last, &mut steps);
        task_starts_before_events(draw, scenario, group, last, &mut steps);
        group_trouble(draw, scenario, group, last, &mut steps);
        if draw.chance(0.5) {
            one_after_another(draw, scenario, group, last, &mut steps);
        }
    }
    account_trouble(draw, last, &mut steps);
    if !worlds.spot_in_warm_pools {
        // Drawn and then left out, so that the option moves no other draw.
        steps.retain(|step| !is_spot_in_warm_pool(scenario, &step.what));
    }
    steps.sort_by_key(|step| step.at);
    steps
}

/// Returns true if a step happens to a Spot Instance of a group that has a warm pool.
fn is_spot_in_warm_pool(scenario: &Scenario, step: &Happening) -> bool {
    let (Happening::SpotInterruption { instance, .. }
    | Happening::RebalanceRecommendation { instance }) = step
    else {
        return false;
    };
    let mut pools = scenario.groups.iter().filter(|group| group.warm_pool.is_some());
    pools.any(|group| is_of_group(instance, &group.name))
}

/// Returns true if this file's name for an instance (`nth:web:2`, `latest:web`, `i-web-2`) is of the group.
fn is_of_group(instance: &str, group: &str) -> bool {
    let named = instance.strip_prefix("nth:").and_then(|it| it.split_once(':')).map(|it| it.0);
    let first = instance.strip_prefix("i-").and_then(|it| it.rsplit_once('-')).map(|it| it.0);
    named.or(first).or(instance.strip_prefix("latest:")) == Some(group)
}

fn step(draw: &mut Draw, last: u64, steps: &mut Vec<Step>, what: Happening) {
    steps.push(Step { at: draw.secs(30..last), what });
}

/// Draws an instance that is in service at the step's time. Those of the start may all have been replaced by then.
fn instance(draw: &mut Draw, scenario: &Scenario, group: usize) -> String {
    let group = &scenario.groups[group];
    format!("nth:{}:{}", group.name, draw.number(1..group.instances + 1))
}

/// Draws an instance that is there at the start, and later unless it is replaced.
fn initial_instance(draw: &mut Draw, scenario: &Scenario, group: usize) -> String {
    let group = &scenario.groups[group];
    format!("i-{}-{}", group.name, draw.number(1..group.instances + 1))
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
        let one = instance(draw, scenario, group);
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// Draws changes of a whole group: instance refreshes, desired capacities, stack updates.
fn group_changes(
    draw: &mut Draw,
    scenario: &Scenario,
    at: usize,
    last: u64,
    steps: &mut Vec<Step>,
) {
    let spec = &scenario.groups[at];
    let group = || spec.name.clone();
    let refresh = Happening::InstanceRefresh {
        group: group(),
        min_healthy_percentage: draw.choice(&[50, 75, 90]),
        warmup: Length::default(),
    };
    steps.push(Step { at: draw.secs(30..last / 4), what: refresh });
    if draw.chance(0.6) {
        let what = Happening::InstanceRefresh {
            group: group(),
            min_healthy_percentage: draw.choice(&[0, 50, 80]),
            warmup: Length::default(),
        };
        steps.push(Step { at: draw.secs(last / 2..last), what });
    }
    for _ in 0..draw.number(1..4) {
        let to = draw.number(1..spec.instances + 3);
        step(draw, last, steps, Happening::DesiredCapacity { group: group(), to });
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
        step(draw, last, steps, Happening::StackUpdate { group: group(), batch, pause });
    }
}

/// Draws events that take one instance, or may.
fn instance_events(
    draw: &mut Draw,
    scenario: &Scenario,
    at: usize,
    last: u64,
    steps: &mut Vec<Step>,
) {
    for _ in 0..draw.number(1..6) {
        let instance = instance(draw, scenario, at);
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
        step(draw, last, steps, what);
    }
}

/// Draws several events within seconds or minutes for the instance that is entering or leaving the group just then.
fn one_after_another(
    draw: &mut Draw,
    scenario: &Scenario,
    at: usize,
    last: u64,
    steps: &mut Vec<Step>,
) {
    let spec = &scenario.groups[at];
    // Without a drain timeout tasks must find another place, so that the operator sets no other instance DRAINING.
    let statuses = if every_drain_ends(scenario) { ["DRAINING", "ACTIVE"] } else { ["ACTIVE"; 2] };
    for _ in 0..draw.number(1..5) {
        let to = draw.number(1..spec.instances + 3);
        let what = Happening::DesiredCapacity { group: spec.name.clone(), to };
        let mut next = draw.secs(60..last);
        steps.push(Step { at: next, what });
        for _ in 0..draw.number(1..6) {
            let longest = draw.choice(&[2_000, 20_000, 120_000, 400_000]);
            next = Length(next.0 + draw.millis(0..longest).0);
            let what = any_event(draw, format!("latest:{}", spec.name), statuses);
            steps.push(Step { at: next, what });
        }
    }
}

/// Draws an event that can happen to an instance in any state. An operator sets it to one of these statuses.
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

/// Draws the time until a scheduled change: within the time in which ebb replaces the instance, or before it.
fn starts_in(draw: &mut Draw) -> Length {
    match draw.number(0..3) {
        0 => draw.secs(600..7_200),
        1 => draw.secs(7_200..86_400),
        _ => draw.secs(88_000..172_800),
    }
}

/// Draws tasks that start on an instance just before it is taken, while reads lag behind.
fn task_starts_before_events(
    draw: &mut Draw,
    scenario: &Scenario,
    at: usize,
    last: u64,
    steps: &mut Vec<Step>,
) {
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

/// Draws failures around one group.
fn group_trouble(
    draw: &mut Draw,
    scenario: &Scenario,
    at: usize,
    last: u64,
    steps: &mut Vec<Step>,
) {
    let group = scenario.groups[at].name.clone();
    if draw.chance(0.35) {
        let for_ = draw.secs(60..1_200);
        step(draw, last, steps, Happening::NoCapacity { group: group.clone(), for_ });
    }
    for _ in 0..draw.number(0..3) {
        let instance = instance(draw, scenario, at);
        let for_ = Some(draw.secs(5..1_500));
        step(draw, last, steps, Happening::AgentDisconnects { instance, for_ });
    }
    if draw.chance(0.15) {
        // The agent is disconnected permanently, and later its instance fails the health check.
        let instance = initial_instance(draw, scenario, at);
        let gone = Happening::AgentDisconnects { instance: instance.clone(), for_: None };
        let first = draw.secs(30..last / 3);
        let later = Length(first.0 + draw.secs(1..900).0);
        steps.push(Step { at: first, what: gone });
        steps.push(Step { at: later, what: Happening::Unhealthy { instance } });
    }
    if draw.chance(0.1) {
        let hook = "ebb".to_owned();
        step(draw, last, steps, Happening::DeleteHook { group: group.clone(), hook });
    }
    if draw.chance(0.1) {
        let instance = instance(draw, scenario, at);
        let status = "DRAINING".to_owned();
        step(draw, last, steps, Happening::SetState { instance, status });
    }
    if draw.chance(0.4) {
        let on = instance(draw, scenario, at);
        let mut task = StandaloneSpec::named("one-off", "shop", &on);
        task.lasts = Some(draw.lengths(30..1_200, 2));
        step(draw, last, steps, Happening::RunTask { task });
    }
}

/// Draws failures of the whole account.
fn account_trouble(draw: &mut Draw, last: u64, steps: &mut Vec<Step>) {
    if draw.chance(0.3) {
        let for_ = draw.secs(60..900);
        step(draw, last, steps, Happening::BrokenDeployment { for_ });
    }
    if draw.chance(0.3) {
        let what = Happening::Throttling {
            bucket: draw.choice(&["ecs-read", "ecs-modify", "autoscaling"]).to_owned(),
            for_: draw.secs(30..600),
            others_per_second: draw.number(15..60) as f64,
        };
        step(draw, last, steps, what);
    }
    if draw.chance(0.5) {
        for _ in 0..draw.number(1..40) {
            let for_ = draw.secs(HARMLESS_LAG);
            step(draw, last, steps, Happening::StaleReads { for_, operation: None });
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
        step(draw, last, steps, what);
    }
}
