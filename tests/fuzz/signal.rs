//! Any bytes as the body of a message.

#![no_main]

#[path = "../../shared/drain/tests/claims/signal.rs"]
mod claims;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    claims::any_body_is_understood_or_refused(&String::from_utf8_lossy(bytes));
});
