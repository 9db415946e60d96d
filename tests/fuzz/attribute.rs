//! Any text: as the value of the attribute `ebb.drain`, and as the token of a lifecycle action.

#![no_main]

#[path = "../../shared/drain/tests/claims/attribute.rs"]
mod claims;

libfuzzer_sys::fuzz_target!(|text: &str| {
    claims::any_value_is_read_in_full_or_not_at_all(text);
    claims::an_action_of_any_token_can_be_remembered(text);
});
