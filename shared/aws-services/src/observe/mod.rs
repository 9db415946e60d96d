//! Looks at one service: every question of `service::questions`, answered in full or not at all.
//!
//! A read that failed, or lacks a page or a chunk, leaves its field [`Answered::Unanswered`]. So half an answer never looks
//! like an absence.

mod agents;
mod constants;
mod container_instances;
mod conversion;
mod protection;
mod service_deployments;
mod services;
mod targets;
mod task_addresses;
mod tasks;

use std::collections::BTreeMap;

use aws::fault::Fault;
use aws_sdk_ecs::types::LoadBalancer;
use jiff::Timestamp;
use service::intent::Intent;
use service::observation::{Answered, ServiceObservation, StoredParameter};
use service::question::OperationQuestion;
use service::record::OperationRecord;
use service::request::OperationKind;
use service::state::OperationState;

use crate::clients::ServiceClients;
pub use constants::Constants;
use service_deployments::NeededDeployments;
use task_addresses::TaskAddress;

/// A look at one service: its observation, and the facts by which its tasks are found among the targets.
pub(crate) struct Look {
    seen: ServiceObservation,
    load_balancers: Vec<LoadBalancer>,
    addresses: BTreeMap<String, TaskAddress>,
}

/// Returns an observation in which no question is open.
///
/// Every round answers all questions that are open. A question that stays open is a mistake, and ends the look.
pub async fn observe(
    clients: &ServiceClients,
    constants: &Constants,
    cluster: &str,
    service: &str,
    intent: &Intent,
    now: Timestamp,
) -> ServiceObservation {
    let seen = ServiceObservation::new(cluster, service);
    let mut look = Look { seen, load_balancers: Vec::new(), addresses: BTreeMap::new() };
    let mut answered = Vec::new();
    loop {
        let mut open = service::questions(intent, &look.seen, now);
        open.retain(|question| !answered.contains(question));
        if open.is_empty() {
            return look.seen;
        }
        // Protection and targets need the tasks, which come before them.
        open.sort_unstable();
        for question in open {
            look.answer(clients, constants, question, now).await;
            answered.push(question);
        }
    }
}

impl Look {
    async fn answer(
        &mut self,
        clients: &ServiceClients,
        constants: &Constants,
        question: OperationQuestion,
        now: Timestamp,
    ) {
        let (cluster, service) = (self.seen.cluster.clone(), self.seen.service_name.clone());
        match question {
            OperationQuestion::Account => {
                let caller = clients.identity.caller().await;
                self.seen.account = answered(caller.map(|caller| Some(caller.account)));
            }
            OperationQuestion::Record => self.answer_record(clients).await,
            OperationQuestion::Service => self.answer_service(clients).await,
            OperationQuestion::Tasks => self.answer_tasks(clients, constants, now).await,
            OperationQuestion::Protection => self.answer_protection(clients).await,
            OperationQuestion::Targets => self.answer_targets(clients, constants, now).await,
            OperationQuestion::Scaling => {
                let target = clients.scalable_targets.describe(&cluster, &service).await;
                self.seen.scaling = answered(target);
            }
            OperationQuestion::ScheduledActions => {
                let actions = clients.scalable_targets.scheduled_actions(&cluster, &service).await;
                self.seen.scheduled_actions = answered(actions.map(Some));
            }
            OperationQuestion::Agents => self.answer_agents(clients).await,
            OperationQuestion::DeregistrationDelay => {
                let (groups, balancers) = (&clients.target_groups, &self.load_balancers);
                let delay = targets::deregistration_delay(groups, balancers).await;
                self.seen.deregistration_delay = answered(delay.map(Some));
            }
            OperationQuestion::ServiceDeployments => self.answer_deployments(clients).await,
        }
    }

    async fn answer_record(&mut self, clients: &ServiceClients) {
        let (cluster, service) = (&self.seen.cluster, &self.seen.service_name);
        let record = OperationRecord::parameter(cluster, service);
        let state = OperationState::parameter(cluster, service);
        match clients.parameters.values(&[&record, &state]).await {
            Ok(mut found) => {
                self.seen.record = present_or_absent(found.remove(&record));
                self.seen.state = present_or_absent(found.remove(&state));
            }
            Err(fault) => {
                self.seen.record = unanswered(&fault);
                self.seen.state = unanswered(&fault);
            }
        }
    }

