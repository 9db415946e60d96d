//! Observers of decisions: code beside the worker that receives each decision, such as notifications.

use std::fmt::Debug;

use drain::decision::Decision;
use drain::mode::Mode;
use drain::note::Note;
use drain::observation::Observation;
use futures::future::BoxFuture;
use jiff::Timestamp;

/// A decision about an instance, as the worker logs it.
#[derive(Debug, Clone, Copy)]
pub struct ObservedDecision<'a> {
    /// The instance, as AWS answered about it.
    pub seen: &'a Observation,
    /// The decision.
    pub decision: &'a Decision,
    /// True if the decision differs from the last one about the instance in this process.
    pub is_new: bool,
    /// Notes about the instance that this process had not logged before.
    pub new_notes: &'a [Note],
    /// Name of the Auto Scaling group.
    pub group: Option<&'a str>,
    /// Mode in which the decision is carried out.
    pub mode: Mode,
    /// Time of the decision.
    pub at: Timestamp,
}

/// An observer of decisions. An observer changes no decision.
pub trait DecisionObserver: Debug + Send + Sync {
    /// Receives a decision. The call must not block.
    fn decided(&self, decided: ObservedDecision<'_>);

    /// Does what the decisions of a batch ask for. The worker awaits it after the actions of the batch, because Lambda stops
    /// the process between two batches.
    fn batch_ended(&self) -> BoxFuture<'_, ()>;
}
