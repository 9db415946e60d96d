//! `ebb`, the command line: it replays events and scenarios against a simulated AWS, serves that AWS over HTTP, with no
//! account, and is a worker where no Lambda functions are wanted.

pub mod address;
mod command;
pub mod exit;
pub mod invariants;
pub mod play;
pub mod replay;
pub mod sim;
pub mod simulate;
mod termination;
pub mod worker;

use std::ffi::OsString;

use clap::Parser;

use command::Ebb;
pub use exit::Exit;

/// Runs one command line, prints what it has to say, and tells how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    match Ebb::try_parse_from(arguments) {
        Ok(ebb) => ebb.run(),
        Err(error) => usage(&error),
    }
}

/// Help and version are what was asked for; everything else is a mistake in the command line.
fn usage(error: &clap::Error) -> Exit {
    let asked_for = !error.use_stderr();
    let printed = error.print();
    if asked_for && printed.is_ok() { Exit::NothingLost } else { Exit::Usage }
}
