//! Events of the schedule.
//!
//! Recognised: `Scheduled Event` from `aws.events`, which a rule with a schedule sends, or from `aws.scheduler`. Also
//! `{"ebb":"sweep","at":"2025-05-12T13:11:00Z"}`, for a schedule that sends a constant text. A schedule is for a
//! minute, and an event some seconds late is for that minute too.

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

use super::Parsed;
use super::Signal;

/// `detail-type` of an event of a schedule.
pub(super) const SCHEDULED_EVENT: &str = "Scheduled Event";
/// Value of the field `ebb` in a message of ebb's own.
pub(super) const EBB: &str = "sweep";

/// Returns the sweep of the minute in which `at` lies.
pub(super) fn sweep_of_minute(at: Timestamp) -> Parsed {
    let minute = TimestampRound::new().smallest(Unit::Minute).mode(RoundMode::Floor);
    // The first minute that a timestamp can hold has no start.
    Ok(Signal::Sweep { at: at.round(minute).unwrap_or(at) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Signal, parse_message};
    use super::*;

    #[test]
    fn late_sweep_belongs_to_the_minute_of_its_schedule() {
        let at: Timestamp = "2025-05-12T13:11:59.999Z".parse().unwrap();

        let own = parse_message(r#"{"ebb":"sweep"}"#, at).unwrap();

        assert_eq!(own.signal, Ok(Signal::Sweep { at: "2025-05-12T13:11:00Z".parse().unwrap() }));
        assert!(own.time_from_receipt);
    }

    #[test]
    fn schedule_of_either_service_starts_a_sweep() {
        for source in ["aws.events", "aws.scheduler"] {
            let event = json!({
                "source": source, "detail-type": "Scheduled Event",
                "time": "2025-05-12T13:11:02Z", "detail": {},
            });

            let sweep = parse_message(&event.to_string(), Timestamp::UNIX_EPOCH).unwrap();

            let at = "2025-05-12T13:11:00Z".parse().unwrap();
            assert_eq!(sweep.signal, Ok(Signal::Sweep { at }), "{source}");
        }
    }

    #[test]
    fn first_and_last_timestamp_have_a_sweep() {
        assert!(super::sweep_of_minute(Timestamp::MIN).is_ok());
        assert!(super::sweep_of_minute(Timestamp::MAX).is_ok());
    }
}
