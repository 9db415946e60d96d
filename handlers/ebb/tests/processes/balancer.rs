//! A load balancer in front of workers' pages, and clients that ask for one after the other without a pause.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use tests::running::pause;

/// How many requests are in flight at once.
const CLIENTS: usize = 6;

/// How often a balancer that checks health does so.
const HEALTH_CHECK: Duration = Duration::from_millis(20);

/// Sends every request to the next of its targets.
pub struct Balancer {
    carried: Arc<Carried>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Carried {
    targets: Mutex<Vec<Target>>,
    /// What became of the requests: nothing, or what went wrong.
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
    /// One that is told which targets there are, as ECS tells a load balancer.
    pub fn told() -> Self {
        let carried = Arc::new(Carried::default());
        let client = || {
            let carried = Arc::clone(&carried);
            std::thread::spawn(move || carried.clients())
        };
        let threads = (0..CLIENTS).map(|_| client()).collect();
        Self { carried, threads }
    }

    /// One that finds out by itself which of its targets are to get no more.
    pub fn checking_health() -> Self {
        let mut balancer = Self::told();
        let carried = Arc::clone(&balancer.carried);
        balancer.threads.push(std::thread::spawn(move || carried.check_health()));
        balancer
    }

    /// A target gets requests from now on.
    pub fn register(&self, address: SocketAddr) {
        let target = Target { address, gets_new: true, sent: 0, in_flight: 0 };
        self.carried.targets().push(target);
    }

    /// A target gets no new requests from now on. Returns how many are in flight to it.
    pub fn deregister(&self, address: SocketAddr) -> usize {
        self.carried.deregister(address)
    }

    /// Waits until a target got so many requests.
    pub fn wait_for(&self, address: SocketAddr, requests: usize) {
        let sent = || {
            let targets = self.carried.targets();
            targets.iter().find(|target| target.address == address).map_or(0, |target| target.sent)
        };
        while sent() < requests {
            pause(Duration::from_millis(5));
        }
    }

    /// Waits for what is in flight. Returns how many requests were answered in full, and what went wrong with the others.
    pub fn ended(self) -> (usize, Vec<String>) {
        self.carried.ended.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
        let answers = std::mem::take(&mut *self.carried.answers.lock().unwrap());
        let all = answers.len();
        let failed: Vec<String> = answers.into_iter().filter_map(Result::err).collect();
        (all - failed.len(), failed)
    }
}

impl Carried {
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

    fn clients(&self) {
        while !self.has_ended() {
            let Some(address) = self.send() else {
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

    /// The target of the next request: the one that got the fewest.
    fn send(&self) -> Option<SocketAddr> {
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
                if !asked(address, "/health").is_ok_and(|said| said.starts_with("HTTP/1.1 200 ")) {
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

/// Asks for all metrics; their format ends with a line that says so.
fn metrics(address: SocketAddr) -> Result<(), String> {
    let said = asked(address, "/metrics").map_err(|error| error.to_string())?;
    let is_whole = said.starts_with("HTTP/1.1 200 ") && said.ends_with("# EOF\n");
    if is_whole { Ok(()) } else { Err(format!("answered {said:?}")) }
}

fn asked(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
