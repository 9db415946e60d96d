//! A world that `ebb sim` serves on a separate thread.

use std::net::SocketAddr;
use std::path::Path;

use ebb::sim::SimOptions;
use tests::serving::Serving;

/// Serves a scenario on any free port.
pub(crate) fn serve(scenario: &Path, speed: u32) -> Serving {
    let options = SimOptions {
        scenario: Some(scenario.to_owned()),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        speed,
        seed: None,
        start: sim::world::START,
    };
    Serving::start(move |listening, ended| {
        let ended = async || drop(ended.await);
        ebb::sim::serve(&options, listening, ended).unwrap_or_else(|error| panic!("{error}"));
    })
}
