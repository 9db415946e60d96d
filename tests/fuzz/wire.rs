//! Any bytes as requests to the simulated AWS.

#![no_main]

#[path = "../../shared/sim/tests/claims/wire.rs"]
mod claims;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    claims::any_requests_are_classified(bytes);
});
