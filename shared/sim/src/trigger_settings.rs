//! The settings of everything that starts tasks, as a reader outside the world compares them.

use serde_json::{Map, Value, json};

use crate::world::World;

impl World {
    /// Returns the settings of event source mappings, functions, rules and schedules. Members: `mappings` has the state by
    /// UUID, `concurrency` the reserved concurrency by function (null for none), `rules` the state by name, `schedules` the
    /// definition by `group/name`.
    pub fn trigger_settings(&self) -> Value {
        let (mappings, concurrency): (Map<_, _>, Map<_, _>) = self.lambda.settings();
        json!({
            "mappings": mappings,
            "concurrency": concurrency,
            "rules": self.rule_states(),
            "schedules": self.scheduler.definitions(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::history::Caller;
    use crate::scenario::{Scenario, Switches};

    const UUID: &str = "5c1f4e9a-1111-4222-8333-9a0b1c2d3e4f";

    fn world() -> World {
        let run_task = json!({ "cluster": "shop", "family": "job" });
        let scenario: Scenario = serde_json::from_value(json!({
            "group": [{ "name": "g", "cluster": "shop", "instances": 1 }],
            "trigger": [{ "name": "import", "queue": "imports", "mapping": UUID, "run_task": run_task }],
            "rule": [{ "name": "hourly", "every": "1h", "run_task": run_task }],
            "schedule": [{ "name": "nightly", "every": "1h", "run_task": run_task }],
        }))
        .unwrap();
        let mut world = World::new(1, Switches::default());
        world.play(&scenario).unwrap();
        world
    }

    #[test]
    fn settings_after_a_stop_and_its_restoration_are_those_of_before() {
        let mut world = world();
        let before = world.trigger_settings();
        let by = Caller::Other("operator".to_owned());
        let switch = |world: &mut World, on: bool| {
            let mapping = json!({ "UUID": UUID, "Enabled": on });
            crate::lambda::call(world, &by, "UpdateEventSourceMapping", &mapping).unwrap();
            let rule = if on { "EnableRule" } else { "DisableRule" };
            crate::eventbridge::call(world, &by, rule, &json!({ "Name": "hourly" })).unwrap();
            world.advance(world.elapsed() + Duration::from_secs(100));
        };

        switch(&mut world, false);
        let between = world.trigger_settings();
        switch(&mut world, true);

        assert_eq!(between["mappings"][UUID], "Disabled");
        assert_eq!(between["rules"]["hourly"], "DISABLED");
        assert_eq!(world.trigger_settings(), before);
    }
}
