//! A world that is served to other processes, many times as fast as the clock, and whose history the test reads.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};
use sim::World;
use sim::account::Summary;
use sim::aws::{Aws, Past};
use sim::deployment::Deployment;
use sim::history::{Entry, Fact};
use sim::scenario::Scenario;
use sim::serve::Server;
use tokio::sync::oneshot;

use crate::running::pause;

const TEMPLATE: &str = include_str!("../../../../infra/template.yaml");

/// A world at an address.
pub struct Served {
    pub aws: Aws,
    pub address: SocketAddr,
    pub speed: u32,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// The world of a scenario with the queues, rules and schedules of the template, without its functions.
    pub fn playing(scenario: &Scenario, speed: u32) -> Self {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self::playing_at(anywhere, scenario, speed)
    }

    /// As `playing`, at this address.
    pub fn playing_at(at: SocketAddr, scenario: &Scenario, speed: u32) -> Self {
        let mut world = World::new(scenario.seed, scenario.switches.clone());
        let deployed = Deployment::of_template(TEMPLATE, &BTreeMap::new()).unwrap();
        let queues = Deployment { functions: Vec::new(), mappings: Vec::new(), ..deployed };
        world.deploy(queues).unwrap();
        world.play(scenario).unwrap();
        let (tell, told) = mpsc::channel();
        let (end, ended) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let aws = Aws::at_speed(world, speed, Past::Kept);
                let server = Server::bind(aws.clone(), at).await.unwrap();
                tell.send((aws, server.address().unwrap())).unwrap();
                server.run(async { drop(ended.await) }).await;
            });
        });
        let (aws, address) = told.recv().unwrap();
        Self { aws, address, speed, end: Some(end), thread: Some(thread) }
    }

    /// Waits, for so much time of the world at most.
    pub fn wait_for(&self, limit: Duration, what: &str, is_there: impl Fn(&[Entry]) -> bool) {
        let end = self.aws.world(|world| world.elapsed()) + limit;
        while !self.aws.world(|world| is_there(world.history())) {
            let now = self.aws.world(|world| world.elapsed());
            assert!(now < end, "{what}: not within {limit:?} of the world's time\n{}", self.told());
            pause(Duration::from_millis(50));
        }
    }

    /// How many messages a queue holds, in flight or not.
    pub fn waiting(&self, queue: &str) -> u64 {
        let attributes = self.sqs("GetQueueAttributes", queue, json!({"AttributeNames": ["All"]}));
        let number =
            |name: &str| attributes["Attributes"][name].as_str().unwrap().parse::<u64>().unwrap();
        ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
            .map(number)
            .iter()
            .sum()
    }

    fn sqs(&self, operation: &str, queue: &str, mut input: Value) -> Value {
        input["QueueUrl"] =
            format!("https://sqs.eu-west-1.amazonaws.com/111122223333/{queue}").into();
        let body = input.to_string();
        let target =
            format!("x-amz-target: AmazonSQS.{operation}\r\ncontent-length: {}", body.len());
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{target}\r\n\r\n{body}")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, text) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(text).unwrap()
    }

    /// What came of it so far.
    pub fn summary(&self) -> Summary {
        self.aws.world(|world| Summary::of(world.history(), Duration::ZERO, "sweep"))
    }

    /// Everything that happened so far.
    pub fn history(&self) -> Vec<Entry> {
        self.aws.world(|world| world.history().to_vec())
    }

    /// The end of the history, for a test that fails.
    fn told(&self) -> String {
        let history = self.history();
        let told = history.iter().filter(|entry| !matches!(entry.fact, Fact::Call { .. }));
        let lines: Vec<String> = told.map(|entry| format!("{entry:?}")).collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
