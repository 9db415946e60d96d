//! The schedule.
//!
//! Recognised: `Scheduled Event` from `aws.events`, which a rule with a schedule sends, or from `aws.scheduler`; and
//! our own words for it, `{"ebb":"sweep","at":"2025-05-12T13:11:00Z"}`, for a schedule that sends a constant text. A
//! schedule means a minute; what comes some seconds late means that minute still.

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

use super::Parsed;
use super::Signal;

/// `detail-type` of a schedule.
pub(super) const SCHEDULED_EVENT: &str = "Scheduled Event";
/// `ebb` in our own words.
pub(super) const EBB: &str = "sweep";

/// The sweep of the minute in which `at` lies.
pub(super) fn sweep_of_minute(at: Timestamp) -> Parsed {
    let minute = TimestampRound::new().smallest(Unit::Minute).mode(RoundMode::Floor);
    // Only the first minute that a timestamp can hold has no start of its own.
    Ok(Signal::Sweep { at: at.round(minute).unwrap_or(at) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Signal, parse_message};
    use super::*;

    #[test]
    fn a_sweep_belongs_to_the_minute_that_was_meant() {
        let at: Timestamp = "2025-05-12T13:11:59.999Z".parse().unwrap();

        let own = parse_message(r#"{"ebb":"sweep"}"#, at).unwrap();

        assert_eq!(own.signal, Ok(Signal::Sweep { at: "2025-05-12T13:11:00Z".parse().unwrap() }));
        assert!(own.time_from_receipt);
    }

    #[test]
    fn a_schedule_of_either_service_means_a_sweep() {
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
    fn the_first_and_the_last_moment_have_a_sweep() {
        assert!(super::sweep_of_minute(Timestamp::MIN).is_ok());
        assert!(super::sweep_of_minute(Timestamp::MAX).is_ok());
    }
}
