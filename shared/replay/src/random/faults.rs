//! Faults of a run, drawn before the run.
//!
//! The probabilities themselves are drawn, and some are zero: a fault that strikes everywhere hides the effect of others.

use sim::scenario::{CallFault, Delivery, InvocationFault, Length, PlannedFault};

use super::draw::Draw;

const FUNCTIONS: [&str; 4] = ["asg-lifecycle", "spot-interruption", "ecs-state-change", "sweep"];

/// Operations that the functions call in every account.
pub const OPERATIONS: [&str; 22] = [
    "ListClusters",
    "DescribeClusters",
    "ListContainerInstances",
    "DescribeContainerInstances",
    "UpdateContainerInstancesState",
    "PutAttributes",
    "DeleteAttributes",
    "ListTasks",
    "DescribeTasks",
    "StopTask",
    "GetTaskProtection",
    "DescribeServices",
    "DescribeTaskDefinition",
    "DescribeAutoScalingGroups",
    "DescribeAutoScalingInstances",
    "DescribeLifecycleHooks",
    "DescribeScalingActivities",
    "DescribeWarmPool",
    "CompleteLifecycleAction",
    "RecordLifecycleActionHeartbeat",
    "TerminateInstanceInAutoScalingGroup",
    "SendMessageBatch",
];
/// Operations that the functions call if a cluster has capacity providers.
const PROVIDER_OPERATIONS: [&str; 1] = ["DescribeCapacityProviders"];
const RULES: [&str; 7] = [
    "lifecycle-actions",
    "spot-notices",
    "instances-going",
    "scheduled-changes",
    "tasks-stopped",
    "container-instances-draining",
    "container-instances-joined",
];
const QUEUES: [&str; 4] = FUNCTIONS;

/// Number of the last call of an operation by a function that a fault may strike, 120. Later calls show ebb's recovery.
const CALLS: u32 = 120;
/// Number of the last invocation of a function that a fault may strike, 100.
const INVOCATIONS: u32 = 100;
/// Number of the last event of a rule, and of the last message of a queue, that a fault may strike, 60.
const DELIVERIES: u32 = 60;

/// Draws the faults of a run.
pub(super) fn draw_faults(draw: &mut Draw) -> Vec<PlannedFault> {
    let mut faults = Vec::new();
    for become_ in CallFault::ALL {
        let most =
            if matches!(become_, CallFault::Throttled | CallFault::Partial) { 0.3 } else { 0.12 };
        let probability = draw.probability(0.3, most);
        calls(draw, CallTargets::of_drains(&OPERATIONS), become_, probability, &mut faults);
    }
    for become_ in [InvocationFault::Killed, InvocationFault::OutOfTime] {
        let probability = draw.probability(0.3, 0.2);
        invocations(draw, &FUNCTIONS, become_, probability, &mut faults);
    }
    for become_ in [Delivery::Lost, Delivery::Twice, Delivery::Shuffled, Delivery::Late] {
        let probability = draw.probability(0.3, 0.5);
        deliveries(draw, become_, probability, &mut faults);
    }
    let probability = draw.probability(0.3, 0.4);
    messages(draw, probability, &mut faults);
    faults
}

/// Draws the faults of calls about capacity providers. They have a separate stream, so they change no other draw.
pub(super) fn draw_provider_faults(draw: &mut Draw) -> Vec<PlannedFault> {
    let mut faults = Vec::new();
    for become_ in CallFault::ALL {
        let probability = draw.probability(0.3, 0.3);
        let targets = CallTargets::of_drains(&PROVIDER_OPERATIONS);
        calls(draw, targets, become_, probability, &mut faults);
    }
    faults
}

/// Functions and operations whose calls a fault may strike.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallTargets<'a> {
    /// Names of the functions.
    pub(super) functions: &'a [&'a str],
    /// Operations that the functions call.
    pub(super) operations: &'a [&'a str],
}

impl<'a> CallTargets<'a> {
    /// Returns calls of these operations by the functions of the drain.
    fn of_drains(operations: &'a [&'a str]) -> Self {
        Self { functions: &FUNCTIONS, operations }
    }
}

/// Draws faults of calls.
pub(super) fn calls(
    draw: &mut Draw,
    targets: CallTargets<'_>,
    become_: CallFault,
    probability: f64,
    faults: &mut Vec<PlannedFault>,
) {
    for function in targets.functions {
        for operation in targets.operations {
            for nth in struck(draw, probability, CALLS) {
                let (function, operation) = ((*function).to_owned(), (*operation).to_owned());
                faults.push(PlannedFault::Call { function, operation, nth, become_ });
            }
        }
    }
}

/// Draws faults of invocations.
pub(super) fn invocations(
    draw: &mut Draw,
    functions: &[&str],
    become_: InvocationFault,
    probability: f64,
    faults: &mut Vec<PlannedFault>,
) {
    for function in functions {
        for nth in struck(draw, probability, INVOCATIONS) {
            let after = draw.millis(1..1500);
            let function = (*function).to_owned();
            faults.push(PlannedFault::Invocation { function, nth, become_, after });
        }
    }
}

fn deliveries(
    draw: &mut Draw,
    become_: Delivery,
    probability: f64,
    faults: &mut Vec<PlannedFault>,
) {
    for rule in RULES {
        for nth in struck(draw, probability, DELIVERIES) {
            faults.push(PlannedFault::Delivery { rule: rule.to_owned(), nth, become_ });
        }
    }
}

fn messages(draw: &mut Draw, probability: f64, faults: &mut Vec<PlannedFault>) {
    for queue in QUEUES {
        for nth in struck(draw, probability, DELIVERIES) {
            let at_once = draw.chance(0.5);
            let again_after = if at_once { Length::default() } else { draw.millis(1..30_000) };
            faults.push(PlannedFault::Message { queue: queue.to_owned(), nth, again_after });
        }
    }
}

/// Draws the numbers that are struck, from 1 to `count`.
fn struck(draw: &mut Draw, probability: f64, count: u32) -> Vec<u32> {
    if probability <= 0.0 {
        return Vec::new();
    }
    let mut next = |nth: &u32| Some(nth + draw.tries_until_success(probability));
    std::iter::successors(next(&0), next).take_while(|nth| *nth <= count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_a_seed_repeat_and_differ_from_another_seeds() {
        assert_eq!(draw_faults(&mut Draw::new(7)), draw_faults(&mut Draw::new(7)));
        assert_ne!(draw_faults(&mut Draw::new(7)), draw_faults(&mut Draw::new(8)));
    }

    #[test]
    fn struck_numbers_match_the_probability_and_ascend() {
        let struck = struck(&mut Draw::new(1), 0.5, 1000);

        assert!((400..600).contains(&struck.len()), "{}", struck.len());
        assert!(struck.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
