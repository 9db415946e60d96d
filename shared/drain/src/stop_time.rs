//! Stop time of a task: the longest time from StopTask to its end, by its task definition.
//!
//! Containers stop in the reverse order of `dependsOn` (ECS API reference, ContainerDependency). A container stops before
//! those that it depends on. So the stop time is the longest chain of stop timeouts, not the longest stop timeout.
//!
//! Left out: the condition of a dependency (an ended container takes no time), and the deregistration from a load
//! balancer, which comes before the first signal to a container.

use std::collections::BTreeMap;
use std::time::Duration;

/// A container of a task definition, with the settings that its stop depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Name of the container.
    pub name: String,
    /// `stopTimeout`, if the definition has one. On EC2 it has no documented maximum: the bounds in the ECS API
    /// reference, ContainerDefinition, are those of Fargate.
    pub stop_timeout: Option<Duration>,
    /// Names in `dependsOn`.
    pub depends_on: Vec<String>,
}

/// Returns the longest time that a task of these containers may take to stop.
///
/// `agent_default` is `ECS_CONTAINER_STOP_TIMEOUT` of the agent. Dependencies on unknown names are ignored. ECS refuses
/// containers that depend on each other in a circle; here they stop one after another. No containers take
/// `agent_default`.
#[must_use]
pub fn stop_time(containers: &[Container], agent_default: Duration) -> Duration {
    if containers.is_empty() {
        return agent_default;
    }
    let own = |container: &Container| container.stop_timeout.unwrap_or(agent_default);
    let mut chains = Chains::new(containers);
    while chains.lengthen(own) {}

    let in_circles = chains.left.into_iter().map(own);
    in_circles.fold(chains.longest, Duration::saturating_add)
}

/// Longest chain of stop timeouts that ends at each container. Containers without dependencies come first.
struct Chains<'a> {
    /// Number of containers of each name without a chain. ECS refuses a name that occurs twice, but this code does not.
    open: BTreeMap<&'a str, usize>,
    /// Longest chain that ends at a container of each name.
    ending_at: BTreeMap<&'a str, Duration>,
    /// Longest chain.
    longest: Duration,
    /// Containers without a chain.
    left: Vec<&'a Container>,
}

impl<'a> Chains<'a> {
    fn new(containers: &'a [Container]) -> Self {
        let mut open = BTreeMap::new();
        for container in containers {
            *open.entry(container.name.as_str()).or_default() += 1;
        }
        let left = containers.iter().collect();
        Chains { open, ending_at: BTreeMap::new(), longest: Duration::ZERO, left }
    }

    /// Adds the chains of the containers whose dependencies all have theirs. Returns false if there is no such container.
    fn lengthen(&mut self, own: impl Fn(&Container) -> Duration) -> bool {
        let is_open = |name: &String| self.open.get(name.as_str()).is_some_and(|&open| open > 0);
        let (ready, left): (Vec<_>, Vec<_>) =
            self.left.iter().partition(|container| !container.depends_on.iter().any(is_open));
        self.left = left;
        for &container in &ready {
            self.add_chain(container, own(container));
        }
        !ready.is_empty()
    }

    fn add_chain(&mut self, container: &'a Container, own: Duration) {
        let below =
            container.depends_on.iter().filter_map(|name| self.ending_at.get(name.as_str()));
        let chain = below.max().copied().unwrap_or_default().saturating_add(own);
        let ending_here = self.ending_at.entry(&container.name).or_default();
        *ending_here = chain.max(*ending_here);
        self.longest = chain.max(self.longest);
        if let Some(open) = self.open.get_mut(container.name.as_str()) {
            *open -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AGENT: Duration = Duration::from_secs(30);

    fn container(name: &str, seconds: impl Into<Option<u64>>, depends_on: &[&str]) -> Container {
        Container {
            name: name.into(),
            stop_timeout: seconds.into().map(Duration::from_secs),
            depends_on: depends_on.iter().map(|&name| name.into()).collect(),
        }
    }

    fn seconds(containers: &[Container]) -> u64 {
        stop_time(containers, AGENT).as_secs()
    }

    #[test]
    fn independent_containers_stop_together() {
        assert_eq!(seconds(&[container("api", 120, &[]), container("log", 10, &[])]), 120);
    }

    #[test]
    fn chain_takes_the_sum_of_its_stop_timeouts() {
        let chain = [
            container("api", 60, &["proxy"]),
            container("proxy", 20, &["log"]),
            container("log", 5, &[]),
        ];

        assert_eq!(seconds(&chain), 85);
    }

    #[test]
    fn longest_of_several_chains_counts() {
        let diamond = [
            container("log", 5, &[]),
            container("short", 1, &["log"]),
            container("long", 50, &["log"]),
            container("api", 10, &["short", "long", "log"]),
        ];

        assert_eq!(seconds(&diamond), 65);
    }

    #[test]
    fn container_without_a_stop_timeout_takes_the_default_of_the_agent() {
        assert_eq!(seconds(&[container("api", None, &["log"]), container("log", 5, &[])]), 35);
        assert_eq!(seconds(&[]), 30);
    }

    #[test]
    fn dependency_on_an_unknown_name_is_ignored() {
        assert_eq!(seconds(&[container("api", 7, &["gone"]), container("log", 9, &[])]), 9);
    }

    #[test]
    fn circle_of_containers_takes_the_sum_of_their_stop_timeouts() {
        let circle =
            [container("a", 1, &["b"]), container("b", 2, &["a"]), container("c", 4, &["c"])];

        assert_eq!(seconds(&circle), 7);
    }

    #[test]
    fn name_of_two_containers_counts_with_the_longer_stop_timeout() {
        let twice =
            [container("api", 1, &["log"]), container("log", 9, &[]), container("log", 5, &[])];

        assert_eq!(seconds(&twice), 10);
    }

    #[test]
    fn endless_stop_timeout_does_not_overflow() {
        let endless = [container("a", u64::MAX, &["b"]), container("b", u64::MAX, &[])];

        assert_eq!(stop_time(&endless, AGENT), Duration::MAX);
    }

    fn any_containers() -> impl Strategy<Value = Vec<Container>> {
        let name = || prop::sample::select(vec!["a", "b", "c", "d", "e", "f"]);
        let one = (name(), prop::option::of(0..200_u64), prop::collection::vec(name(), 0..4));
        prop::collection::vec(one, 0..8).prop_map(|all| {
            all.iter().map(|(name, seconds, on)| container(name, *seconds, on)).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn stop_time_is_at_least_the_longest_timeout_and_at_most_the_sum(it in any_containers()) {
            let own = it.iter().map(|one| one.stop_timeout.unwrap_or(AGENT));
            let (least, most) = (own.clone().max().unwrap_or(AGENT), own.sum::<Duration>());

            let time = stop_time(&it, AGENT);

            prop_assert!(least <= time);
            prop_assert!(it.is_empty() || time <= most);
        }
    }
}
