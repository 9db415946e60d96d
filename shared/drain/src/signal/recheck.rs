//! Rechecks: delayed messages of ebb's own.
//!
//! Recognised: `{"ebb":"recheck","version":1,"ec2_instances":["i-..."],"purpose":"settle","at":"..."}`, as
//! [`Recheck::to_json`] writes it, with `"spot_deadline":"..."` during a Spot warning and `"stops_ahead":31` where many instances
//! have a deadline at once. An unknown version is malformed: a newer ebb wrote it, and the sweep checks its instances anyway.
//!
//! Rule 16. The recheck carries the deadline of a Spot warning, because `ebb.drain` cannot always be written.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Parsed;
use super::fields::{Fields, is_ec2_instance};
use super::{Malformed, Purpose, Recheck, Signal};
use crate::limits::{INSTANCES_IN_A_RECHECK, LONGEST_STOPS_AHEAD};

/// Value of the field `ebb` in this message.
pub(super) const EBB: &str = "recheck";

const VERSION: i64 = 1;

impl Recheck {
    /// Returns the body of the message. [`super::parse_message`] parses it back to this recheck.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut message = json!({
            "ebb": EBB,
            "version": VERSION,
            "ec2_instances": self.ec2_instances,
            "purpose": purpose_word(self.purpose),
            "at": self.at.to_string(),
        });
        if let Some(end) = self.spot_deadline {
            message["spot_deadline"] = json!(end.to_string());
        }
        if !self.stops_ahead.is_zero() {
            message["stops_ahead"] = json!(self.stops_ahead.as_secs());
        }
        message.to_string()
    }
}

/// Parses a recheck that was planned for `at`.
pub(super) fn parse_recheck(fields: &Fields<'_>, at: Timestamp) -> Result<Parsed, Malformed> {
    if fields.integer("version")? != VERSION {
        return Err(fields.malformed("version", "1"));
    }
    Ok(Ok(Signal::Recheck(Recheck {
        ec2_instances: ec2_instances(fields)?,
        purpose: parse_purpose(fields.text("purpose")?)
            .ok_or_else(|| fields.malformed("purpose", "settle, heartbeat or deadline"))?,
        at,
        spot_deadline: spot_deadline(fields)?,
        stops_ahead: stops_ahead(fields)?,
    })))
}

fn spot_deadline(fields: &Fields<'_>) -> Result<Option<Timestamp>, Malformed> {
    let Some(text) = fields.optional_text("spot_deadline") else { return Ok(None) };
    text.parse().map(Some).map_err(|_| fields.malformed("spot_deadline", "a time in UTC"))
}

/// Returns the time in `stops_ahead`, which is in whole seconds.
fn stops_ahead(fields: &Fields<'_>) -> Result<Duration, Malformed> {
    if !fields.has("stops_ahead") {
        return Ok(Duration::ZERO);
    }
    let seconds = u64::try_from(fields.integer("stops_ahead")?).ok();
    let ahead = seconds.map(Duration::from_secs).filter(|ahead| *ahead <= LONGEST_STOPS_AHEAD);
    ahead.ok_or_else(|| fields.malformed("stops_ahead", "a number of seconds"))
}

fn ec2_instances(fields: &Fields<'_>) -> Result<Vec<String>, Malformed> {
    let id = |value: &Value| value.as_str().filter(|text| is_ec2_instance(text)).map(str::to_owned);
    let ids: Option<Vec<String>> = fields.list("ec2_instances").iter().map(id).collect();
    ids.filter(|ids| (1..=INSTANCES_IN_A_RECHECK).contains(&ids.len()))
        .ok_or_else(|| fields.malformed("ec2_instances", "a list of 1 to 100 ids of EC2 instances"))
}

fn purpose_word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Settle => "settle",
        Purpose::Heartbeat => "heartbeat",
        Purpose::Deadline => "deadline",
    }
}

fn parse_purpose(text: &str) -> Option<Purpose> {
    let all = [Purpose::Settle, Purpose::Heartbeat, Purpose::Deadline];
    all.into_iter().find(|&purpose| purpose_word(purpose) == text)
}

#[cfg(test)]
mod tests {
    use super::super::parse_message;
    use super::*;

    fn recheck(purpose: Purpose) -> Recheck {
        let at = "2025-05-12T13:11:44.98Z".parse().unwrap();
        let ec2_instances = vec!["i-abcd1111".into(), "i-abcd2222".into()];
        Recheck { ec2_instances, purpose, at, spot_deadline: None, stops_ahead: Duration::ZERO }
    }

    #[test]
    fn written_recheck_is_parsed_without_loss() {
        for purpose in [Purpose::Settle, Purpose::Heartbeat, Purpose::Deadline] {
            let spot_deadline = (purpose == Purpose::Deadline).then_some(Timestamp::MAX);
            let stops_ahead = Duration::from_secs(spot_deadline.map_or(0, |_| 31));
            let written = Recheck { spot_deadline, stops_ahead, ..recheck(purpose) };

            let parsed = parse_message(&written.to_json(), Timestamp::UNIX_EPOCH).unwrap();

            assert_eq!(parsed.signal, Ok(Signal::Recheck(written)));
            assert!(!parsed.time_from_receipt);
        }
    }

    #[test]
    fn recheck_with_a_wrong_field_is_malformed() {
        let mut wrong = Vec::new();
        for (field, value) in [
            ("ebb", json!("peek")),
            ("version", json!(2)),
            ("ec2_instances", json!([])),
            ("ec2_instances", json!(["i-abcd1111", "ci-1"])),
            ("ec2_instances", json!(vec!["i-abcd1111"; 101])),
            ("purpose", json!("leisure")),
            ("spot_deadline", json!("soon")),
            ("stops_ahead", json!(-1)),
            ("stops_ahead", json!(3601)),
        ] {
            let mut message: Value =
                serde_json::from_str(&recheck(Purpose::Settle).to_json()).unwrap();
            message[field] = value;
            wrong.push((field, parse_message(&message.to_string(), Timestamp::UNIX_EPOCH)));
        }

        for (named, parsed) in wrong {
            assert!(
                matches!(&parsed, Err(Malformed::Field { field, .. }) if field == named),
                "{named}: {parsed:?}"
            );
        }
    }
}
