//! Reboots of instances with a new root volume, as ECS sees them.

use serde_json::{Value, json};

use super::*;

/// Returns the container instances of the cluster: status, agent connected, tasks left.
fn container_instances(world: &mut World) -> Vec<(String, bool, u64)> {
    let by = crate::history::Caller::Other("test".to_owned());
    let mut ask = |operation: &str, input: Value| {
        crate::ecs::call(world, &by, operation, &input).expect("an answer")
    };
    let listed = ask("ListContainerInstances", json!({ "cluster": "shop" }));
    let input = json!({ "cluster": "shop", "containerInstances": listed["containerInstanceArns"] });
    let described = ask("DescribeContainerInstances", input);
    let mut found: Vec<_> = described["containerInstances"].as_array().unwrap().clone();
    found.sort_by_key(|one| one["registeredAt"].as_f64().unwrap() as u64);
    let shown = |one: &Value| {
        let status = one["status"].as_str().unwrap().to_owned();
        let running = one["runningTasksCount"].as_u64().unwrap();
        (status, one["agentConnected"].as_bool().unwrap(), running)
    };
    found.iter().map(shown).collect()
}

/// Returns a world whose instance is DRAINING, holds a task that does not end, and got a new root volume.
fn rebooted(switches: Switches) -> World {
    let hook = json!([{ "name": "drain", "completed_by_others_after": "3m" }]);
    let mut world = playing_with(
        json!({
            "group": [{ "name": "web", "cluster": "shop", "instances": 1, "hook": hook }],
            "standalone": [{ "family": "batch", "cluster": "shop", "on": "i-web-1" }],
            "happens": [
                { "at": "0s", "what": "set-state", "instance": "i-web-1", "status": "DRAINING" },
                { "at": "0s", "what": "instance-refresh", "group": "web", "strategy": "ReplaceRootVolume" },
            ],
        }),
        switches,
    );
    world.advance(minutes(20));
    world
}

#[test]
fn tasks_die_at_the_reboot_without_a_stop_signal() {
    let world = rebooted(Switches::default());

    let killed = world.history().iter().find_map(|entry| match &entry.fact {
        Fact::TaskKilled { task, how } => Some((entry.at, task.name.clone(), how.clone())),
        _ => None,
    });
    let (at, name, how) = killed.expect("a task that is killed");
    assert_eq!(name, "batch");
    assert_eq!(how, crate::history::KillCause::HostGone { last_status: "RUNNING" });
    let proceeds = when(&world, "i-web-1", "ReplacingRootVolume:Proceed").unwrap();
    assert!(proceeds < at && at < when(&world, "i-web-1", "RootVolumeReplaced").unwrap());
}

#[test]
fn agent_without_its_checkpoint_registers_a_new_container_instance() {
    let mut world = rebooted(Switches::default());

    let old = ("DRAINING".to_owned(), false, 0);
    assert_eq!(container_instances(&mut world), [old, ("ACTIVE".to_owned(), true, 0)]);
}

#[test]
fn agent_with_its_checkpoint_returns_to_its_container_instance() {
    let switches =
        Switches { root_volume_replacement_keeps_container_instance: true, ..Switches::default() };

    let mut world = rebooted(switches);

    assert_eq!(container_instances(&mut world), [("DRAINING".to_owned(), true, 0)]);
}

#[test]
fn container_instance_left_behind_keeps_its_tasks_where_ghosts_do() {
    let mut world = rebooted(Switches { ghosts_keep_tasks: true, ..Switches::default() });

    let left = container_instances(&mut world);

    assert_eq!(left[0], ("DRAINING".to_owned(), false, 1));
    assert_eq!(left[1], ("ACTIVE".to_owned(), true, 0));
}
