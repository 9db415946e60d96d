//! Mistakes in names and ids that AWS would refuse.

use std::collections::BTreeSet;
use std::time::Duration;

use super::ScriptError;
use super::mistake::{Mistake, at, refuse};
use crate::scenario::{
    GroupSpec, Happening, HookSpec, Length, ResourceName, Scenario, StandaloneSpec,
};

/// Checks every name and id of a scenario, and the times of its steps.
pub(super) fn names(scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, cluster) in scenario.clusters.iter().enumerate() {
        formed(ResourceName::Cluster, "name", &cluster.name)
            .map_err(|wrong| at("cluster", index, wrong))?;
    }
    groups(scenario)?;
    for (index, definition) in scenario.task_definitions.iter().enumerate() {
        let containers = definition.containers.iter();
        formed(ResourceName::Family, "family", &definition.family)
            .and_then(|()| {
                let mut names = containers.map(|it| it.name.as_str());
                names.try_for_each(|name| formed(ResourceName::Container, "container.name", name))
            })
            .map_err(|wrong| at("task_definition", index, wrong))?;
    }
    for (index, service) in scenario.services.iter().enumerate() {
        formed(ResourceName::Service, "name", &service.name)
            .and_then(|()| formed(ResourceName::Cluster, "cluster", &service.cluster))
            .map_err(|wrong| at("service", index, wrong))?;
    }
    for (index, task) in scenario.standalone.iter().enumerate() {
        task_names(task).map_err(|wrong| at("standalone", index, wrong))?;
    }
    steps(scenario)
}

fn groups(scenario: &Scenario) -> Result<(), ScriptError> {
    let mut ids = BTreeSet::new();
    for (index, group) in scenario.groups.iter().enumerate() {
        group_names(group)
            .and_then(|()| new_ids("instance_ids", &group.instance_ids, &mut ids))
            .and_then(|()| new_ids("launch_ids", &group.launch_ids, &mut ids))
            .map_err(|wrong| at("group", index, wrong))?;
    }
    Ok(())
}

fn group_names(group: &GroupSpec) -> Result<(), Mistake> {
    formed(ResourceName::Group, "name", &group.name)?;
    if let Some(cluster) = &group.cluster {
        formed(ResourceName::Cluster, "cluster", cluster)?;
    }
    if let Some(provider) = &group.capacity_provider {
        formed(ResourceName::CapacityProvider, "capacity_provider.name", &provider.name)?;
    }
    let (ids, instances) = (group.instance_ids.len(), group.instances);
    let many = format!("{ids} ids for {instances} instances: list at most {instances} ids");
    refuse(ids > instances, "instance_ids", &many)?;
    let hooks = group.hooks.iter();
    hooks.map(|hook: &HookSpec| &hook.name).try_for_each(|name| {
        let known = group.hooks.iter().filter(|hook| hook.name == *name).count();
        refuse(known > 1, "hook.name", &format!("there is another hook `{name}`"))?;
        formed(ResourceName::Hook, "hook.name", name)
    })
}

/// Checks a list of EC2 instance ids. An id names one instance, so no other list may contain the id.
fn new_ids<'a>(
    field: &'static str,
    listed: &'a [String],
    known: &mut BTreeSet<&'a str>,
) -> Result<(), Mistake> {
    listed.iter().try_for_each(|id| {
        formed(ResourceName::Ec2Instance, field, id)?;
        let problem = format!("`{id}` is listed twice: each instance has its own id");
        refuse(!known.insert(id), field, &problem)
    })
}

fn task_names(task: &StandaloneSpec) -> Result<(), Mistake> {
    formed(ResourceName::Family, "family", &task.family)?;
    formed(ResourceName::Cluster, "cluster", &task.cluster)
}

fn steps(scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, step) in scenario.happens.iter().enumerate() {
        let beyond = step.at >= scenario.limit;
        let problem = beyond_limit(step.at, scenario.limit);
        refuse(beyond, "at", &problem).map_err(|wrong| at("happens", index, wrong))?;
        if let Happening::RunTask { task } = &step.what {
            task_names(task).map_err(|wrong| at("happens", index, wrong))?;
        }
    }
    Ok(())
}

fn beyond_limit(at: Length, limit: Length) -> String {
    let hours = |length: Length| match length.0.subsec_nanos() == 0
        && length.0.as_secs().is_multiple_of(3600)
    {
        true => format!("{}h", length.0.as_secs() / 3600),
        false => length.to_string(),
    };
    let longer = Length(at.0 + Duration::from_secs(3600));
    let (at, longer, limit) = (hours(at), hours(longer), hours(limit));
    format!(
        "{at} is beyond the end of the run: set `limit` at the top of the file to more than its {limit}, such as `{longer}`, or begin earlier"
    )
}

fn formed(kind: ResourceName, field: &'static str, name: &str) -> Result<(), Mistake> {
    kind.mistake(name).map_or(Ok(()), |problem| Err((field, problem)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn mistake(scenario: Value) -> String {
        let scenario: Scenario = serde_json::from_value(scenario).unwrap();
        names(&scenario).expect_err("a mistake").to_string()
    }

    fn group(fields: Value) -> Value {
        let mut group = json!({ "name": "blue", "cluster": "orders", "instances": 2 });
        group.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({ "group": [group] })
    }

    #[test]
    fn name_that_aws_refuses_is_named_with_its_place() {
        let found = [
            mistake(group(json!({ "cluster": "orders.eu" }))),
            mistake(group(json!({ "name": "blue:green" }))),
            mistake(group(json!({ "hook": [{ "name": "ebb.drain" }] }))),
            mistake(json!({ "service": [{ "name": "my api", "cluster": "orders" }] })),
        ];

        let places = ["group[0].cluster", "group[0].name", "group[0].hook.name", "service[0].name"];
        for (found, place) in found.iter().zip(places) {
            assert!(found.starts_with(place), "{found}");
        }
    }

    #[test]
    fn instance_id_that_stands_twice_is_a_mistake() {
        let twice = ["i-0abc12de", "i-0abc12de"];

        let within = mistake(group(json!({ "instance_ids": twice })));
        let launched =
            mistake(group(json!({ "instance_ids": ["i-0abc12de"], "launch_ids": ["i-0abc12de"] })));

        assert!(
            within.starts_with("group[0].instance_ids: `i-0abc12de` is listed twice"),
            "{within}"
        );
        assert!(launched.starts_with("group[0].launch_ids"), "{launched}");
    }

    #[test]
    fn more_ids_than_instances_are_a_mistake() {
        let three = ["i-0abc12d1", "i-0abc12d2", "i-0abc12d3"];

        let found = mistake(group(json!({ "instance_ids": three })));

        assert!(found.contains("3 ids for 2 instances"), "{found}");
    }

    #[test]
    fn step_beyond_the_limit_is_a_mistake() {
        let step = json!({ "at": "8d", "what": "no-capacity", "group": "blue", "for": "1m" });

        let found = mistake(json!({ "happens": [step] }));

        assert!(found.starts_with("happens[0].at: 192h is beyond the end of the run"), "{found}");
        assert!(found.contains("more than its 168h, such as `193h`"), "{found}");
    }
}
