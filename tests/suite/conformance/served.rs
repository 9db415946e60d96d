//! A world that `ebb sim` serves, on a thread of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;

use ebb::sim::Served as What;
use tokio::sync::oneshot;

/// A served world; it ends with the value.
pub(super) struct Served {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// Serves a scenario on any port that is free.
    pub(super) fn start(scenario: &Path, speed: u32) -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let what = What {
            scenario: Some(scenario.to_owned()),
            listen,
            speed,
            seed: None,
            start: sim::world::START,
        };
        let ((told, address), (end, ended)) = (mpsc::channel(), oneshot::channel());
        let thread = std::thread::spawn(move || {
            let listening = move |address| told.send(address).expect("the test waits for it");
            let ended = async || drop(ended.await);
            ebb::sim::serve(&what, listening, ended).unwrap_or_else(|error| panic!("{error}"));
        });
        let address = address.recv().expect("the server is there");
        Self { address, end: Some(end), thread: Some(thread) }
    }

    /// Its endpoint.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.end.take());
        let ended = self.thread.take().is_none_or(|thread| thread.join().is_ok());
        assert!(ended || std::thread::panicking(), "the server did not end well");
    }
}
