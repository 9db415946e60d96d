//! Claims about the parsing of any message body from any sender. The tests and the fuzz target `signal` check them.

use drain::arn::Location;
use drain::attribute::DrainAttribute;
use drain::decide;
use drain::decision::Verdict;
use drain::log_text;
use drain::observation::Observation;
use drain::policy::{Policy, RebalancePolicy, ScheduledChangePolicy};
use drain::signal::{Malformed, ParsedMessage, Signal, parse_message};
use drain::triggers::collect_triggers;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Upper bound on the characters of an error. ebb writes it to the log and to the message in the dead-letter queue.
const LONGEST_ERROR: usize = 200;

/// Asserts the claims about the parsing of `body`.
pub fn any_body_is_understood_or_refused(body: &str) {
    let parsed = received(body, 0);

    assert_eq!(parsed, received(body, 0), "one body is parsed to one result");
    match &parsed {
        Ok(message) => check_message(body, message),
        Err(malformed) => check_error(malformed),
    }
    if let Ok(value) = serde_json::from_str::<Value>(body) {
        assert_eq!(parsed, received(&value.to_string(), 0), "only the JSON value counts");
        sns_envelope_changes_nothing(body, &value, &parsed);
    }
}

fn received(body: &str, second: i64) -> Result<ParsedMessage, Malformed> {
    parse_message(body, Timestamp::from_second(second).unwrap_or_default())
}

fn check_error(malformed: &Malformed) {
    let text = malformed.to_string();

    assert!(text.len() <= LONGEST_ERROR, "{} characters: {text}", text.len());
    is_one_line(&text);
}

fn check_message(body: &str, message: &ParsedMessage) {
    if !message.time_from_receipt {
        assert_eq!(received(body, 1).as_ref(), Ok(message), "the time of receipt is not used");
    }
    if let Ok(signal) = &message.signal {
        names_are_fit_for_a_log(signal);
        written_recheck_is_parsed_without_loss(signal);
        signal_leads_to_a_decision(signal);
    }
}

fn names_are_fit_for_a_log(signal: &Signal) {
    match signal {
        Signal::LifecycleAction(it) => {
            is_ec2_instance(&it.ec2_instance);
            [&it.group, &it.hook, &it.token].into_iter().for_each(|text| is_name(text));
        }
        Signal::SpotInterruption { ec2_instance, .. }
        | Signal::RebalanceRecommendation { ec2_instance, .. }
        | Signal::Ec2InstanceState { ec2_instance, .. } => is_ec2_instance(ec2_instance),
        Signal::ScheduledChange { ec2_instances, code, .. } => {
            are_ec2_instances(ec2_instances);
            is_name(code);
        }
        Signal::TaskStopped(it) => {
            are_in_one_place(&[&it.cluster, &it.container_instance, &it.task]);
            it.exit_codes.iter().for_each(|(container, _)| is_name(container));
            [&it.group, &it.stopped_reason].into_iter().for_each(|text| is_one_line(text));
        }
        Signal::ContainerInstance(it) => {
            are_in_one_place(&[&it.cluster, &it.container_instance]);
            it.ec2_instance.iter().for_each(|id| is_ec2_instance(id));
            assert!(["ACTIVE", "DRAINING"].contains(&it.status.as_str()), "{it:?}");
            let attribute = it.attribute.as_deref().and_then(DrainAttribute::parse);
            attribute.iter().for_each(|it| is_one_line(&it.to_string()));
        }
        Signal::PlacementFailure(it) => {
            are_in_one_place(&[&it.cluster]);
            is_name(&it.service);
            is_one_line(&it.reason);
        }
        Signal::Recheck(it) => are_ec2_instances(&it.ec2_instances),
        Signal::StopPlan(it) => {
            is_ec2_instance(&it.ec2_instance);
            are_in_one_place(&[&it.cluster, &it.container_instance]);
            it.tasks.iter().for_each(|task| are_in_one_place(&[&it.cluster, task]));
            it.group.iter().for_each(|group| is_name(group));
        }
        Signal::Sweep { .. } => {}
    }
}

fn are_ec2_instances(ids: &[String]) {
    assert!((1..=2_500).contains(&ids.len()), "a signal names a limited number of instances");
    ids.iter().for_each(|id| is_ec2_instance(id));
}

fn is_ec2_instance(id: &str) {
    assert!(id.starts_with("i-") && (3..=34).contains(&id.len()), "{id}");
    assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{id}");
}

/// Asserts that all ARNs are in the account, the Region and the partition of the first one.
fn are_in_one_place(arns: &[&str]) {
    let place = Location::parse(arns[0]);
    assert!(place.is_some_and(|place| arns.iter().all(|arn| place.has(arn))), "{arns:?}");
    assert!(arns.iter().all(|arn| arn.is_ascii() && !arn.contains("..")), "{arns:?}");
    arns.iter().for_each(|arn| is_one_line(arn));
}

fn is_name(text: &str) {
    assert!((1..=255).contains(&text.chars().count()), "{text:?}");
    is_one_line(text);
}

/// Asserts that a text of a sender neither ends nor hides a line of the log.
fn is_one_line(text: &str) {
    assert!(!text.contains(log_text::ends_or_hides), "{text:?}");
}

fn written_recheck_is_parsed_without_loss(signal: &Signal) {
    if let Signal::Recheck(recheck) = signal {
        let again = received(&recheck.to_json(), 1).map(|message| message.signal);
        assert_eq!(again, Ok(Ok(Signal::Recheck(recheck.clone()))));
    }
}

/// Asserts that `decide` asks questions or returns a decision of one line.
///
/// The hook of the signal is configured, so that no signal is ignored.
fn signal_leads_to_a_decision(signal: &Signal) {
    let policy = policy_that_acts_on(signal);
    let batch = collect_triggers([signal, signal], &policy);
    assert!(batch.ignored.is_empty(), "{batch:?}");
    for (ec2_instance, triggers) in batch.instances {
        for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            for policy in [&Policy { hooks: policy.hooks.clone(), ..Policy::default() }, &policy] {
                match decide(&Observation::new(&ec2_instance, triggers.clone()), policy, now) {
                    Verdict::Ask(questions) => assert!(!questions.is_empty()),
                    Verdict::Decided(decision) => is_one_line(&decision.to_string()),
                }
            }
        }
    }
}

fn policy_that_acts_on(signal: &Signal) -> Policy {
    let hook = match signal {
        Signal::LifecycleAction(action) => Some(action.hook.clone()),
        _ => None,
    };
    Policy {
        hooks: hook.iter().cloned().collect(),
        launch_hooks: hook.into_iter().collect(),
        rebalance: RebalancePolicy::Drain,
        scheduled_change: ScheduledChangePolicy::Replace { ahead: std::time::Duration::MAX },
        ..Policy::default()
    }
}

/// Asserts that an SNS envelope around the body changes nothing.
///
/// An SNS topic may stand between Auto Scaling, or a rule, and the queue. Messages of ebb's own never pass one, and an
/// envelope in an envelope is not opened.
fn sns_envelope_changes_nothing(
    body: &str,
    value: &Value,
    parsed: &Result<ParsedMessage, Malformed>,
) {
    if value.get("ebb").is_some() || value["Type"] == "Notification" {
        return;
    }
    let envelope = json!({"Type": "Notification", "Message": body}).to_string();
    assert_eq!(parsed, &received(&envelope, 0), "an SNS envelope changes nothing");
}