    async fn answer_service(&mut self, clients: &ServiceClients) {
        let (cluster, service) = (&self.seen.cluster, &self.seen.service_name);
        match services::describe(&clients.aws.ecs, cluster, service).await {
            Ok(Some(found)) => {
                self.seen.service = Answered::Present(services::observed(&found));
                self.load_balancers = services::load_balancers(&found);
            }
            Ok(None) => self.seen.service = Answered::Absent,
            Err(fault) => self.seen.service = unanswered(&fault),
        }
    }

    async fn answer_tasks(
        &mut self,
        clients: &ServiceClients,
        constants: &Constants,
        now: Timestamp,
    ) {
        let (cluster, service) = (&self.seen.cluster, &self.seen.service_name);
        match tasks::describe(&clients.aws.ecs, constants, cluster, service, now).await {
            Ok(found) => {
                self.addresses = found
                    .iter()
                    .filter_map(|(task, address)| Some((task.arn.clone(), address.clone()?)))
                    .collect();
                let tasks = found.into_iter().map(|(task, _)| task).collect();
                self.seen.tasks = Answered::Present(tasks);
            }
            Err(fault) => self.seen.tasks = unanswered(&fault),
        }
    }

    async fn answer_protection(&mut self, clients: &ServiceClients) {
        let Some(tasks) = self.seen.tasks.present() else {
            self.seen.protection = Answered::Unanswered(NO_TASKS.to_owned());
            return;
        };
        let left: Vec<String> =
            tasks.iter().filter(|task| !task.has_ended()).map(|task| task.arn.clone()).collect();
        let found = protection::describe(&clients.aws.ecs, &self.seen.cluster, &left).await;
        self.seen.protection = answered(found.map(Some));
    }

    async fn answer_targets(
        &mut self,
        clients: &ServiceClients,
        constants: &Constants,
        now: Timestamp,
    ) {
        if self.seen.tasks.present().is_none() {
            self.seen.targets = Answered::Unanswered(NO_TASKS.to_owned());
            return;
        }
        let cluster = &self.seen.cluster;
        let hosts = task_addresses::ec2_instances(
            &clients.aws.ecs,
            constants,
            cluster,
            self.addresses.values(),
            now,
        );
        let found = match hosts.await {
            Ok(hosts) => {
                let balancers = &self.load_balancers;
                targets::describe(&clients.target_groups, balancers, &self.addresses, &hosts).await
            }
            Err(fault) => Err(fault),
        };
        self.seen.targets = answered(found.map(Some));
    }

    async fn answer_agents(&mut self, clients: &ServiceClients) {
        let Some(tasks) = self.seen.tasks.present() else {
            self.seen.agents = Answered::Unanswered(NO_TASKS.to_owned());
            return;
        };
        let found = agents::describe(&clients.aws.ecs, &self.seen.cluster, tasks).await;
        self.seen.agents = answered(found.map(Some));
    }

    async fn answer_deployments(&mut self, clients: &ServiceClients) {
        let (cluster, service) = (&self.seen.cluster, &self.seen.service_name);
        let needed = self.seen.record.present().map_or(NeededDeployments::Open, needed_deployments);
        let found = service_deployments::describe(&clients.aws.ecs, cluster, service, needed).await;
        self.seen.service_deployments = answered(found.map(Some));
    }
}

/// Returns the service deployments that a step of the recorded operation needs.
///
/// A recycle and a restart begin only if no deployment is open, so all that matter are newer than their record.
fn needed_deployments(stored: &StoredParameter) -> NeededDeployments {
    let kind = OperationRecord::parse(&stored.value).map(|record| record.request.kind);
    match kind {
        Ok(OperationKind::Recycle | OperationKind::Restart) => {
            NeededDeployments::Since(stored.modified_at)
        }
        _ => NeededDeployments::OpenOrSince(stored.modified_at),
    }
}

/// Call that a read of protection or targets lacks.
const NO_TASKS: &str = "the tasks of the service were not answered";

fn answered<T>(answer: Result<Option<T>, Fault>) -> Answered<T> {
    match answer {
        Ok(found) => present_or_absent(found),
        Err(fault) => unanswered(&fault),
    }
}

fn present_or_absent<T>(found: Option<T>) -> Answered<T> {
    found.map_or(Answered::Absent, Answered::Present)
}

fn unanswered<T>(fault: &Fault) -> Answered<T> {
    Answered::Unanswered(fault.to_string())
}
