//! Our own delayed message: look at these instances now.
//!
//! Recognised: `{"ebb":"recheck","version":1,"ec2_instances":["i-..."],"purpose":"settle","at":"..."}`, as
//! [`Recheck::to_json`] writes it. A version that is not known is refused: it was written by a newer ebb, and the sweep
//! does what this message was to bring forward.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Parsed;
use super::fields::{Fields, is_ec2_instance};
use super::{Malformed, Purpose, Recheck, Signal};

/// `ebb` of this message.
pub(super) const EBB: &str = "recheck";

const VERSION: i64 = 1;

impl Recheck {
    /// How many EC2 instances one message names at most: a message of a hundred ids is far below its limit of 1 MiB, and
    /// a batch of a hundred is answered by one describe.
    pub const INSTANCES: usize = 100;

    /// The body of the message that [`super::read`] reads back as this look.
    #[must_use]
    pub fn to_json(&self) -> String {
        json!({
            "ebb": EBB,
            "version": VERSION,
            "ec2_instances": self.ec2_instances,
            "purpose": name(self.purpose),
            "at": self.at.to_string(),
        })
        .to_string()
    }
}

/// Reads a look that was meant for `at`.
pub(super) fn parse_recheck(fields: &Fields<'_>, at: Timestamp) -> Result<Parsed, Malformed> {
    if fields.integer("version")? != VERSION {
        return Err(fields.malformed("version", "1"));
    }
    Ok(Ok(Signal::Recheck(Recheck {
        ec2_instances: ec2_instances(fields)?,
        purpose: purpose(fields.text("purpose")?)
            .ok_or_else(|| fields.malformed("purpose", "settle, heartbeat or deadline"))?,
        at,
    })))
}

fn ec2_instances(fields: &Fields<'_>) -> Result<Vec<String>, Malformed> {
    let id = |value: &Value| value.as_str().filter(|text| is_ec2_instance(text)).map(str::to_owned);
    let ids: Option<Vec<String>> = fields.list("ec2_instances").iter().map(id).collect();
    ids.filter(|ids| (1..=Recheck::INSTANCES).contains(&ids.len()))
        .ok_or_else(|| fields.malformed("ec2_instances", "a list of 1 to 100 ids of EC2 instances"))
}

fn name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Settle => "settle",
        Purpose::Heartbeat => "heartbeat",
        Purpose::Deadline => "deadline",
    }
}

fn purpose(text: &str) -> Option<Purpose> {
    let all = [Purpose::Settle, Purpose::Heartbeat, Purpose::Deadline];
    all.into_iter().find(|&purpose| name(purpose) == text)
}

#[cfg(test)]
mod tests {
    use super::super::parse_message;
    use super::*;

    fn look(purpose: Purpose) -> Recheck {
        let at = "2025-05-12T13:11:44.98Z".parse().unwrap();
        Recheck { ec2_instances: vec!["i-abcd1111".into(), "i-abcd2222".into()], purpose, at }
    }

    #[test]
    fn a_look_is_read_as_it_was_written() {
        for purpose in [Purpose::Settle, Purpose::Heartbeat, Purpose::Deadline] {
            let written = look(purpose);

            let reading = parse_message(&written.to_json(), Timestamp::UNIX_EPOCH).unwrap();

            assert_eq!(reading.signal, Ok(Signal::Recheck(written)));
            assert!(!reading.time_from_receipt);
        }
    }

    #[test]
    fn a_look_that_is_not_ours_to_understand_is_refused() {
        let mut wrong = Vec::new();
        for (field, value) in [
            ("ebb", json!("peek")),
            ("version", json!(2)),
            ("ec2_instances", json!([])),
            ("ec2_instances", json!(["i-abcd1111", "ci-1"])),
            ("ec2_instances", json!(vec!["i-abcd1111"; 101])),
            ("purpose", json!("leisure")),
        ] {
            let mut message: Value =
                serde_json::from_str(&look(Purpose::Settle).to_json()).unwrap();
            message[field] = value;
            wrong.push((field, parse_message(&message.to_string(), Timestamp::UNIX_EPOCH)));
        }

        for (named, reading) in wrong {
            assert!(
                matches!(&reading, Err(Malformed::Field { field, .. }) if field == named),
                "{named}: {reading:?}"
            );
        }
    }
}
