//! Report of an operation: the facts that a process tells about it, so far or at its end.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use service::decision::OperationAction;
use service::observation::StoredParameter;
use service::outcome::OperationOutcome;
use service::record::OperationRecord;
use service::request::{OperationKind, RequestErrors};
use service::state::OperationState;

use crate::act::ServiceName;
use crate::step::OperationStep;

/// Facts about an operation. Their names are those of the JSON of commands and invocations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OperationReport {
    /// Id of the operation. None before it has a record.
    pub operation: Option<String>,
    /// Kind of the operation.
    pub kind: Option<OperationKind>,
    /// Name of the cluster.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
    /// Outcome. `open` until the operation ends.
    pub outcome: OperationOutcome,
    /// Code of the last reason.
    pub reason: &'static str,
    /// Sentence of the last reason.
    pub message: String,
    /// Further facts: the latest sentence of each kind, by the code of the kind.
    #[serde(serialize_with = "sentences")]
    pub notes: BTreeMap<&'static str, String>,
    /// Desired count before the operation.
    pub original_desired_count: Option<u32>,
    /// Desired count at the last look.
    pub final_desired_count: Option<u32>,
    /// Tasks that the operation replaces.
    pub tasks: u32,
    /// Tasks that it has not replaced.
    pub tasks_left: u32,
    /// Least number of healthy tasks at any look of this process.
    pub min_healthy_tasks: Option<u32>,
    /// Greatest number of tasks on their way out at any look of this process.
    pub max_stopping_tasks: u32,
    /// Seconds from the record, or from the first look of this process, to the last look.
    pub seconds: u64,
    #[serde(skip)]
    began_at: Option<Timestamp>,
    #[serde(skip)]
    has_record: bool,
}

impl OperationReport {
    /// Creates the report of a service about which nothing is known yet.
    pub fn new(name: &ServiceName, kind: Option<OperationKind>) -> Self {
        Self {
            operation: None,
            kind,
            cluster: name.cluster.clone(),
            service: name.service.clone(),
            outcome: OperationOutcome::Open,
            reason: "no-look",
            message: "no look at the service yet".to_owned(),
            notes: BTreeMap::new(),
            original_desired_count: None,
            final_desired_count: None,
            tasks: 0,
            tasks_left: 0,
            min_healthy_tasks: None,
            max_stopping_tasks: 0,
            seconds: 0,
            began_at: None,
            has_record: false,
        }
    }

    /// Adds a step.
    pub fn add(&mut self, step: &OperationStep) {
        if let Some(record) = created(step) {
            self.operation = Some(record.id());
            self.kind = Some(record.request.kind);
            self.original_desired_count = record.desired_count;
            self.tasks = record.tasks;
            self.tasks_left = record.tasks;
        }
        if let Some((stored, record)) =
            recorded(step).filter(|_| !step.decision.reason.is_refusal())
        {
            self.operation = Some(record.id());
            let resumes = resumes(step, &record);
            self.kind = Some(if resumes { OperationKind::Resume } else { record.request.kind });
            self.began_at = Some(stored.modified_at);
            self.has_record = true;
        }
        let began_at = *self.began_at.get_or_insert(step.at);
        self.seconds = u64::try_from(step.at.duration_since(began_at).as_secs()).unwrap_or(0);
        self.reason = step.decision.reason.code();
        self.message = step.decision.reason.to_string();
        if step.fault.is_none() {
            self.outcome = step.decision.outcome;
        }
        self.notes.extend(step.decision.notes.iter().map(|note| (note.code(), note.to_string())));
        self.add_counts(step);
    }

    fn add_counts(&mut self, step: &OperationStep) {
        if let Some(service) = step.seen.service.present() {
            self.final_desired_count = Some(service.desired_count);
        }
        let Some(progress) = &step.decision.progress else { return };
        self.original_desired_count = progress.original_desired_count;
        self.tasks = progress.total;
        self.tasks_left = progress.left;
        let healthy = progress.healthy;
        self.min_healthy_tasks = Some(self.min_healthy_tasks.map_or(healthy, |it| it.min(healthy)));
        self.max_stopping_tasks = self.max_stopping_tasks.max(progress.stopping);
    }

    /// Returns true if a look of this process has found the record.
    pub fn has_record(&self) -> bool {
        self.has_record
    }

    /// Returns the report as JSON.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Writes the notes as a list of sentences.
fn sentences<S: Serializer>(
    notes: &BTreeMap<&'static str, String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(notes.values())
}

/// Returns the answer to a request that is not understood: one entry for each field.
pub fn refused_fields(errors: &RequestErrors) -> Value {
    let field = |error: &service::request::FieldError| json!({ "field": error.field, "problem": error.problem });
    json!({
        "outcome": OperationOutcome::Failed,
        "reason": "request-invalid",
        "message": errors.to_string(),
        "errors": errors.0.iter().map(field).collect::<Vec<_>>(),
    })
}

/// Returns the record that a step created.
fn created(step: &OperationStep) -> Option<&OperationRecord> {
    let performed = step.decision.actions.iter().take(step.performed);
    performed.into_iter().find_map(|action| match action {
        OperationAction::CreateRecord(record) => Some(&**record),
        _ => None,
    })
}

/// Returns true if the operator resumes the shutdown of the record.
fn resumes(step: &OperationStep, record: &OperationRecord) -> bool {
    let stored = step.seen.state.present();
    let found = stored.and_then(|stored| OperationState::parse(&stored.value).ok());
    let saved = step.decision.actions.iter().filter_map(|action| match action {
        OperationAction::SaveState(state) => Some(state.clone()),
        _ => None,
    });
    let mut states = found.into_iter().chain(saved);
    states.any(|state| state.operation == record.id() && state.resuming.is_some())
}

/// Returns the record that a step found, with its parameter.
pub fn recorded(step: &OperationStep) -> Option<(&StoredParameter, OperationRecord)> {
    let stored = step.seen.record.present()?;
    Some((stored, OperationRecord::parse(&stored.value).ok()?))
}
