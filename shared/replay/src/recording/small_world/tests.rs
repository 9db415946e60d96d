use serde_json::json;
use sim::scenario::Happening;

use super::*;

fn around(texts: &[&str]) -> Scenario {
    let body = |text: &&str| RecordedBody { place: String::new(), text: (*text).to_owned() };
    SmallWorld::default().around(&texts.iter().map(body).collect::<Vec<_>>()).scenario
}

/// Returns the steps with their times in seconds. A background step is replaced by the step within.
fn steps(scenario: &Scenario) -> Vec<(u64, &Happening)> {
    fn unwrapped(what: &Happening) -> &Happening {
        match what {
            Happening::Background { what } => what,
            other => other,
        }
    }
    scenario.happens.iter().map(|step| (step.at.0.as_secs(), unwrapped(&step.what))).collect()
}

fn state_change(state: &str, time: &str) -> String {
    json!({
        "source": "aws.ec2",
        "detail-type": "EC2 Instance State-change Notification",
        "time": time,
        "detail": {"instance-id": "i-0ab1ab2ab3ab4ab5a", "state": state},
    })
    .to_string()
}

#[test]
fn recorded_launch_happens_in_the_world_before_its_event() {
    let launch = include_str!("../../../../../fixtures/events/lifecycle-action/launch.json");

    let scenario = around(&[launch]);

    let group = &scenario.groups[0];
    assert_eq!(group.launch_ids, ["i-0e13d5a98b7c42f16"]);
    assert!(group.hooks.iter().any(|hook| hook.name == "ebb-launch"));
    let steps = steps(&scenario);
    let grows = |what: &Happening| matches!(what, Happening::DesiredCapacity { to: 4, .. });
    assert!(steps.iter().any(|(at, what)| *at == 65 && grows(what)));
    let comes = |what: &Happening| matches!(what, Happening::Recorded { .. });
    assert!(steps.iter().any(|(at, what)| *at == 73 && comes(what)));
}

#[test]
fn recorded_stop_is_a_stop_and_no_termination() {
    let stopping = state_change("stopping", "2026-01-07T09:12:05Z");

    let scenario = around(&[&stopping]);

    let changes = steps(&scenario).into_iter().filter(|(_, what)| {
        matches!(what, Happening::StopByHand { .. } | Happening::TerminateByHand { .. })
    });
    let changes: Vec<_> = changes.collect();
    assert!(matches!(changes[..], [(65, Happening::StopByHand { .. })]), "{changes:?}");
}

#[test]
fn state_that_follows_from_an_earlier_event_is_shown_only() {
    let stopping = state_change("stopping", "2026-01-07T09:12:05Z");
    let stopped = state_change("stopped", "2026-01-07T09:12:45Z");

    let scenario = around(&[&stopping, &stopped]);

    let shown = steps(&scenario).into_iter().filter_map(|(_, what)| match what {
        Happening::Recorded { queue, line, .. } => Some((queue.is_some(), line.clone())),
        _ => None,
    });
    let shown: Vec<_> = shown.collect();
    assert!(shown[0].0 && !shown[1].0, "{shown:?}");
    assert!(shown[1].1.contains("follows from an earlier event"), "{shown:?}");
}

#[test]
fn event_of_a_task_finds_its_container_instance() {
    let stopped = include_str!("../../../../../fixtures/events/ecs-task/stopped-replica.json");

    let scenario = around(&[stopped]);

    let group = &scenario.groups[0];
    assert_eq!(group.cluster.as_deref(), Some("orders"));
    let expected = "4f0b7a5c1d2e4b6f8a9c0d1e2f3a4b5c";
    assert_eq!(group.container_instance_ids[&group.instance_ids[0]], expected);
}

#[test]
fn hooks_of_one_group_are_all_kept() {
    let text = include_str!("../../../../../fixtures/events/lifecycle-action/terminate.json");
    let other = text.replacen("\"LifecycleHookName\": \"", "\"LifecycleHookName\": \"second-", 1);

    let scenario = around(&[text, &other]);

    assert_eq!(scenario.groups[0].hooks.len(), 2);
    let hooks = &scenario.environment["EBB_HOOKS"];
    assert!(hooks.contains("second-"), "{hooks}");
}
