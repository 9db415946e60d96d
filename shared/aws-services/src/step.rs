//! One step of an operation: observe, decide, act.

use aws::fault::Fault;
use aws::limiter::in_background;
use jiff::Timestamp;
use service::decision::{OperationAction, OperationDecision};
use service::intent::{Beginning, Intent};
use service::limits::DECISION_HOLDS;
use service::memory::OperationMemory;
use service::observation::ServiceObservation;
use service::request::{OperationKind, OperationRequest};

use crate::act::{Performed, ServiceName, perform};
use crate::limits::RETRY_DELAY;
use crate::observe::observe;
use crate::stepper::Stepper;

/// An operation in the hands of a process: the service, the intent, and the memory of the last step.
#[derive(Debug, Clone)]
pub struct OperationRun {
    name: ServiceName,
    intent: Intent,
    memory: OperationMemory,
}

/// Result of a step.
#[derive(Debug, Clone)]
pub struct OperationStep {
    /// Time of the step.
    pub at: Timestamp,
    /// The service, as AWS answered about it.
    pub seen: ServiceObservation,
    /// Decision.
    pub decision: OperationDecision,
    /// Number of actions that were performed.
    pub performed: usize,
    /// True if this process, and no other, deleted the record.
    pub deleted_record: bool,
    /// Fault of the action that failed. No later action of the decision was performed.
    pub fault: Option<Fault>,
    /// Time of the next step, or `None` for at once.
    pub next: Option<Timestamp>,
}

impl OperationStep {
    /// Returns true if the step found or created the record of an operation.
    pub fn has_record(&self) -> bool {
        let creates = |action: &OperationAction| matches!(action, OperationAction::CreateRecord(_));
        let performed = self.decision.actions.iter().take(self.performed);
        self.seen.record.present().is_some() || performed.into_iter().any(creates)
    }

    /// Returns true if the operation has ended, and every action of its last decision was performed.
    pub fn is_last(&self) -> bool {
        self.fault.is_none() && self.decision.outcome.is_final()
    }
}

impl OperationRun {
    /// Creates a run that begins an operation. `by` names who asks for it.
    pub fn beginning(request: OperationRequest, by: String) -> Self {
        let name =
            ServiceName { cluster: request.cluster.clone(), service: request.service.clone() };
        let intent = Intent::Begin(Beginning { request, by });
        Self { name, intent, memory: OperationMemory::default() }
    }

    /// Creates a run that takes the recorded operation of a service further.
    pub fn of_record(name: ServiceName, memory: OperationMemory) -> Self {
        Self { name, intent: Intent::Step, memory }
    }

    /// Returns the service.
    pub fn name(&self) -> &ServiceName {
        &self.name
    }

    /// Returns the kind of an operation that has not begun. The record says that of every other.
    pub fn kind(&self) -> Option<OperationKind> {
        match &self.intent {
            Intent::Begin(beginning) => Some(beginning.request.kind),
            Intent::Step => None,
        }
    }

    /// Returns the memory for the next step.
    pub fn memory(&self) -> &OperationMemory {
        &self.memory
    }

    /// Returns true as soon as the operation has its record.
    pub fn has_begun(&self) -> bool {
        self.intent == Intent::Step
    }

    /// Observes and decides, and performs nothing.
    pub async fn plan(&self, stepper: &Stepper) -> (ServiceObservation, OperationDecision) {
        let (_, seen, decision) = self.look(stepper).await;
        (seen, decision)
    }

    /// Takes the operation one step further: observes, decides, and performs the actions in their order.
    ///
    /// The first action that fails ends the step. The next look then has the old memory, because the decision was not
    /// carried out.
    pub async fn step(&mut self, stepper: &Stepper) -> OperationStep {
        let (at, seen, decision) = self.look(stepper).await;
        let mut performed = 0;
        let mut fault = None;
        let mut is_overtaken = false;
        let holds_until = at + DECISION_HOLDS;
        let mut deleted_record = false;
        for action in &decision.actions {
            if performed > 0 && stepper.now() > holds_until {
                // The decision is old, and another process may have changed the service since.
                is_overtaken = true;
                break;
            }
            match perform(&stepper.clients, &self.name, action).await {
                Ok(Performed::RecordExists) => is_overtaken = true,
                Ok(Performed::Recorded | Performed::StateSaved) => self.intent = Intent::Step,
                Ok(Performed::RecordDeleted) => deleted_record = true,
                Ok(Performed::Done) => {}
                Err(error) => fault = Some(error),
            }
            if is_overtaken || fault.is_some() {
                break;
            }
            performed += 1;
        }
        let next = match &fault {
            Some(_) => Some(stepper.now() + RETRY_DELAY),
            None if is_overtaken => None,
            None => decision.wait_until(),
        };
        if fault.is_none() && !is_overtaken {
            self.memory = decision.memory.clone();
        }
        OperationStep { at, seen, decision, performed, deleted_record, fault, next }
    }

    /// Observes and decides. Reads of an operation have the least value of all calls: a drain that needs the same request
    /// bucket comes first.
    async fn look(&self, stepper: &Stepper) -> (Timestamp, ServiceObservation, OperationDecision) {
        let ServiceName { cluster, service } = &self.name;
        let now = stepper.now();
        let observed =
            observe(&stepper.clients, &stepper.constants, cluster, service, &self.intent, now);
        let seen = in_background(Box::pin(observed)).await;
        let now = stepper.now();
        let decision = (stepper.decider)(&self.intent, &seen, &self.memory, now);
        (now, seen, decision)
    }
}
