//! `ebb worker` as a process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use tests::running::Running;
use tests::served::Served;

/// Worker process that has started.
pub struct WorkerProcess {
    running: Running,
    pages: SocketAddr,
    log: Arc<Mutex<Vec<Value>>>,
}

/// Returns the command line of a worker, without the test's own environment.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ebb"));
    let variables = std::env::vars().map(|(name, _)| name);
    for name in variables.filter(|name| name.starts_with("AWS_") || name.starts_with("EBB_")) {
        command.env_remove(name);
    }
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", "/nowhere");
    command.arg("worker").args(["--listen", "127.0.0.1:0"]).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl WorkerProcess {
    /// Starts a worker for a served world, with the world's clock.
    pub fn start(served: &Served) -> Self {
        let speed = served.speed.to_string();
        Self::at(served.address, &["--speed", &speed, "--queue-prefix", ""])
    }

    /// Starts a worker for a served world, with further environment variables.
    pub fn start_with(served: &Served, variables: &[(&str, &str)]) -> Self {
        let (speed, url) = (served.speed.to_string(), format!("http://{}", served.address));
        let there = ["--endpoint-url", &url, "--region", "eu-west-1", "--speed", &speed];
        let keys = ["--access-key-id", "any", "--secret-access-key", "any"];
        let mut command = command(&[&there[..], &keys, &["--queue-prefix", ""]].concat());
        Self::spawned(command.envs(variables.iter().copied()))
    }

    /// Starts a worker for the AWS at an address.
    pub fn at(address: SocketAddr, more: &[&str]) -> Self {
        let keys = ["--access-key-id", "any", "--secret-access-key", "any"];
        Self::without_keys(address, &[&keys, more].concat())
    }

    /// Starts a worker without credentials.
    pub fn without_keys(address: SocketAddr, more: &[&str]) -> Self {
        let url = format!("http://{address}");
        let there = ["--endpoint-url", &url, "--region", "eu-west-1"];
        Self::spawned(command(&there).args(more))
    }

    fn spawned(command: &mut Command) -> Self {
        let mut running = Running(command.spawn().unwrap());
        let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap_or_else(|| panic!("{}", stderr(&mut running))).unwrap();
        let first: Value = serde_json::from_str(&first).unwrap();
        let pages = first["address"].as_str().unwrap_or_else(|| panic!("{first}")).parse().unwrap();
        let log = Arc::new(Mutex::new(vec![first]));
        let received = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                received.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        Self { running, pages, log }
    }

    /// Returns the address of the worker's pages.
    pub fn address(&self) -> SocketAddr {
        self.pages
    }

    /// Requests a page. Returns its status and text, or `None` if the worker no longer listens.
    pub fn page(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(self.pages).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, text) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, text.to_owned()))
    }

    /// Returns the value of a counter, summed over all feeds.
    pub fn counter(&self, name: &str) -> u64 {
        let (_, text) = self.page("/metrics").unwrap();
        let lines = text.lines().filter(|line| line.starts_with(&format!("{name}_total{{")));
        lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
    }

    /// Returns the worker's resident memory in KiB.
    #[cfg(target_os = "linux")]
    pub fn resident(&self) -> u64 {
        self.running.resident()
    }

    /// Returns the lines that the worker has logged on this level.
    pub fn logged(&self, level: &str) -> Vec<String> {
        let log = self.log.lock().unwrap();
        log.iter().filter(|line| line["level"] == level).map(Value::to_string).collect()
    }

    /// Sends a signal, such as `-TERM`.
    pub fn signal(&self, signal: &str) {
        self.running.signal(signal);
    }

    /// Waits for the end of the worker.
    pub fn wait(&mut self) -> ExitStatus {
        self.running.0.wait().unwrap()
    }
}

fn stderr(running: &mut Running) -> String {
    let mut text = String::new();
    running.0.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    text
}
