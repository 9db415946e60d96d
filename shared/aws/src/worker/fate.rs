//! What becomes of the messages of a batch.
//!
//! A message whose instance AWS gave no answer about, or which came before its instance had joined its cluster, is sent again, as
//! it is, after some seconds: what it tells may stand nowhere else, and a message that is merely not deleted would come back much
//! later, with its receive count used up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::signal::Signal;

use super::Worker;
use super::batch::Heard;
use super::case::Cases;
use super::record::{HOPS, REASON, Record};
use crate::act::messages::{self, Outgoing};
use crate::fault::Fault;

/// After which a message is sent again for the first time: the read bucket of ECS, 100 deep and filled twenty times a
/// second (API reference, request throttling), is full again by then. Each further time is that much later.
const AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How often a message is sent again, if its chain allows: after a minute the sweep has looked.
const HOPS_LIMIT: u32 = 5;

/// What becomes of a message, from the mildest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// It is done.
    Done,
    /// It is sent again.
    Again,
    /// It goes to the dead-letter queue.
    Malformed(Fault),
    /// It fails, and its queue delivers it again.
    Failed,
}

/// What becomes of each message, by position.
#[derive(Debug)]
pub(super) struct Fates(Vec<Fate>);

impl Fates {
    pub(super) fn new(messages: usize) -> Self {
        Self(vec![Fate::Done; messages])
    }

    /// Sets the fate of a message, unless a worse one is set.
    pub(super) fn set(&mut self, position: usize, fate: Fate) {
        if let Some(old) = self.0.get_mut(position)
            && *old < fate
        {
            *old = fate;
        }
    }

    /// Tells what went wrong, and sets the fate of the messages that led there.
    pub(super) fn trouble(&mut self, fault: &Fault, sources: impl IntoIterator<Item = usize>) {
        let fate = match fault {
            Fault::Gone(_) => Fate::Done,
            Fault::Busy(_) => Fate::Again,
            Fault::Denied(_) | Fault::NoCluster(_) | Fault::Bug(_) | Fault::Malformed(_) => {
                Fate::Failed
            }
        };
        if fate != Fate::Done {
            tell(fault);
        }
        for position in sources {
            self.set(position, fate.clone());
        }
    }

    /// Sets the fates that follow from the instances of the batch: each trouble is told once.
    pub(super) fn blame(&mut self, cases: &Cases) {
        let mut troubles: BTreeMap<Fault, BTreeSet<usize>> = BTreeMap::new();
        for case in cases.values() {
            if case.open {
                case.sources.iter().for_each(|position| self.set(*position, Fate::Failed));
            }
            for fault in case.troubles() {
                troubles.entry(fault).or_default().extend(&case.sources);
            }
        }
        for (fault, sources) in troubles {
            self.trouble(&fault, sources);
        }
    }

    /// Sets the fates of messages that were sent: what no queue took fails. Each reason is told once.
    fn sent(&mut self, positions: Vec<usize>, results: Vec<Result<(), Fault>>) {
        let mut reasons = BTreeSet::new();
        for (position, result) in positions.into_iter().zip(results) {
            self.0[position] = if result.is_ok() { Fate::Done } else { Fate::Failed };
            reasons.extend(result.err());
        }
        reasons.iter().for_each(tell);
    }

    fn of(&self, wanted: impl Fn(&Fate) -> bool) -> Vec<usize> {
        let all = self.0.iter().enumerate();
        all.filter(|(_, fate)| wanted(fate)).map(|(position, _)| position).collect()
    }
}

impl Worker {
    /// Sends messages again, or to the dead-letter queue. The ids of those that fail.
    pub(super) async fn close(
        &self,
        records: &[Record],
        heard: &Heard,
        mut fates: Fates,
    ) -> BTreeSet<String> {
        self.bury(records, &mut fates).await;
        self.send_again(records, heard, &mut fates).await;
        let failed = fates.of(|fate| *fate == Fate::Failed);
        failed.into_iter().filter_map(|position| records.get(position)?.id.clone()).collect()
    }

    async fn bury(&self, records: &[Record], fates: &mut Fates) {
        let malformed = fates.of(|fate| matches!(fate, Fate::Malformed(_)));
        let bodies = malformed.iter().filter_map(|position| {
            let (record, fate) = (records.get(*position)?, fates.0.get(*position)?);
            let Fate::Malformed(reason) = fate else { return None };
            let message_id = record.id.as_deref().unwrap_or_default();
            tracing::warn!(message_id, %reason, "this message cannot be understood");
            Some(with_reason(record.body.clone(), reason.to_string()))
        });
        let bodies: Vec<Outgoing> = bodies.collect();
        let Some(queue) = &self.config.dead_letter_queue_url else {
            malformed.into_iter().for_each(|position| fates.set(position, Fate::Failed));
            return;
        };
        let results = messages::send(&self.clients.sqs, queue, bodies).await;
        fates.sent(malformed, results);
    }

