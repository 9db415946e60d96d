//! Names of instances in the steps of a random world.

use sim::scenario::GroupSpec;

use super::draw::Draw;

/// Draws an instance that is in service at the step's time. By then every instance of the world's start may have been replaced.
pub(super) fn in_service(draw: &mut Draw, group: &GroupSpec) -> String {
    format!("nth:{}:{}", group.name, draw.number(1..group.instances + 1))
}

/// Draws an instance from the start of the world, which may be replaced later.
pub(super) fn initial(draw: &mut Draw, group: &GroupSpec) -> String {
    format!("i-{}-{}", group.name, draw.number(1..group.instances + 1))
}

/// Returns the instance that enters or leaves the group at the step's time.
pub(super) fn latest(group: &GroupSpec) -> String {
    format!("latest:{}", group.name)
}

/// Returns true if the name is that of an instance in the group.
pub(super) fn is_of_group(instance: &str, group: &GroupSpec) -> bool {
    let in_service = instance.strip_prefix("nth:").and_then(|it| it.split_once(':'));
    let initial = instance.strip_prefix("i-").and_then(|it| it.rsplit_once('-'));
    let named = in_service.or(initial).map(|(group, _)| group);
    named.or(instance.strip_prefix("latest:")) == Some(&group.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_of_its_group_alone() {
        let (web, other) = (GroupSpec::named("web", 3), GroupSpec::named("web-2", 3));
        let mut draw = Draw::new(1);

        for name in [in_service(&mut draw, &web), initial(&mut draw, &web), latest(&web)] {
            assert!(is_of_group(&name, &web), "{name}");
            assert!(!is_of_group(&name, &other), "{name}");
        }
    }
}
