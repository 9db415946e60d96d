//! A server on a separate thread, which ends with the test.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

/// A running server. It ends when the value is dropped.
#[derive(Debug)]
pub struct Serving {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Function that gets the address as soon as the server accepts calls.
pub type Listening = Box<dyn FnOnce(SocketAddr)>;
/// Receiver that completes when the server has to end.
pub type Ended = oneshot::Receiver<()>;

impl Serving {
    /// Starts a server, and waits until it accepts calls.
    pub fn start(serve: impl FnOnce(Listening, Ended) + Send + 'static) -> Self {
        let ((tell, told), (end, ended)) = (mpsc::channel(), oneshot::channel());
        let thread = std::thread::spawn(move || {
            serve(Box::new(move |address| tell.send(address).unwrap()), ended);
        });
        let address = told.recv().expect("the server is there");
        Self { address, end: Some(end), thread: Some(thread) }
    }

    /// Starts a server as `start` does, on a separate runtime of the thread.
    pub fn on_runtime<F: Future<Output = ()>>(
        serve: impl FnOnce(Listening, Ended) -> F + Send + 'static,
    ) -> Self {
        Self::start(|listening, ended| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(serve(listening, ended));
        })
    }

    /// Returns the address at which the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the server's endpoint.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.end.take());
        let ended = self.thread.take().is_none_or(|thread| thread.join().is_ok());
        assert!(ended || std::thread::panicking(), "the server did not end well");
    }
}
