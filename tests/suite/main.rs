//! The whole program against the simulated AWS: the handlers' own code, the real SDK, virtual time.

mod bad_input;
mod determinism;
mod figures;
mod peers;
mod recorded;
mod tidy;
mod transcripts;
mod world;
