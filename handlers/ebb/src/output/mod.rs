//! Output of the command line: timelines, transcripts, comparisons, and reports of simulations.

pub mod bench;
mod comparison;
mod losses;
mod managed_draining;
mod names;
mod operations;
pub mod printing;
#[cfg(feature = "operations")]
pub mod recycle_bench;
mod repeats;
pub mod report;
pub mod timeline;
pub mod transcript;
mod triggers;

use replay::Responder;

/// Returns the words for a responder in a sentence or a heading.
fn responder_in_words(responder: Responder) -> &'static str {
    match responder {
        Responder::Ebb => "ebb",
        Responder::Managed => "managed draining",
        Responder::None => "no responder",
    }
}
