//! The play of a scenario: its world is built and its steps are put on the agenda.

use super::{
    ScriptError, ScriptEvent, check, cluster, declared, fault_check, instance_selector, name_check,
    notification, parameter, step, trigger,
};
use crate::scenario::{ClusterSpec, Happening, Scenario, StandaloneSpec, TaskDefinitionSpec};
use crate::world::{World, WorldEvent};

pub(crate) fn happen(world: &mut World, event: ScriptEvent) {
    match event {
        ScriptEvent::Step(what) => step::apply(world, &what),
        ScriptEvent::Reconnects { instance } => {
            if world.ec2.is_up(&instance) {
                world.agent_connection(&instance, true);
            }
        }
    }
}

impl World {
    /// Builds the scenario's world and puts its steps on the agenda. Call it once, before time passes.
    ///
    /// # Errors
    ///
    /// The first mistake. Do not use the world after an error.
    pub fn play(&mut self, scenario: &Scenario) -> Result<(), ScriptError> {
        name_check::names(scenario)?;
        check::groups(scenario)?;
        cluster::check(scenario)?;
        self.build_clusters(scenario);
        self.build_task_definitions(scenario);
        for group in &scenario.groups {
            self.create_group(group);
        }
        for cluster in &scenario.clusters {
            for provider in &cluster.managed_instances {
                self.create_managed_instances(&cluster.name, provider);
            }
        }
        declared::declare(self, scenario)?;
        trigger::check(self, scenario)?;
        trigger::create(self, scenario);
        check::services(scenario)?;
        check::standalone(self, scenario)?;
        check::steps(self, scenario)?;
        fault_check::faults(self, scenario)?;
        parameter::check(scenario)?;
        notification::check(scenario)?;
        for service in &scenario.services {
            self.create_service(service);
        }
        for task in &scenario.standalone {
            self.start_standalone(task);
        }
        parameter::create(self, scenario);
        notification::create(self, scenario);
        for step in &scenario.happens {
            let event = ScriptEvent::Step(Box::new(step.what.clone()));
            self.after(step.at.0, WorldEvent::Script(event));
        }
        self.plan_faults(&scenario.faults);
        Ok(())
    }

    /// Builds listed clusters, then clusters that only a group or a service names.
    fn build_clusters(&mut self, scenario: &Scenario) {
        let listed = scenario.clusters.iter().map(|cluster| cluster.name.clone());
        let of_groups = scenario.groups.iter().filter_map(|group| group.cluster.clone());
        let of_services = scenario.services.iter().map(|service| service.cluster.clone());
        let of_tasks = every_task(scenario).map(|task| task.cluster.clone());
        let names = listed.chain(of_groups).chain(of_services).chain(of_tasks);
        for name in names.collect::<std::collections::BTreeSet<_>>() {
            self.create_cluster(&ClusterSpec::named(&name));
        }
        for cluster in &scenario.clusters {
            self.create_cluster(cluster);
            if cluster.denied {
                self.deny_cluster(&cluster.name, None);
            }
        }
    }

    /// Builds listed task definitions, then those that only a service or a task names: one container with all defaults.
    fn build_task_definitions(&mut self, scenario: &Scenario) {
        for definition in &scenario.task_definitions {
            self.register_task_definition(definition);
        }
        let of_services = scenario.services.iter();
        let of_services = of_services.map(|service| service.family().to_owned());
        let of_tasks = every_task(scenario).map(|task| task.family.clone());
        let of_triggers = trigger::run_tasks(scenario).map(|task| task.family.clone());
        let of_tasks = of_tasks.chain(of_triggers);
        for family in of_services.chain(of_tasks).collect::<std::collections::BTreeSet<_>>() {
            if scenario.task_definitions.iter().all(|listed| listed.family != family) {
                self.register_task_definition(&TaskDefinitionSpec::named(&family));
            }
        }
    }

    /// Starts standalone tasks on the instances that they name.
    pub(super) fn start_standalone(&mut self, task: &StandaloneSpec) {
        for ec2_instance in instance_selector::hosts(self, &task.on) {
            for _ in 0..task.count {
                self.start_task(task, &ec2_instance);
            }
        }
    }
}

/// Returns the standalone tasks of the start and of the steps.
fn every_task(scenario: &Scenario) -> impl Iterator<Item = &StandaloneSpec> {
    let later = scenario.happens.iter().filter_map(|step| match &step.what {
        Happening::RunTask { task } => Some(task),
        _ => None,
    });
    scenario.standalone.iter().chain(later)
}
