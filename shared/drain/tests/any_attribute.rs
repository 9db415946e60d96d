//! Any value of the attribute `ebb.drain` is parsed in full or not at all, and any remembered drain fits into one.

use proptest::prelude::*;

#[path = "claims/attribute.rs"]
mod claims;

use claims::{an_action_of_any_token_can_be_remembered, any_value_is_read_in_full_or_not_at_all};

/// Returns one part of a value, valid or nearly so.
fn any_part() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["s", "i", "r", "w", "h", "l", "b", "a", "g", "z", ""]);
    let second = prop_oneof![
        (0..9_999_999_999_i64).prop_map(|second| second.to_string()),
        any::<i64>().prop_map(|second| second.to_string()),
        prop::sample::select(vec!["+7", "007", "-0", "", "1e3"]).prop_map(str::to_owned),
    ];
    let token = prop_oneof!["[a-zA-Z0-9]{0,10}", any::<String>()];
    prop_oneof![
        (key.clone(), second.clone()).prop_map(|(key, second)| format!("/{key}:{second}")),
        (second, token).prop_map(|(second, token)| format!("/a:{second}:{token}")),
        key.prop_map(|key| format!("/{key}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_parsed_in_full_or_not_at_all(text in any::<String>()) {
        any_value_is_read_in_full_or_not_at_all(&text);
    }

    #[test]
    fn any_parts_are_parsed_in_full_or_not_at_all(
        version in prop::sample::select(vec!["1", "2", "", "01"]),
        parts in prop::collection::vec(any_part(), 0..10),
    ) {
        any_value_is_read_in_full_or_not_at_all(&format!("{version}{}", parts.concat()));
    }

    #[test]
    fn action_with_any_token_fits(token in any::<String>()) {
        an_action_of_any_token_can_be_remembered(&token);
    }
}
