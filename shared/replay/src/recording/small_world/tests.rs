use super::*;

fn small_world() -> SmallWorld {
    SmallWorld {
        replicas: 3,
        daemons: 1,
        standalone: 1,
        standalone_lasts: Lengths::secs(300),
        deregistration_delay: Length::secs(30),
        heartbeat_timeout: Length::secs(3600),
    }
}

#[test]
fn recorded_launch_happens_in_the_world_before_its_event() {
    let launch = include_str!("../../../../../fixtures/events/lifecycle-action/launch.json");

    let scenario = small_world().around(&[launch.to_owned()]);

    let group = &scenario.groups[0];
    assert_eq!(group.launch_ids, ["i-0e13d5a98b7c42f16"]);
    assert!(group.hooks.iter().any(|hook| hook.name == "ebb-launch"));
    let steps: Vec<_> =
        scenario.happens.iter().map(|step| (step.at.0.as_secs(), &step.what)).collect();
    assert!(steps.iter().any(|(at, what)| *at == 60
        && matches!(what, Happening::DesiredCapacity { to: 4, .. })));
    assert!(steps.iter().any(|(at, what)| *at == 90 && matches!(what, Happening::Message { .. })));
}
