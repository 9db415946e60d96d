//! Times in events: RFC 3339 with a fraction of any length, and RFC 1123 in events of AWS Health.
//!
//! Text that cannot be parsed is `None`: samples of the guides have `yyyy-mm-ddThh:mm:ssZ`.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::limits::FRACTION_DIGITS;

/// Parses a time such as `2025-05-12T13:11:44.98Z`.
pub(super) fn rfc3339(text: &str) -> Option<Timestamp> {
    cut_to_nanoseconds(text).parse().ok()
}

/// Parses a time such as `Fri, 3 Jun 2022 05:01:10 GMT`. The name of the day may be wrong.
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
    fn fraction_may_have_any_length() {
        let at = |text| rfc3339(text).unwrap().to_string();

        assert_eq!(at("2025-05-12T13:11:44Z"), "2025-05-12T13:11:44Z");
        assert_eq!(at("2025-05-12T13:11:44.98Z"), "2025-05-12T13:11:44.98Z");
        assert_eq!(at("2025-05-12T13:11:44.123456789987Z"), "2025-05-12T13:11:44.123456789Z");
        assert_eq!(at("2025-05-12T15:11:44.1234567891+02:00"), "2025-05-12T13:11:44.123456789Z");
    }

    #[test]
    fn placeholder_is_no_time() {
        assert_eq!(rfc3339("yyyy-mm-ddThh:mm:ssZ"), None);
        assert_eq!(rfc3339("2025-05-12T13:11:44"), None, "a time without an offset");
        assert_eq!(rfc3339(""), None);
    }

    #[test]
    fn time_of_a_health_event_is_parsed_with_any_name_of_the_day() {
        let at = |text| rfc1123(text).map(|at| at.to_string());

        assert_eq!(at("Fri, 3 Jun 2022 05:01:10 GMT").as_deref(), Some("2022-06-03T05:01:10Z"));
        assert_eq!(at("Mon, 03 Jun 2022 05:01:10 GMT").as_deref(), Some("2022-06-03T05:01:10Z"));
        assert_eq!(at("in a fortnight"), None);
    }
}
