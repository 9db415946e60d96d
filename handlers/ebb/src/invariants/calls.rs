//! How many calls of AWS the handlers make: a bound for every minute.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::history::Fact;

use super::{Broken, Run};

const CALLS: &str = "AWS calls stay within their bound";

/// The bound of a minute's calls, those of SQS left out: so many, and so many more for each instance that is on its way
/// out in that minute. Tries that the SDK makes again count.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// A minute's calls where nothing leaves.
    pub idle: usize,
    /// A minute's calls more for each instance that leaves.
    pub per_instance: usize,
}

impl Bound {
    /// What every run is held to.
    pub const STATED: Self = Self { idle: 80, per_instance: 40 };
}

pub(super) fn check(run: &Run<'_>) -> Vec<Broken> {
    let mut leaving: BTreeMap<&str, usize> = BTreeMap::new();
    let mut minutes: BTreeMap<u64, (usize, usize)> = BTreeMap::new();
    for entry in &run.played.history {
        let minute = minutes.entry(entry.at.as_secs() / 60).or_default();
        match &entry.fact {
            Fact::Call { by, service, .. } if by.is_function() && *service != "sqs" => {
                minute.0 += 1;
            }
            Fact::ActionStarted { ec2_instance, .. } | Fact::Notice { ec2_instance, .. } => {
                *leaving.entry(ec2_instance).or_default() += 1;
            }
            Fact::ContainerInstance { ec2_instance, status: "DRAINING", .. } => {
                leaving.entry(ec2_instance).or_insert(1);
            }
            Fact::Ec2Instance { ec2_instance, state: "terminated" | "stopped" }
            | Fact::LifecycleState { ec2_instance, state: "InService", .. } => {
                leaving.remove(ec2_instance.as_str());
            }
            _ => {}
        }
        minute.1 = minute.1.max(leaving.len());
    }
    let bound = Bound::STATED;
    let over = minutes.into_iter().filter_map(|(minute, (calls, leaving))| {
        let most = bound.idle + bound.per_instance * leaving;
        let what = format!("{calls} calls in a minute with {leaving} leaving");
        (calls > most).then(|| Broken::new(CALLS, Duration::from_secs(minute * 60), what))
    });
    over.collect()
}
