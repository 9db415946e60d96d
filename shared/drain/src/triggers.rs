//! Collects the triggers of a batch of signals by EC2 instance.

use std::collections::BTreeMap;

use crate::policy::Policy;
use crate::reason::Reason;
use crate::signal::{LifecycleAction, Recheck, Signal, Transition};
use crate::trigger::{Trigger, Triggers};

/// Triggers of one batch.
///
/// Signals about tasks and container instances, and the sweep, name no EC2 instance of their own. The caller looks up
/// their instances.
#[derive(Debug, Default, PartialEq)]
pub struct BatchTriggers {
    /// Triggers by EC2 instance.
    pub instances: BTreeMap<String, Triggers>,
    /// Instances whose signal needs no decision, with the reason.
    pub ignored: Vec<(String, Reason)>,
}

/// Returns the triggers of a batch of signals, whatever their order.
///
/// Of two lifecycle actions with one time the first counts, of two scheduled changes the last.
pub fn collect_triggers<'a>(
    signals: impl IntoIterator<Item = &'a Signal>,
    policy: &Policy,
) -> BatchTriggers {
    let mut batch = BatchTriggers::default();
    for signal in signals {
        batch.add(signal, policy);
    }
    batch
}

impl BatchTriggers {
    fn add(&mut self, signal: &Signal, policy: &Policy) {
        match signal {
            Signal::LifecycleAction(action) => self.add_lifecycle_action(action, policy),
            Signal::SpotInterruption { ec2_instance, action, at } => {
                self.trigger(ec2_instance, Trigger::SpotInterruption { at: *at, action: *action });
            }
            Signal::RebalanceRecommendation { ec2_instance, at } => {
                self.trigger(ec2_instance, Trigger::RebalanceRecommendation { at: *at });
            }
            Signal::Ec2InstanceState { ec2_instance, state, .. } => {
                self.trigger(ec2_instance, Trigger::Ec2State(*state));
            }
            Signal::ScheduledChange { ec2_instances, code, starts_at, at } => {
                let starts_at = starts_at.unwrap_or(*at);
                let change = Trigger::ScheduledChange { code: code.clone(), starts_at };
                for ec2_instance in ec2_instances {
                    self.trigger(ec2_instance, change.clone());
                }
            }
            Signal::Recheck(recheck) => self.add_recheck(recheck),
            Signal::TaskStopped(_)
            | Signal::ContainerInstance(_)
            | Signal::StopPlan(_)
            | Signal::PlacementFailure(_)
            | Signal::Sweep { .. } => {}
        }
    }

    fn trigger(&mut self, ec2_instance: &str, trigger: Trigger) {
        self.instances.entry(ec2_instance.to_owned()).or_default().add(trigger);
    }

    fn add_lifecycle_action(&mut self, action: &LifecycleAction, policy: &Policy) {
        if !policy.owns(&action.hook, action.transition) {
            self.ignored.push((action.ec2_instance.clone(), Reason::ForeignHook));
            return;
        }
        let trigger = match action.transition {
            Transition::Terminating => Trigger::Terminating(action.clone()),
            Transition::Launching => Trigger::Launching(action.clone()),
        };
        self.trigger(&action.ec2_instance, trigger);
    }

    fn add_recheck(&mut self, recheck: &Recheck) {
        for ec2_instance in &recheck.ec2_instances {
            let trigger = Trigger::Recheck { purpose: recheck.purpose, at: recheck.at };
            self.trigger(ec2_instance, trigger);
            let deadline = recheck.spot_deadline.map(|end| Trigger::SpotDeadline { end });
            deadline.into_iter().for_each(|deadline| self.trigger(ec2_instance, deadline));
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::signal::{Ec2State, InstanceAction, Purpose};

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

    fn policy() -> Policy {
        Policy { hooks: ["ebb".to_owned()].into(), ..Policy::default() }
    }

    #[test]
    fn rule_9_action_on_a_hook_that_is_not_configured_triggers_nothing() {
        let batch = collect_triggers(&[terminate("other", 0)], &policy());

        assert!(batch.instances.is_empty());
        assert_eq!(batch.ignored, [("i-1".to_owned(), Reason::ForeignHook)]);
    }

    #[test]
    fn events_out_of_order_trigger_the_latest() {
        let forwards = collect_triggers(&[terminate("ebb", 0), terminate("ebb", 9)], &policy());
        let backwards = collect_triggers(&[terminate("ebb", 9), terminate("ebb", 0)], &policy());

        assert_eq!(forwards, backwards);
        assert_eq!(forwards.instances["i-1"].terminating().map(|action| action.at), Some(at(9)));
    }

    #[test]
    fn spot_warning_and_lifecycle_action_for_one_instance_come_together() {
        let warning = Signal::SpotInterruption {
            ec2_instance: "i-1".to_owned(),
            action: InstanceAction::Terminate,
            at: at(5),
        };

        let batch = collect_triggers(&[warning, terminate("ebb", 0)], &policy());

        let triggers = &batch.instances["i-1"];
        let warnings: Vec<_> = triggers.spot_interruptions().collect();
        assert_eq!(warnings, [(at(5), InstanceAction::Terminate)]);
        assert!(triggers.terminating().is_some());
    }

    #[test]
    fn health_event_triggers_every_named_instance() {
        let change = Signal::ScheduledChange {
            ec2_instances: vec!["i-1".to_owned(), "i-2".to_owned()],
            code: "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED".to_owned(),
            starts_at: Some(at(86_400)),
            at: at(0),
        };

        let batch = collect_triggers(&[change], &policy());

        assert!(batch.instances.values().all(|triggers| triggers.scheduled_change().is_some()));
        assert_eq!(batch.instances.len(), 2);
    }

    #[test]
    fn final_state_is_not_undone_by_an_earlier_one_that_comes_late() {
        let state =
            |state| Signal::Ec2InstanceState { ec2_instance: "i-1".to_owned(), state, at: at(0) };

        let signals = [state(Ec2State::Terminated), state(Ec2State::Stopping)];
        let batch = collect_triggers(&signals, &policy());

        assert_eq!(batch.instances["i-1"].ec2_state(), Some(Ec2State::Terminated));
    }

    #[test]
    fn rechecks_keep_their_purposes() {
        let recheck = |purpose| {
            Signal::Recheck(Recheck {
                ec2_instances: vec!["i-1".to_owned()],
                purpose,
                at: at(0),
                spot_deadline: None,
                stops_ahead: std::time::Duration::ZERO,
            })
        };

        let signals = [recheck(Purpose::Settle), recheck(Purpose::Heartbeat)];
        let batch = collect_triggers(&signals, &policy());

        assert_eq!(batch.instances["i-1"].rechecks().count(), 2);
    }
}
