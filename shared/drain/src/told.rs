//! From the signals of one batch to what they tell about each EC2 instance.

use std::collections::BTreeMap;

use crate::mutant::Mutant;
use crate::observation::Told;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::signal::{Ec2State, LifecycleAction, Look, Signal, Transition};

/// What a batch of signals tells, by EC2 instance. Signals about tasks and container instances, and the sweep, name no
/// EC2 instance of their own: they are left to whoever looks that up.
#[derive(Debug, Default, PartialEq)]
pub struct Telling {
    /// What was told about each EC2 instance.
    pub instances: BTreeMap<String, Told>,
    /// Instances whose signal needs nothing done, and why.
    pub settled: Vec<(String, Reason)>,
}

/// Brings the signals of a batch together. Order and doubles do not matter.
pub fn tell<'a>(signals: impl IntoIterator<Item = &'a Signal>, policy: &Policy) -> Telling {
    let mut telling = Telling::default();
    for signal in signals {
        telling.take(signal, policy);
    }
    telling
}

impl Telling {
    fn take(&mut self, signal: &Signal, policy: &Policy) {
        match signal {
            Signal::LifecycleAction(action) => self.lifecycle_action(action, policy),
            Signal::SpotInterruption { ec2_instance, action, at } => {
                self.of(ec2_instance).interruptions.insert((*at, *action));
            }
            Signal::RebalanceRecommendation { ec2_instance, at } => {
                latest(&mut self.of(ec2_instance).rebalance, *at, |at| *at);
            }
            Signal::Ec2InstanceState { ec2_instance, state, .. } => {
                self.ec2_state(ec2_instance, *state)
            }
            Signal::ScheduledChange { ec2_instances, code, starts_at, at } => {
                let read = match Mutant::ReadsOneInstanceOfAHealthEvent.is_on() {
                    true => 1,
                    false => ec2_instances.len(),
                };
                for ec2_instance in ec2_instances.iter().take(read) {
                    let change = (code.clone(), starts_at.unwrap_or(*at));
                    self.of(ec2_instance).scheduled_change = Some(change);
                }
            }
            Signal::Look(look) => self.look(look),
            Signal::TaskStopped(_) | Signal::ContainerInstance(_) | Signal::Sweep { .. } => {}
        }
    }

    fn of(&mut self, ec2_instance: &str) -> &mut Told {
        self.instances.entry(ec2_instance.to_owned()).or_default()
    }

    fn lifecycle_action(&mut self, action: &LifecycleAction, policy: &Policy) {
        let ours = match action.transition {
            Transition::Terminating => &policy.hooks,
            Transition::Launching => &policy.launch_hooks,
        };
        if !ours.contains(&action.hook) {
            self.settled.push((action.ec2_instance.clone(), Reason::HookNotOurs));
            return;
        }
        let told = self.of(&action.ec2_instance);
        let slot = match action.transition {
            Transition::Terminating => &mut told.terminate,
            Transition::Launching => &mut told.launch,
        };
        latest(slot, action.clone(), |action| action.at);
    }

    fn ec2_state(&mut self, ec2_instance: &str, state: Ec2State) {
        let told = self.of(ec2_instance);
        if !told.ec2_state.is_some_and(is_final) {
            told.ec2_state = Some(state);
        }
    }

    fn look(&mut self, look: &Look) {
        for ec2_instance in &look.ec2_instances {
            self.of(ec2_instance).looks.push((look.purpose, look.at));
        }
    }
}

/// Whether an EC2 instance in this state never comes back.
pub fn is_final(state: Ec2State) -> bool {
    matches!(state, Ec2State::ShuttingDown | Ec2State::Terminated)
}

fn latest<T, K: Ord>(slot: &mut Option<T>, new: T, key: impl Fn(&T) -> K) {
    if slot.as_ref().is_none_or(|old| key(old) < key(&new)) {
        *slot = Some(new);
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::signal::{InstanceAction, Purpose};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_772_442_000 + second).unwrap()
    }

    fn terminate(hook: &str, second: i64) -> Signal {
        Signal::LifecycleAction(LifecycleAction {
            transition: Transition::Terminating,
            group: "web".to_owned(),
            hook: hook.to_owned(),
            ec2_instance: "i-1".to_owned(),
            token: format!("token-{second}"),
            at: at(second),
            to_warm_pool: false,
        })
    }

    fn ours() -> Policy {
        Policy { hooks: ["ebb".to_owned()].into(), ..Policy::default() }
    }

    #[test]
    fn a_hook_that_is_not_ours_tells_nothing() {
        let telling = tell(&[terminate("other", 0)], &ours());

        assert!(telling.instances.is_empty());
        assert_eq!(telling.settled, [("i-1".to_owned(), Reason::HookNotOurs)]);
    }

    #[test]
    fn events_out_of_order_tell_the_latest() {
        let forwards = tell(&[terminate("ebb", 0), terminate("ebb", 9)], &ours());
        let backwards = tell(&[terminate("ebb", 9), terminate("ebb", 0)], &ours());

        assert_eq!(forwards, backwards);
        assert_eq!(
            forwards.instances["i-1"].terminate.as_ref().map(|action| action.at),
            Some(at(9))
        );
    }

    #[test]
    fn a_spot_warning_and_a_hook_for_one_instance_are_told_together() {
        let warning = Signal::SpotInterruption {
            ec2_instance: "i-1".to_owned(),
            action: InstanceAction::Terminate,
            at: at(5),
        };

        let told = &tell(&[warning, terminate("ebb", 0)], &ours()).instances["i-1"];

        assert_eq!(told.interruptions, [(at(5), InstanceAction::Terminate)].into());
        assert!(told.terminate.is_some());
    }

    #[test]
    fn one_health_event_tells_of_every_instance_that_it_names() {
        let change = Signal::ScheduledChange {
            ec2_instances: vec!["i-1".to_owned(), "i-2".to_owned()],
            code: "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED".to_owned(),
            starts_at: Some(at(86_400)),
            at: at(0),
        };

        let telling = tell(&[change], &ours());

        assert!(telling.instances.values().all(|told| told.scheduled_change.is_some()));
        assert_eq!(telling.instances.len(), 2);
    }

    #[test]
    fn a_final_state_is_not_undone_by_an_earlier_one_that_comes_late() {
        let state =
            |state| Signal::Ec2InstanceState { ec2_instance: "i-1".to_owned(), state, at: at(0) };

        let telling = tell(&[state(Ec2State::Terminated), state(Ec2State::Stopping)], &ours());

        assert_eq!(telling.instances["i-1"].ec2_state, Some(Ec2State::Terminated));
    }

    #[test]
    fn looks_keep_their_purposes() {
        let look = |purpose| {
            Signal::Look(Look { ec2_instances: vec!["i-1".to_owned()], purpose, at: at(0) })
        };

        let telling = tell(&[look(Purpose::Settle), look(Purpose::Heartbeat)], &ours());

        assert_eq!(telling.instances["i-1"].looks.len(), 2);
    }
}
