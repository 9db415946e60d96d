//! A world that other processes use over HTTP, many times as fast as the clock. The test reads its history.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use sim::World;
use sim::account::Summary;
use sim::aws::{Aws, Past};
use sim::deployment::Deployment;
use sim::history::{Entry, Fact};
use sim::scenario::Scenario;
use sim::server::Server;
use sim::world::START;

use crate::running::pause;
use crate::serving::Serving;

/// Template of the deployment.
const TEMPLATE: &str = include_str!("../infra/template.yaml");

/// Template of the stack of operations on services.
const OPERATIONS: &str = include_str!("../infra/operations.yaml");

/// A world at an address.
#[derive(Debug)]
pub struct Served {
    /// The world.
    pub aws: Aws,
    /// The address of its server.
    pub address: SocketAddr,
    /// Seconds of the world in a second of the machine's clock.
    pub speed: u32,
    _serving: Serving,
}

impl Served {
    /// Serves the world of a scenario with the queues, rules and schedules of the template, but not its functions.
    pub fn playing(scenario: &Scenario, speed: u32) -> Self {
        Self::playing_at(anywhere(), scenario, speed)
    }

    /// Serves a world as `playing` does, at this address.
    pub fn playing_at(at: SocketAddr, scenario: &Scenario, speed: u32) -> Self {
        Self::serving(world(scenario, START), at, speed)
    }

    /// Serves a world as `playing` does, with the queues and the schedule of the stack of operations.
    pub fn with_operations(scenario: &Scenario, speed: u32) -> Self {
        Self::serving(world_with_operations(scenario, START), anywhere(), speed)
    }

    /// Serves a world as `with_operations` does, with the present time as its start.
    #[allow(clippy::disallowed_methods, reason = "processes run on the operating system's clock")]
    pub fn with_operations_from_now(scenario: &Scenario, speed: u32) -> Self {
        Self::serving(world_with_operations(scenario, Timestamp::now()), anywhere(), speed)
    }

    /// Serves a world as `playing` does, with the present time as its start. Callers can then use the clock of the
    /// machine.
    #[allow(clippy::disallowed_methods, reason = "processes run on the operating system's clock")]
    pub fn playing_from_now(scenario: &Scenario, speed: u32) -> Self {
        Self::serving(world(scenario, Timestamp::now()), anywhere(), speed)
    }

    fn serving(world: World, at: SocketAddr, speed: u32) -> Self {
        let (tell, told) = mpsc::channel();
        let serving = Serving::on_runtime(move |listening, ended| async move {
            let aws = Aws::at_speed(world, speed, Past::Kept);
            let server = Server::bind(aws.clone(), at).await.unwrap();
            tell.send(aws).unwrap();
            listening(server.address().unwrap());
            server.run(async { drop(ended.await) }).await;
        });
        let aws = told.recv().unwrap();
        Self { aws, address: serving.address(), speed, _serving: serving }
    }

    /// Returns the world's endpoint.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the condition is true. Panics after `limit`, in time of the world.
    pub fn wait_for(&self, limit: Duration, what: &str, is_there: impl Fn(&[Entry]) -> bool) {
        let end = self.aws.world(|world| world.elapsed()) + limit;
        while !self.aws.world(|world| is_there(world.history())) {
            let now = self.aws.world(|world| world.elapsed());
            assert!(now < end, "{what}: not within {limit:?} of the world's time\n{}", self.told());
            pause(Duration::from_millis(50));
        }
    }

    /// Returns the number of messages in a queue, in flight or not.
    pub fn waiting(&self, queue: &str) -> u64 {
        let attributes = self.sqs("GetQueueAttributes", queue, json!({"AttributeNames": ["All"]}));
        let number =
            |name: &str| attributes["Attributes"][name].as_str().unwrap().parse::<u64>().unwrap();
        ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
            .map(number)
            .iter()
            .sum()
    }

    /// Calls an operation of SQS on a queue.
    pub fn sqs(&self, operation: &str, queue: &str, mut input: Value) -> Value {
        input["QueueUrl"] = sim::queue_url(queue).into();
        self.call(&format!("AmazonSQS.{operation}"), input)
    }

    /// Calls an operation of a service that speaks awsJson, by its `X-Amz-Target`.
    pub fn call(&self, target: &str, input: Value) -> Value {
        let body = input.to_string();
        let target = format!("x-amz-target: {target}\r\ncontent-length: {}", body.len());
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{target}\r\n\r\n{body}")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, text) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(text).unwrap()
    }

    /// Returns the figures of the world so far.
    pub fn summary(&self) -> Summary {
        self.aws.world(|world| Summary::from_history(world.history(), Duration::ZERO, "sweep"))
    }

    /// Returns everything that happened so far.
    pub fn history(&self) -> Vec<Entry> {
        self.aws.world(|world| world.history().to_vec())
    }

    /// Returns the end of the history, for a test that fails.
    pub(crate) fn told(&self) -> String {
        let history = self.history();
        let told = history.iter().filter(|entry| !matches!(entry.fact, Fact::Call { .. }));
        let lines: Vec<String> = told.map(|entry| format!("{entry:?}")).collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

/// Parses a scenario that a test contains.
pub fn written(text: &str) -> Scenario {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

fn anywhere() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// Returns the template's stack with these parameters.
pub(crate) fn deployment(parameters: &[(&str, &str)]) -> Deployment {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Deployment::of_template(TEMPLATE, &parameters.iter().map(owned).collect()).unwrap()
}

/// Returns the stack of operations with these parameters.
pub fn operations(parameters: &[(&str, &str)]) -> Deployment {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Deployment::of_template(OPERATIONS, &parameters.iter().map(owned).collect()).unwrap()
}

fn world_with_operations(scenario: &Scenario, start: Timestamp) -> World {
    let mut world = world(scenario, start);
    let deployed = operations(&[]);
    let queues = Deployment { functions: Vec::new(), mappings: Vec::new(), ..deployed };
    world.deploy(queues).unwrap();
    world
}

fn world(scenario: &Scenario, start: Timestamp) -> World {
    let mut world = World::new(scenario.seed, scenario.switches.clone()).starting_at(start);
    let hooks = [("EBB_HOOKS", "Hooks"), ("EBB_LAUNCH_HOOKS", "LaunchHooks")];
    let set =
        |(variable, parameter)| Some((parameter, scenario.environment.get(variable)?.as_str()));
    let parameters: Vec<(&str, &str)> = hooks.into_iter().filter_map(set).collect();
    let deployed = deployment(&parameters);
    let queues = Deployment { functions: Vec::new(), mappings: Vec::new(), ..deployed };
    world.deploy(queues).unwrap();
    world.play(scenario).unwrap();
    world
}
