//! The container instance in use among several of one EC2 instance.

use drain::observation::{ContainerInstance, Described, Status};

use super::container_instances::DescribedInstance;

/// Returns the container instance that an EC2 instance uses, with the ARNs of its other container instances.
///
/// An agent that registers anew leaves an older container instance behind. The youngest container instance that is
/// ACTIVE or DRAINING, and connected, is in use. If ECS left one out of its answer, a container instance without a
/// connected agent is not returned, because the missing one may be in use.
pub(crate) fn in_use(
    found: &[DescribedInstance],
    id: &str,
    all_answered: bool,
) -> Option<ContainerInstance> {
    let of_instance = || found.iter().filter(|one| one.ec2_instance.as_deref() == Some(id));
    let all = of_instance().map(|one| &one.container_instance);
    let chosen = all.max_by_key(|one| {
        one.described.as_ref().map(|it| (is_registered(it), it.agent_connected, it.registered_at))
    })?;
    let is_left_behind = |it: &Described| is_registered(it) && !it.agent_connected;
    if !all_answered && !chosen.described.as_ref().is_some_and(|it| it.agent_connected) {
        return None;
    }
    let others =
        of_instance().map(|one| &one.container_instance).filter(|one| one.arn != chosen.arn);
    let left_behind = others.filter(|one| one.described.as_ref().is_some_and(is_left_behind));
    let left_behind = left_behind.map(|one| one.arn.clone()).collect();
    let described = chosen.described.clone().map(|it| Described { left_behind, ..it });
    Some(ContainerInstance { described, ..chosen.clone() })
}

fn is_registered(it: &Described) -> bool {
    matches!(it.status, Status::Active | Status::Draining)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::container_instances::inactive;

    fn instance(arn: &str, status: Status, agent_connected: bool) -> DescribedInstance {
        let mut it = inactive(arn, "arn/web");
        if let Some(described) = &mut it.described {
            (described.status, described.agent_connected) = (status, agent_connected);
        }
        DescribedInstance {
            ec2_instance: Some("i-1".to_owned()),
            capacity_provider: None,
            container_instance: it,
        }
    }

    #[test]
    fn older_registration_of_an_instance_does_not_count() {
        let found =
            [instance("old", Status::Active, false), instance("new", Status::Draining, true)];

        let chosen = in_use(&found, "i-1", true).unwrap();
        assert_eq!(chosen.arn, "new");
        assert_eq!(chosen.described.unwrap().left_behind, ["old"]);
        assert_eq!(in_use(&found, "i-2", true), None);
    }

    #[test]
    fn container_instance_beside_a_missing_answer_counts_only_with_a_connected_agent() {
        let arn_beside_a_missing_answer = |agent_connected| {
            let found = [instance("one", Status::Active, agent_connected)];
            in_use(&found, "i-1", false).map(|chosen| chosen.arn)
        };

        assert_eq!(arn_beside_a_missing_answer(true).as_deref(), Some("one"));
        assert_eq!(arn_beside_a_missing_answer(false), None);
    }
}
