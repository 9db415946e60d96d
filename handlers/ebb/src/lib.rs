//! `ebb`, the command line: it replays events and scenarios against a simulated AWS, and serves that AWS over HTTP, with
//! no account.

mod command;
pub mod exit;
pub mod replay;
pub mod sim;

use std::ffi::OsString;

use clap::Parser;

use command::{Command, Ebb};
pub use exit::Exit;

/// Runs one command line, prints what it has to say, and tells how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let ebb = match Ebb::try_parse_from(arguments) {
        Ok(ebb) => ebb,
        Err(error) => return usage(&error),
    };
    match ebb.command {
        Command::Replay(arguments) => command::replay(&arguments),
        Command::Sim(arguments) => sim::command(&arguments),
    }
}

/// Help and version are what was asked for; everything else is a mistake in the command line.
fn usage(error: &clap::Error) -> Exit {
    let asked_for = !error.use_stderr();
    let printed = error.print();
    if asked_for && printed.is_ok() { Exit::NothingLost } else { Exit::Usage }
}
