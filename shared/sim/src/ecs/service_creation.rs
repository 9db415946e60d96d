//! The creation of a service: when the world begins, and later.

use crate::history::{Caller, Fact};
use crate::scenario::ServiceSpec;
use crate::world::World;

use super::deployment::EcsDeployment;
use super::service::{Service, ServiceStatus};
use super::service_deployment::ServiceDeploymentStatus;
use super::start::{NewTask, settle};
use super::task::Protection;
use super::{Ecs, deployment_log, pass, rollout, target};

impl World {
    /// Creates the service in a steady state, with its desired count of tasks on the registered container instances.
    pub(crate) fn create_service(&mut self, spec: &ServiceSpec) {
        let id = rollout::draw_id(self, &spec.cluster, &spec.name);
        let named = spec.task_definition.as_ref().unwrap_or(&spec.name);
        let revision = self.ecs.task_definitions.named_or_new(named);
        let primary = EcsDeployment::completed(id, revision, self.now());
        let mut record = deployment_log::new_record(self, &spec.cluster, &spec.name, &primary);
        record.finish(ServiceDeploymentStatus::Successful, self.now());
        let mut service = Service::new(spec, primary);
        if service.controller.is_ecs() {
            service.records.push(record);
        }
        let (arn, desired) = (service.arn.clone(), service.desired);
        let tasks = self.ecs.first_tasks(&service);
        let lacks = tasks.len() < desired;
        self.ecs.cluster(&spec.cluster).services.insert(arn.clone());
        self.ecs.services.insert(arn.clone(), service);
        let by = Caller::Aws("ecs");
        self.note(Fact::DesiredCount { service: arn.clone(), desired, by });
        target::begin(self, &arn);
        for (index, mut task) in tasks.into_iter().enumerate() {
            if index < spec.protected {
                task.protection = Protection::Renewed;
            }
            settle(self, &task);
        }
        if lacks {
            pass::soon(self, &arn);
        }
        if let Some(scaling) = &spec.scaling {
            self.create_scalable_target(&spec.cluster, &spec.name, scaling);
        }
    }
}

impl World {
    /// Creates a service without tasks, as CreateService does. The scheduler starts its tasks. A service of that name that
    /// is not INACTIVE is refused (API reference, CreateService).
    pub(crate) fn create_service_later(&mut self, spec: &ServiceSpec) {
        let arn = super::arn::within("service", &spec.cluster, &spec.name);
        if self.ecs.services.get(&arn).is_some_and(|it| it.status != ServiceStatus::Inactive) {
            let what = "CreateService refused: Creation of service was not idempotent.".to_owned();
            return self.note(Fact::Scripted { what });
        }
        let id = rollout::draw_id(self, &spec.cluster, &spec.name);
        let named = spec.task_definition.as_ref().unwrap_or(&spec.name);
        let revision = self.ecs.task_definitions.named_or_new(named);
        let mut service = Service::new(spec, EcsDeployment::begun(id, revision, self.now()));
        service.steady = false;
        let by = Caller::Other("operator".to_owned());
        let desired = service.desired;
        self.ecs.cluster(&spec.cluster).services.insert(arn.clone());
        self.ecs.services.insert(arn.clone(), service);
        self.note(Fact::DesiredCount { service: arn.clone(), desired, by });
        target::begin(self, &arn);
        deployment_log::begin(self, &arn, None);
        pass::soon(self, &arn);
        if let Some(scaling) = &spec.scaling {
            self.create_scalable_target(&spec.cluster, &spec.name, scaling);
        }
    }
}

impl Ecs {
    /// Returns the tasks that a service has when the world begins, as far as there is room.
    fn first_tasks(&self, service: &Service) -> Vec<NewTask> {
        let cluster = &service.cluster;
        if service.strategy() == "DAEMON" {
            let instances = self.instances_of(cluster).filter(|it| it.takes_service_tasks());
            let instances = instances.filter(|instance| instance.free_slots() > 0);
            return instances.map(|instance| service.task_on(&instance.arn)).collect();
        }
        let mut room = self.room(cluster, |_| 0);
        let places = std::iter::from_fn(|| room.next_place()).take(service.desired);
        places.map(|instance| service.task_on(&instance)).collect()
    }
}
