//! A load balancer in front of workers' pages, and clients that send one request after the other.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use tests::running::pause;

/// Number of requests in flight at once.
const CLIENTS: usize = 6;

/// Interval of the health check, 20 ms.
const HEALTH_CHECK: Duration = Duration::from_millis(20);

/// Load balancer that sends every request to the target that got the fewest requests.
pub struct Balancer {
    traffic: Arc<Traffic>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Traffic {
    targets: Mutex<Vec<Target>>,
    /// Answers to the requests, or their errors.
    answers: Mutex<Vec<Result<(), String>>>,
    ended: AtomicBool,
}

struct Target {
    address: SocketAddr,
    gets_new: bool,
    sent: usize,
    in_flight: usize,
}

impl Balancer {
    /// Returns a balancer without a health check. The test deregisters the targets, as ECS does.
    pub fn without_health_check() -> Self {
        let traffic = Arc::new(Traffic::default());
        let client = || {
            let traffic = Arc::clone(&traffic);
            std::thread::spawn(move || traffic.run_client())
        };
        let threads = (0..CLIENTS).map(|_| client()).collect();
        Self { traffic, threads }
    }

    /// Returns a balancer that deregisters a target as soon as its health check fails.
    pub fn with_health_check() -> Self {
        let mut balancer = Self::without_health_check();
        let traffic = Arc::clone(&balancer.traffic);
        balancer.threads.push(std::thread::spawn(move || traffic.check_health()));
        balancer
    }

    /// Sends requests to a target from now on.
    pub fn register(&self, address: SocketAddr) {
        let target = Target { address, gets_new: true, sent: 0, in_flight: 0 };
        self.traffic.targets().push(target);
    }

    /// Sends no new requests to a target from now on. Returns the number of requests in flight to the target.
    pub fn deregister(&self, address: SocketAddr) -> usize {
        self.traffic.deregister(address)
    }

    /// Waits until a target has got this number of requests.
    pub fn wait_for(&self, address: SocketAddr, requests: usize) {
        let sent = || {
            let targets = self.traffic.targets();
            targets.iter().find(|target| target.address == address).map_or(0, |target| target.sent)
        };
        while sent() < requests {
            pause(Duration::from_millis(5));
        }
    }

    /// Ends the clients. Returns the number of requests that were answered in full, and the errors of the others.
    pub fn end(self) -> (usize, Vec<String>) {
        self.traffic.ended.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
        let answers = std::mem::take(&mut *self.traffic.answers.lock().unwrap());
        let all = answers.len();
        let failed: Vec<String> = answers.into_iter().filter_map(Result::err).collect();
        (all - failed.len(), failed)
    }
}

impl Traffic {
    fn targets(&self) -> MutexGuard<'_, Vec<Target>> {
        self.targets.lock().unwrap()
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    fn deregister(&self, address: SocketAddr) -> usize {
        let mut targets = self.targets();
        let target = targets.iter_mut().find(|target| target.address == address).unwrap();
        target.gets_new = false;
        target.in_flight
    }

    fn run_client(&self) {
        while !self.has_ended() {
            let Some(address) = self.next_target() else {
                pause(Duration::from_millis(1));
                continue;
            };
            let answer = metrics(address).map_err(|why| format!("{address}: {why}"));
            self.answers.lock().unwrap().push(answer);
            let mut targets = self.targets();
            let target = targets.iter_mut().find(|target| target.address == address).unwrap();
            target.in_flight -= 1;
        }
    }

    /// Returns the target of the next request: the target that got the fewest requests.
    fn next_target(&self) -> Option<SocketAddr> {
        let mut targets = self.targets();
        let healthy = targets.iter_mut().filter(|target| target.gets_new);
        let target = healthy.min_by_key(|target| target.sent)?;
        target.sent += 1;
        target.in_flight += 1;
        Some(target.address)
    }

    fn check_health(&self) {
        while !self.has_ended() {
            let addresses: Vec<SocketAddr> = self.registered();
            for address in addresses {
                if !get(address, "/health").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200 "))
                {
                    self.deregister(address);
                }
            }
            pause(HEALTH_CHECK);
        }
    }

    fn registered(&self) -> Vec<SocketAddr> {
        let targets = self.targets();
        targets.iter().filter(|target| target.gets_new).map(|target| target.address).collect()
    }
}

/// Requests all metrics. Their last line marks the end.
fn metrics(address: SocketAddr) -> Result<(), String> {
    let answer = get(address, "/metrics").map_err(|error| error.to_string())?;
    let is_whole = answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("# EOF\n");
    if is_whole { Ok(()) } else { Err(format!("answered {answer:?}")) }
}

fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
