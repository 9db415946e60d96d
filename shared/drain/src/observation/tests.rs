use super::*;

#[test]
fn hooks_of_an_instance_are_known_once_its_group_and_they_were_answered() {
    let busy = Unanswered::Busy("Throttling".to_owned());
    let knows = |member, hooks| {
        Observation { member, hooks, ..Observation::new("i-1", Triggers::default()) }
            .knows_its_hooks()
    };

    assert!(knows(Seen::Absent, Seen::Present(Vec::new())));
    assert!(!knows(Seen::Absent, Seen::NotAsked));
    assert!(!knows(Seen::Absent, Seen::Unanswered(busy.clone())));
    assert!(!knows(Seen::Unanswered(busy), Seen::Present(Vec::new())));
}
