//! Notifications about operations on services: which step matters, and what it says.
//!
//! | step | notification | sent by |
//! |---|---|---|
//! | creates the record, or begins a resume | operation-began | the process that did so |
//! | stops the work early | operation-in-trouble | the process that wrote the state |
//! | has a note about tasks that cannot start | operation-in-trouble | each process once, unless the state has its code |
//! | deletes the record, or writes the end of a shutdown | operation-ended | the process that did so |
//!
//! Of several processes that take an operation further one creates the record, and one deletes it. So its beginning and its
//! end are sent once. A process that dies between the deletion and the delivery sends no end.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use aws_services::operation_observer::{ObservedStep, OperationObserver};
use aws_services::operation_report::{OperationReport, recorded};
use futures::FutureExt;
use futures::future::BoxFuture;
use service::decision::OperationAction;
use service::note::OperationNote;
use service::outcome::OperationOutcome;
use service::reason::OperationReason;
use service::record::OperationRecord;
use service::state::OperationState;

use crate::notification::{Notification, NotificationKind, Severity};
use crate::notifier::Notifier;

/// Notes whose operation may stand still.
const TROUBLE: [&str; 3] = ["placement-failure", "failed-tasks", "deployment-bounds"];

/// Codes in memory. A function that lives for hours forgets all of them then, and may send one twice.
const REMEMBERED_CODES: usize = 10_000;

/// An observer of operations that sends notifications.
#[derive(Debug)]
pub struct NotifyingOperations {
    notifier: Arc<Notifier>,
    /// True if each notification is a message of its own.
    sends_at_once: bool,
    /// Operations with the code of a note that was sent.
    sent: Mutex<BTreeSet<(String, &'static str)>>,
}

impl NotifyingOperations {
    /// Creates the observer of a process that takes many operations further. Their messages are grouped.
    pub fn grouped(notifier: Arc<Notifier>) -> Self {
        Self { notifier, sends_at_once: false, sent: Mutex::default() }
    }

    /// Creates the observer of a command. Its messages are sent at once.
    pub fn at_once(notifier: Arc<Notifier>) -> Self {
        Self { notifier, sends_at_once: true, sent: Mutex::default() }
    }