    async fn send_again(&self, records: &[Record], heard: &Heard, fates: &mut Fates) {
        let signals: BTreeMap<usize, &Signal> =
            heard.iter().map(|(position, signal)| (*position, signal)).collect();
        let mut again = Vec::new();
        let mut outgoing = Vec::new();
        for position in fates.of(|fate| *fate == Fate::Again) {
            let (Some(record), Some(signal)) = (records.get(position), signals.get(&position))
            else {
                continue;
            };
            if record.hops >= HOPS_LIMIT || !record.chain.goes_on() {
                let told_nowhere_else = !sweep_finds(signal);
                fates.0[position] = if told_nowhere_else { Fate::Failed } else { Fate::Done };
                continue;
            }
            let hops = record.hops + 1;
            let attributes = vec![(HOPS, hops.to_string()), record.chain.attribute()];
            let delay = AGAIN_AFTER * hops;
            outgoing.push(Outgoing { body: record.body.clone(), delay, attributes });
            again.push(position);
        }
        if outgoing.is_empty() {
            return;
        }
        let queue = &self.config.queue_url;
        let results = messages::send(&self.clients.sqs, queue, outgoing).await;
        fates.sent(again, results);
    }
}

/// Tells what went wrong, by who is to do something about it.
fn tell(fault: &Fault) {
    match fault {
        Fault::Busy(what) | Fault::Gone(what) => tracing::warn!("to be looked at again: {what}"),
        Fault::Denied(what)
        | Fault::NoCluster(what)
        | Fault::Bug(what)
        | Fault::Malformed(what) => tracing::error!("a human must act: {what}"),
    }
}

/// A message with why it cannot be understood. A body that leaves no room for that goes without: the log has it.
fn with_reason(body: String, reason: String) -> Outgoing {
    let with = Outgoing { body, delay: Duration::ZERO, attributes: vec![(REASON, reason)] };
    if with.fits() { with } else { Outgoing { attributes: Vec::new(), ..with } }
}

/// Whether the sweep finds by itself what this signal tells.
fn sweep_finds(signal: &Signal) -> bool {
    match signal {
        Signal::LifecycleAction(_)
        | Signal::TaskStopped(_)
        | Signal::ContainerInstance(_)
        | Signal::Look(_)
        | Signal::Sweep { .. } => true,
        Signal::SpotInterruption { .. }
        | Signal::RebalanceRecommendation { .. }
        | Signal::Ec2InstanceState { .. }
        | Signal::ScheduledChange { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use drain::decision::Decision;
    use drain::observation::Told;
    use drain::reason::Reason;

    use super::*;
    use crate::worker::case::Case;

    fn case(sources: &[usize], faults: Vec<Fault>) -> Case {
        let mut case = Case::new("i-1", Told::default());
        case.sources = sources.iter().copied().collect();
        case.open = false;
        case.faults = faults;
        case
    }

    #[test]
    fn a_busy_answer_sends_the_messages_of_its_instance_again_and_no_other() {
        let busy = Fault::Busy("describing".to_owned());
        let mut fates = Fates::new(3);

        fates.blame(&Cases::from([("i-1".to_owned(), case(&[0, 2], vec![busy]))]));

        assert_eq!(fates.0, [Fate::Again, Fate::Done, Fate::Again]);
    }

    #[test]
    fn what_was_told_of_an_instance_before_it_joined_its_cluster_is_sent_again() {
        let mut early = case(&[0], Vec::new());
        early.decision = Some(Decision::nothing(Reason::ToldTooEarly));
        let mut fates = Fates::new(1);

        fates.blame(&Cases::from([("i-1".to_owned(), early)]));

        assert_eq!(fates.0, [Fate::Again]);
    }

    #[test]
    fn the_worse_fate_wins() {
        let mut fates = Fates::new(1);

        fates.trouble(&Fault::Denied("describing".to_owned()), [0]);
        fates.trouble(&Fault::Busy("describing".to_owned()), [0]);

        assert_eq!(fates.0, [Fate::Failed]);
    }

    #[test]
    fn what_the_sweep_finds_for_itself_faults_no_message() {
        let denied = Fault::Denied("describing".to_owned());
        let mut fates = Fates::new(1);

        fates.blame(&Cases::from([("i-1".to_owned(), case(&[], vec![denied]))]));

        assert_eq!(fates.0, [Fate::Done]);
    }

    #[test]
    fn a_decision_that_never_comes_fails_its_messages() {
        let mut open = case(&[0], Vec::new());
        open.open = true;
        let mut fates = Fates::new(1);

        fates.blame(&Cases::from([("i-1".to_owned(), open)]));

        assert_eq!(fates.0, [Fate::Failed]);
    }
}
