//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    ebb::run(std::env::args_os()).into()
}