    fn is_first(&self, it: &Notification, code: Option<&'static str>) -> bool {
        let Some(code) = code else { return true };
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.len() >= REMEMBERED_CODES {
            sent.clear();
        }
        sent.insert((it.operation.clone().unwrap_or_default(), code))
    }
}

impl OperationObserver for NotifyingOperations {
    fn stepped<'a>(&'a self, observed: ObservedStep<'a>) -> BoxFuture<'a, ()> {
        if self.notifier.configured().is_empty() {
            return std::future::ready(()).boxed();
        }
        let all = notifications(observed);
        let new = all.into_iter().filter(|(it, code)| self.is_first(it, *code));
        let new: Vec<Notification> = new.map(|(it, _)| it).collect();
        async move {
            if !new.is_empty() {
                new.into_iter().for_each(|it| self.notifier.add(it));
                match self.sends_at_once {
                    true => self.notifier.flush_all().await,
                    false => self.notifier.flush().await,
                };
            }
        }
        .boxed()
    }
}

/// Returns the notifications about a step. That of a note has the code of the note.
pub fn notifications(it: ObservedStep<'_>) -> Vec<(Notification, Option<&'static str>)> {
    let Some(record) = record(it) else { return Vec::new() };
    if !record.request.notify || it.step.decision.reason.is_refusal() {
        return Vec::new();
    }
    let kind = record.request.kind;
    let (kind, step) = (kind.as_str(), it.step);
    let reason = &step.decision.reason;
    let mut all = Vec::new();
    if let Some(verb) = began(it) {
        let mut began = about(it, &record, NotificationKind::OperationBegan, Severity::Info);
        began.subject = format!("{verb}{kind} of {} began", place(it));
        all.push((began, None));
    }
    if saved(it).any(|state| state.stopped.is_some()) {
        let kind_of = NotificationKind::OperationInTrouble;
        let mut trouble = about(it, &record, kind_of, Severity::Warning);
        trouble.subject = format!("{kind} of {} is in trouble: {reason}", place(it));
        all.push((trouble, None));
    }
    all.extend(new_notes(it).map(|note| {
        let kind_of = NotificationKind::OperationInTrouble;
        let mut trouble = about(it, &record, kind_of, Severity::Warning);
        trouble.subject = format!("{kind} of {} is in trouble: {note}", place(it));
        trouble.reason = note.code().to_owned();
        (trouble, Some(note.code()))
    }));
    if step.is_last() && has_ended(it) {
        let outcome = step.decision.outcome;
        let mut ended = about(it, &record, NotificationKind::OperationEnded, severity(outcome));
        ended.outcome = Some(outcome.as_str().to_owned());
        ended.subject = format!("{kind} of {} ended: {outcome}: {reason}", place(it));
        all.push((ended, None));
    }
    all
}

fn place(it: ObservedStep<'_>) -> String {
    format!("service {} in cluster {}", it.name.service, it.name.cluster)
}

fn performed(it: ObservedStep<'_>) -> impl Iterator<Item = &OperationAction> {
    it.step.decision.actions.iter().take(it.step.performed)
}

fn saved(it: ObservedStep<'_>) -> impl Iterator<Item = &OperationState> {
    performed(it).filter_map(|action| match action {
        OperationAction::SaveState(state) => Some(state),
        _ => None,
    })
}

/// Returns the record of the operation: the one that the step created, or found.
fn record(it: ObservedStep<'_>) -> Option<OperationRecord> {
    let created = performed(it).find_map(|action| match action {
        OperationAction::CreateRecord(record) => Some((**record).clone()),
        _ => None,
    });
    created.or_else(|| recorded(it.step).map(|(_, record)| record))
}

/// Returns the beginning of the subject if the step began an operation, or a resume.
fn began(it: ObservedStep<'_>) -> Option<&'static str> {
    if performed(it).any(|action| matches!(action, OperationAction::CreateRecord(_))) {
        return Some("");
    }
    let resumes = matches!(it.step.decision.reason, OperationReason::Resuming);
    (resumes && saved(it).next().is_some()).then_some("resume after ")
}

/// Returns true if the step ended the operation: it deleted the record, or wrote the end of a shutdown.
fn has_ended(it: ObservedStep<'_>) -> bool {
    it.step.deleted_record || saved(it).any(|state| state.shut_down.is_some())
}

/// Returns the notes about tasks that cannot start, unless the state says that they were sent.
fn new_notes(it: ObservedStep<'_>) -> impl Iterator<Item = &OperationNote> {
    let stored = it.step.seen.state.present().and_then(|it| OperationState::parse(&it.value).ok());
    let notified = stored.map(|state| state.notified).unwrap_or_default();
    let is_open = !it.step.decision.outcome.is_final();
    it.step.decision.notes.iter().filter(move |note| {
        let code = note.code();
        is_open && TROUBLE.contains(&code) && !notified.iter().any(|it| it == code)
    })
}

fn severity(outcome: OperationOutcome) -> Severity {
    match outcome {
        OperationOutcome::Done | OperationOutcome::NothingToDo => Severity::Info,
        OperationOutcome::Cancelled => Severity::Warning,
        _ => Severity::Error,
    }
}

fn about(
    it: ObservedStep<'_>,
    record: &OperationRecord,
    kind: NotificationKind,
    severity: Severity,
) -> Notification {
    let OperationReport { message, reason, notes, .. } = it.report;
    let mut about = Notification::new(kind, severity, String::new(), it.step.at);
    about.cluster = Some(it.name.cluster.clone());
    about.service = Some(it.name.service.clone());
    about.operation = Some(record.id());
    about.reason = (*reason).to_owned();
    about.message = format!("{}: {message}", place(it));
    for note in notes.values() {
        about.message.push_str(&format!("\n{note}"));
    }
    let report = it.report;
    let numbers = [
        ("tasks", Some(u64::from(report.tasks))),
        ("tasksLeft", Some(u64::from(report.tasks_left))),
        (
            "originalDesiredCount",
            report.original_desired_count.or(record.desired_count).map(u64::from),
        ),
        ("finalDesiredCount", report.final_desired_count.map(u64::from)),
        ("minHealthyTasks", report.min_healthy_tasks.map(u64::from)),
        ("maxStoppingTasks", Some(u64::from(report.max_stopping_tasks))),
        ("seconds", Some(report.seconds)),
    ];
    let known = numbers.into_iter().filter_map(|(name, it)| Some((name.to_owned(), it?)));
    about.numbers = known.collect();
    about
}
