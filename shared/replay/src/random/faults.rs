//! The faults of a run, drawn before it. The probabilities themselves are drawn, some of them zero: a fault that happens
//! everywhere hides what another one would show.

use sim::scenario::{CallFault, Delivery, Fault, InvocationFault, Length};

use super::draw::Draw;

const FUNCTIONS: [&str; 4] = ["asg-lifecycle", "spot-interruption", "ecs-state-change", "sweep"];

/// The operations that the functions call.
pub const OPERATIONS: [&str; 20] = [
    "ListClusters",
    "ListContainerInstances",
    "DescribeContainerInstances",
    "UpdateContainerInstancesState",
    "PutAttributes",
    "DeleteAttributes",
    "ListTasks",
    "DescribeTasks",
    "StopTask",
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

/// How far a plan reaches: after so many calls of an operation by a function, invocations of a function, events of a rule
/// and messages of a queue nothing goes wrong any more, so that the run shows how ebb recovers.
const CALLS: u32 = 120;
const INVOCATIONS: u32 = 100;
const DELIVERIES: u32 = 60;

/// Draws the faults of a run.
pub(super) fn faults(draw: &mut Draw) -> Vec<Fault> {
    let mut faults = Vec::new();
    for become_ in CallFault::ALL {
        let most =
            if matches!(become_, CallFault::Throttled | CallFault::Partial) { 0.3 } else { 0.12 };
        let probability = draw.probability(0.3, most);
        calls(draw, become_, probability, &mut faults);
    }
    for become_ in [InvocationFault::Killed, InvocationFault::OutOfTime] {
        let probability = draw.probability(0.3, 0.2);
        invocations(draw, become_, probability, &mut faults);
    }
    for become_ in [Delivery::Lost, Delivery::Twice, Delivery::Shuffled, Delivery::Late] {
        let probability = draw.probability(0.3, 0.5);
        deliveries(draw, become_, probability, &mut faults);
    }
    let probability = draw.probability(0.3, 0.4);
    messages(draw, probability, &mut faults);
    faults
}

fn calls(draw: &mut Draw, become_: CallFault, probability: f64, faults: &mut Vec<Fault>) {
    for function in FUNCTIONS {
        for operation in OPERATIONS {
            for nth in struck(draw, probability, CALLS) {
                let (function, operation) = (function.to_owned(), operation.to_owned());
                faults.push(Fault::Call { function, operation, nth, become_ });
            }
        }
    }
}

fn invocations(
    draw: &mut Draw,
    become_: InvocationFault,
    probability: f64,
    faults: &mut Vec<Fault>,
) {
    for function in FUNCTIONS {
        for nth in struck(draw, probability, INVOCATIONS) {
            let after = draw.millis(1..1500);
            let function = function.to_owned();
            faults.push(Fault::Invocation { function, nth, become_, after });
        }
    }
}

fn deliveries(draw: &mut Draw, become_: Delivery, probability: f64, faults: &mut Vec<Fault>) {
    for rule in RULES {
        for nth in struck(draw, probability, DELIVERIES) {
            faults.push(Fault::Delivery { rule: rule.to_owned(), nth, become_ });
        }
    }
}

fn messages(draw: &mut Draw, probability: f64, faults: &mut Vec<Fault>) {
    for queue in QUEUES {
        for nth in struck(draw, probability, DELIVERIES) {
            let at_once = draw.happens(0.5);
            let again_after = if at_once { Length::default() } else { draw.millis(1..30_000) };
            faults.push(Fault::Message { queue: queue.to_owned(), nth, again_after });
        }
    }
}

/// Which of the first so many are struck.
fn struck(draw: &mut Draw, probability: f64, first: u32) -> Vec<u32> {
    if probability <= 0.0 {
        return Vec::new();
    }
    let mut next = |nth: &u32| Some(nth + draw.next_in(probability));
    std::iter::successors(next(&0), next).take_while(|nth| *nth <= first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_faults_again_and_another_one_others() {
        assert_eq!(faults(&mut Draw::new(7)), faults(&mut Draw::new(7)));
        assert_ne!(faults(&mut Draw::new(7)), faults(&mut Draw::new(8)));
    }

    #[test]
    fn as_many_are_struck_as_the_probability_says_each_once_and_in_order() {
        let struck = struck(&mut Draw::new(1), 0.5, 1000);

        assert!((400..600).contains(&struck.len()), "{}", struck.len());
        assert!(struck.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
