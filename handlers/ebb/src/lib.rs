//! `ebb`, the command line.
//!
//! This crate replays events and scenarios against a simulated AWS, runs random worlds, and serves that AWS over HTTP. `ebb
//! worker` is used instead of Lambda functions. `ebb recycle`, `ebb restart` and `ebb operations` change services.
//! `ebb notify` tests the channels of notifications.

mod access;
pub mod address;
mod command;
pub mod exit;
mod notification_test;
#[cfg(feature = "operations")]
mod operation;
pub mod output;
pub mod sim;
mod termination;
pub mod worker;

use std::ffi::OsString;

use clap::Parser;

use command::Ebb;
pub use exit::Exit;

/// Runs one command line and prints its output.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    match Ebb::try_parse_from(arguments) {
        Ok(ebb) => ebb.run(),
        Err(error) => print_usage(&error),
    }
}

/// Prints help, the version, or a mistake in the command line. Only a mistake is an error.
fn print_usage(error: &clap::Error) -> Exit {
    if error.use_stderr() {
        // If the message cannot be written, no other output is left.
        let _ = error.print();
        return Exit::Usage;
    }
    output::printing::print(&error.render().ansi().to_string()).unwrap_or(Exit::NothingLost)
}
