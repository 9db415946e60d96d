//! What holds of the reading of any message body, whoever wrote it. The tests and the fuzz
//! target `signal` both ask this.

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

/// More than any refusal of ours says. A refusal is written to the log and beside the message in the dead-letter queue.
const LONGEST_REFUSAL: usize = 200;

/// Fails where the reading of `body` breaks a promise.
pub fn any_body_is_understood_or_refused(body: &str) {
    let reading = received(body, 0);

    assert_eq!(reading, received(body, 0), "the same body says the same");
    match &reading {
        Ok(reading) => understood(body, reading),
        Err(malformed) => refused(malformed),
    }
    if let Ok(value) = serde_json::from_str::<Value>(body) {
        assert_eq!(reading, received(&value.to_string(), 0), "only what JSON means is read");
        an_sns_envelope_changes_nothing(body, &value, &reading);
    }
}

fn received(body: &str, second: i64) -> Result<ParsedMessage, Malformed> {
    parse_message(body, Timestamp::from_second(second).unwrap_or_default())
}

fn refused(malformed: &Malformed) {
    let text = malformed.to_string();

    assert!(text.len() <= LONGEST_REFUSAL, "{} characters: {text}", text.len());
    is_one_line(&text);
}

fn understood(body: &str, reading: &ParsedMessage) {
    if !reading.time_from_receipt {
        assert_eq!(received(body, 1).as_ref(), Ok(reading), "its own time is its time");
    }
    if let Ok(signal) = &reading.signal {
        names_are_fit_for_a_log(signal);
        is_read_as_it_was_written(signal);
        leads_to_an_answer(signal);
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
        Signal::Recheck(it) => are_ec2_instances(&it.ec2_instances),
        Signal::Sweep { .. } => {}
    }
}

fn are_ec2_instances(ids: &[String]) {
    assert!((1..=2_500).contains(&ids.len()), "a signal says where to look, of a limited number");
    ids.iter().for_each(|id| is_ec2_instance(id));
}

fn is_ec2_instance(id: &str) {
    assert!(id.starts_with("i-") && (3..=34).contains(&id.len()), "{id}");
    assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{id}");
}

/// What a call would name beside its cluster is of the same account, Region and partition.
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

/// Nothing that a sender wrote begins a line of the log, or hides one.
fn is_one_line(text: &str) {
    assert!(!text.contains(log_text::ends_or_hides), "{text:?}");
}

fn is_read_as_it_was_written(signal: &Signal) {
    if let Signal::Recheck(look) = signal {
        let again = received(&look.to_json(), 1).map(|reading| reading.signal);
        assert_eq!(again, Ok(Ok(Signal::Recheck(look.clone()))));
    }
}

/// What is decided of it is decided or asked, and fits a line of the log. The hooks are ours whatever they are called,
/// so that no signal is set aside.
fn leads_to_an_answer(signal: &Signal) {
    let policy = wants_everything(signal);
    let told = collect_triggers([signal, signal], &policy);
    assert!(told.ignored.is_empty(), "{told:?}");
    for (ec2_instance, told) in told.instances {
        for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            for policy in [&Policy { hooks: policy.hooks.clone(), ..Policy::default() }, &policy] {
                match decide(&Observation::new(&ec2_instance, told.clone()), policy, now) {
                    Verdict::Ask(questions) => assert!(!questions.is_empty()),
                    Verdict::Decided(decision) => is_one_line(&decision.to_string()),
                }
            }
        }
    }
}

fn wants_everything(signal: &Signal) -> Policy {
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

/// An SNS topic may stand between Auto Scaling, or a rule, and the queue. Our own messages take no such way, and an
/// envelope in an envelope is not opened.
fn an_sns_envelope_changes_nothing(
    body: &str,
    value: &Value,
    reading: &Result<ParsedMessage, Malformed>,
) {
    if value.get("ebb").is_some() || value["Type"] == "Notification" {
        return;
    }
    let envelope = json!({"Type": "Notification", "Message": body}).to_string();
    assert_eq!(reading, &received(&envelope, 0), "an SNS envelope changes nothing");
}
