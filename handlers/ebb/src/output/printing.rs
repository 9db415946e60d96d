//! Writes to standard output and standard error. A full disk is an error. A closed pipe ends the output without an
//! error.

use std::io::{ErrorKind, Write};

use crate::exit::Exit;

/// Writes a text to standard output. Returns the exit code of a text that cannot be written, or `None`.
///
/// A pipe that its reader, such as `head`, has closed is no error.
#[must_use]
pub fn print(text: &str) -> Option<Exit> {
    let mut output = anstream::stdout().lock();
    let written = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    match written {
        Ok(()) => None,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Some(Exit::NothingLost),
        Err(error) => {
            complain(&format!("cannot write to standard output: {error}"));
            Some(Exit::Usage)
        }
    }
}

/// Writes a mistake to standard error.
pub fn complain(mistake: &str) {
    report(&format!("ebb: {mistake}\n"));
}

/// Writes a text to standard error. A text that cannot be written is left out, because no other output is left.
pub fn report(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
