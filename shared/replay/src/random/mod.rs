//! Random worlds with random faults, drawn from a seed before the run.

mod crowd;
mod denied_cluster;
mod draw;
mod failures;
mod faults;
mod incidents;
mod instance_names;
mod managed_draining;
mod operations;
mod real_account;
mod steps;
mod world;

use std::time::Duration;

use sim::scenario::Scenario;

pub(crate) use crowd::has_crowd;
use draw::Draw;
pub use faults::OPERATIONS;

/// Options of random worlds that all seeds share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RandomWorlds {
    /// Minutes of virtual time in which steps begin. A run lasts until the effects of the last step end.
    pub minutes: u64,
    /// Spot Instances in groups that have a warm pool. AWS's API reference excluded the combination until late 2025, and no
    /// page documents it.
    pub spot_in_warm_pools: bool,
    /// Circumstances of real accounts: root volume replacements, full attributes, no room, protected tasks, deleted or
    /// denied clusters, and ECS managed draining together with ebb.
    pub real_accounts: bool,
    /// A crowd in every world, not only in one of twenty.
    pub crowds: bool,
    /// Operations on services.
    pub operations: bool,
}

/// Part of the seed that separates the draws of operations from all others.
const SERVICE_OPERATIONS: u64 = 0x6f70_6572;
/// Part of the seed that separates the draws of real accounts from all others.
const REAL_ACCOUNTS: u64 = 0x7265_616c;
/// Part of the seed that separates the draws of denied clusters from all others.
const DENIED_CLUSTERS: u64 = 0x6465_6e79;
/// Part of the seed that separates the draws of crowds from all others.
const CROWDS: u64 = 0x4352_4f57;
/// Part of the seed that separates the draws of faults of capacity providers from all others.
const PROVIDER_FAULTS: u64 = 0x7072_6f76;
/// Longest time for which a drain can last after the last step of a world, 50 h. Auto Scaling ends an action after 48 h at the
/// latest (API reference, PutLifecycleHook).
const LONGEST_DRAIN: Duration = Duration::from_secs(180_000);

/// Part of the seed that separates the draws of managed draining from all others.
const MANAGED_DRAINING: u64 = 0x626f_7468;

impl RandomWorlds {
    /// Default minutes of a random world, 120.
    pub const MINUTES: u64 = 120;

    /// Draws the world, the steps and the faults of a seed.
    pub fn scenario(&self, seed: u64) -> Scenario {
        let mut draw = Draw::new(seed);
        let mut scenario = world::draw_world(&mut draw);
        scenario.limit.0 = Duration::from_secs(60 * self.minutes) + LONGEST_DRAIN;
        scenario.happens = steps::draw_steps(&mut draw, &scenario, *self);
        if self.real_accounts {
            // These draws are separate, so the option changes no other draw.
            let mut draw = Draw::new(seed ^ REAL_ACCOUNTS);
            real_account::draw_circumstances(&mut draw, &mut scenario);
            real_account::draw_replacements(&mut draw, &mut scenario, self.minutes);
            let mut draw = Draw::new(seed ^ MANAGED_DRAINING);
            managed_draining::draw_managed_draining(&mut draw, &mut scenario);
            let mut draw = Draw::new(seed ^ DENIED_CLUSTERS);
            denied_cluster::draw_denied_cluster(&mut draw, &mut scenario, self.minutes);
        }
        crowd::draw_crowd(&mut Draw::new(seed ^ CROWDS), &mut scenario, self.minutes, self.crowds);
        if self.operations {
            let mut draw = Draw::new(seed ^ SERVICE_OPERATIONS);
            operations::draw_operations(&mut draw, &mut scenario, self.minutes);
            scenario.faults.extend(operations::draw_operation_faults(&mut draw, &scenario));
        }
        with_faults(&mut draw, scenario, seed)
    }

    /// Draws the faults of a seed over the world of a file.
    pub fn faults_over(&self, scenario: &Scenario, seed: u64) -> Scenario {
        with_faults(&mut Draw::new(seed), scenario.clone(), seed)
    }
}

impl Default for RandomWorlds {
    fn default() -> Self {
        Self {
            minutes: Self::MINUTES,
            spot_in_warm_pools: false,
            real_accounts: false,
            crowds: false,
            operations: false,
        }
    }
}

fn with_faults(draw: &mut Draw, mut scenario: Scenario, seed: u64) -> Scenario {
    scenario.seed = seed;
    scenario.faults.extend(faults::draw_faults(draw));
    scenario.faults.extend(faults::draw_provider_faults(&mut Draw::new(seed ^ PROVIDER_FAULTS)));
    scenario
}

#[cfg(test)]
mod tests {
    use sim::scenario::{CallFault, Happening, PlannedFault};

    use super::*;

    fn spot_steps_beside_warm_pools(worlds: RandomWorlds) -> usize {
        let scenarios = (0..200).map(|seed| worlds.scenario(seed));
        let with_pools = scenarios
            .filter(|scenario| scenario.groups.iter().all(|group| group.warm_pool.is_some()));
        let steps = with_pools.flat_map(|scenario| scenario.happens);
        let spot = steps.filter(|step| {
            matches!(
                step.what,
                Happening::SpotInterruption { .. } | Happening::RebalanceRecommendation { .. }
            )
        });
        spot.count()
    }

    #[test]
    fn spot_steps_reach_groups_with_a_warm_pool_only_if_the_option_is_set() {
        let with_spot = RandomWorlds { spot_in_warm_pools: true, ..RandomWorlds::default() };

        assert_eq!(spot_steps_beside_warm_pools(RandomWorlds::default()), 0);
        assert!(spot_steps_beside_warm_pools(with_spot) > 0);
    }

