//! Times as events write them: RFC 3339 with a fraction of any length, and RFC 1123 in Health events.
//!
//! What cannot be read is `None`: samples of the guides carry `yyyy-mm-ddThh:mm:ssZ`.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// A timestamp holds nanoseconds: what is finer is cut off.
const FRACTION_DIGITS: usize = 9;

/// `2025-05-12T13:11:44.98Z`.
pub(super) fn rfc3339(text: &str) -> Option<Timestamp> {
    cut_to_nanoseconds(text).parse().ok()
}

/// `Fri, 3 Jun 2022 05:01:10 GMT`; the name of the day is not held against the date.
pub(super) fn rfc1123(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

fn cut_to_nanoseconds(text: &str) -> Cow<'_, str> {
    let Some((whole, rest)) = text.split_once('.') else {
        return text.into();
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits <= FRACTION_DIGITS {
        return text.into();
    }
    format!("{whole}.{}{}", &rest[..FRACTION_DIGITS], &rest[digits..]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_may_have_any_length() {
        let at = |text| rfc3339(text).unwrap().to_string();

        assert_eq!(at("2025-05-12T13:11:44Z"), "2025-05-12T13:11:44Z");
        assert_eq!(at("2025-05-12T13:11:44.98Z"), "2025-05-12T13:11:44.98Z");
        assert_eq!(at("2025-05-12T13:11:44.123456789987Z"), "2025-05-12T13:11:44.123456789Z");
        assert_eq!(at("2025-05-12T15:11:44.1234567891+02:00"), "2025-05-12T13:11:44.123456789Z");
    }

    #[test]
    fn a_placeholder_is_no_time() {
        assert_eq!(rfc3339("yyyy-mm-ddThh:mm:ssZ"), None);
        assert_eq!(rfc3339("2025-05-12T13:11:44"), None, "no offset, no moment");
        assert_eq!(rfc3339(""), None);
    }

    #[test]
    fn a_health_event_writes_times_as_mail_does() {
        let at = |text| rfc1123(text).map(|at| at.to_string());

        assert_eq!(at("Fri, 3 Jun 2022 05:01:10 GMT").as_deref(), Some("2022-06-03T05:01:10Z"));
        assert_eq!(at("Mon, 03 Jun 2022 05:01:10 GMT").as_deref(), Some("2022-06-03T05:01:10Z"));
        assert_eq!(at("in a fortnight"), None);
    }
}