    #[test]
    fn spot_option_changes_no_other_step_and_no_fault() {
        let with_spot = RandomWorlds { spot_in_warm_pools: true, ..RandomWorlds::default() };

        for seed in 0..50 {
            let (without, with) =
                (RandomWorlds::default().scenario(seed), with_spot.scenario(seed));

            assert_eq!(without.faults, with.faults, "seed {seed}");
            let all: Vec<String> = with.happens.iter().map(|step| format!("{step:?}")).collect();
            let mut rest = all.iter();
            let kept = without.happens.iter().map(|step| format!("{step:?}"));
            assert!(kept.into_iter().all(|step| rest.any(|it| *it == step)), "seed {seed}");
        }
    }

    /// Returns the worlds of real accounts that satisfy a condition, among those of some seeds, with the default worlds
    /// of these seeds.
    fn real_accounts_with(holds: impl Fn(&Scenario) -> bool) -> Vec<(Scenario, Scenario)> {
        let real = RandomWorlds { real_accounts: true, ..RandomWorlds::default() };
        let pair = |seed| (real.scenario(seed), RandomWorlds::default().scenario(seed));
        (0..400).map(pair).filter(|(real, _)| holds(real)).collect()
    }

    #[test]
    fn denied_clusters_and_both_drainers_are_drawn_in_a_tenth_of_real_accounts_at_least() {
        let denies = |real: &Scenario| {
            let step = |it: &sim::scenario::Step| matches!(it.what, Happening::DenyCluster { .. });
            real.clusters.iter().any(|it| it.denied) || real.happens.iter().any(step)
        };
        let both = |real: &Scenario| real.groups.iter().any(|it| it.capacity_provider.is_some());

        assert!(real_accounts_with(denies).len() >= 40);
        assert!(real_accounts_with(both).len() >= 40);
    }

    /// Returns the default worlds of some seeds, and the worlds of these seeds with a crowd in each.
    fn default_worlds_and_crowds(seeds: u64) -> Vec<(Scenario, Scenario)> {
        let crowds = RandomWorlds { crowds: true, ..RandomWorlds::default() };
        (0..seeds)
            .map(|seed| (RandomWorlds::default().scenario(seed), crowds.scenario(seed)))
            .collect()
    }

    #[test]
    fn crowd_is_drawn_in_a_twentieth_of_the_default_worlds_and_in_each_if_the_option_is_set() {
        let worlds = default_worlds_and_crowds(2_000);

        let drawn = worlds.iter().filter(|(default, _)| has_crowd(default)).count();
        assert!((70..=130).contains(&drawn), "{drawn}");
        assert!(worlds.iter().all(|(_, crowd)| has_crowd(crowd)));
    }

    #[test]
    fn crowd_adds_to_the_world_of_a_seed_and_changes_nothing_else() {
        let worlds = default_worlds_and_crowds(100);

        for (default, mut crowd) in worlds.into_iter().filter(|(default, _)| !has_crowd(default)) {
            let seed = default.seed;
            assert_eq!(default.faults, crowd.faults, "seed {seed}");
            crowd.happens.retain(|step| !format!("{step:?}").contains("crowd-"));
            let (steps, kept) = (&default.happens, &crowd.happens);
            assert_eq!(format!("{steps:?}"), format!("{kept:?}"), "seed {seed}");
            let groups = crowd.groups.get(..default.groups.len());
            let is_added = |group: &sim::scenario::GroupSpec| group.name.starts_with("crowd-");
            assert_eq!(format!("{:?}", Some(&default.groups[..])), format!("{groups:?}"));
            assert!(crowd.groups[default.groups.len()..].iter().all(is_added), "seed {seed}");
        }
    }

    #[test]
    fn crowd_takes_20_to_60_instances_with_5_to_17_tasks_each_and_meets_other_tools() {
        let worlds = default_worlds_and_crowds(200).into_iter().map(|(_, crowd)| crowd);

        let mut loaded = 0;
        for world in worlds {
            let of_crowd = |name: &str| name.starts_with("crowd-");
            let groups = || world.groups.iter().filter(|it| of_crowd(&it.name));
            let instances: usize = groups().map(|it| it.instances).sum();
            let services = world.services.iter().filter(|it| of_crowd(&it.name));
            let replicas: usize = services.map(|it| it.desired).sum();
            let mut standalone = world.standalone.iter().filter(|it| of_crowd(&it.family));
            let count = standalone.next().map_or(0, |it| it.count);
            assert!((1..=3).contains(&groups().count()) && (20..=120).contains(&instances));
            assert!((1..=5).contains(&count), "seed {}", world.seed);
            let tasks = count as f64 + replicas as f64 / instances as f64;
            assert!((3.5..=17.0).contains(&tasks), "seed {}: {tasks}", world.seed);
            let load = world.switches.other_tools_load;
            loaded += usize::from(load != sim::scenario::OtherToolsLoad::default());
        }
        assert!((80..190).contains(&loaded), "{loaded}");
    }

    #[test]
    fn real_accounts_leave_the_faults_of_a_seed_alone() {
        let all = real_accounts_with(|_| true);

        assert!(all.iter().all(|(real, default)| real.faults == default.faults));
    }

    #[test]
    fn reads_of_capacity_providers_fail_in_every_way_that_a_call_can() {
        let kind = |fault: &PlannedFault| match fault {
            PlannedFault::Call { operation, become_, .. }
                if operation == "DescribeCapacityProviders" =>
            {
                Some(become_.name())
            }
            _ => None,
        };
        let faults = (0..40).flat_map(|seed| RandomWorlds::default().scenario(seed).faults);

        let kinds: std::collections::BTreeSet<_> =
            faults.filter_map(|fault| kind(&fault)).collect();

        assert_eq!(kinds.len(), CallFault::ALL.len());
    }
}
