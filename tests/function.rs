//! A function as it is deployed: its binary, as a process, with the environment that the template gives it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use sim::history::Entry;

use crate::batch::{batch, failures};
use crate::queue;
use crate::running::Running;
use crate::runtime_api::{Answer, RuntimeApi};
use crate::served::{Served, deployment};

/// Names a folder with binaries to try in place of those that cargo built for the tests, laid out as `cargo lambda build` does.
const BOOTSTRAPS: &str = "EBB_BOOTSTRAPS";

/// What a test waits for comes within so much time of the served world.
pub const LIMIT: Duration = Duration::from_secs(30);

/// KiB that a process may grow by in 900 invocations.
#[cfg(target_os = "linux")]
const LEVEL: u64 = 4 * 1024;

/// A function's process that has begun, in a served world.
#[derive(Debug)]
pub struct Function {
    name: &'static str,
    api: RuntimeApi,
    running: Running,
    told: Arc<Mutex<Vec<String>>>,
}

/// What a function is before it begins.
#[derive(Debug)]
pub struct Binary<'a> {
    /// Its name in the template, and in a folder of bootstraps.
    pub name: &'static str,
    /// What cargo built.
    pub built: &'a str,
}

impl Binary<'_> {
    /// The file that is tried.
    pub fn file(&self) -> PathBuf {
        let folder = std::env::var_os(BOOTSTRAPS);
        folder.map_or(self.built.into(), |folder| {
            // Tests run in the folder of their package, and who names one stands in the workspace's.
            let workspace = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
            workspace.join(folder).join(self.name).join("bootstrap")
        })
    }

    /// The process with these variables and those that Lambda sets (Lambda developer guide, configuration-envvars), and with
    /// nothing of the test's own.
    pub fn command(&self, variables: &BTreeMap<String, String>) -> Command {
        let mut command = Command::new(self.file());
        command.env_clear().envs(variables);
        command.envs([
            ("AWS_REGION", "eu-west-1"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "any"),
            ("AWS_SECRET_ACCESS_KEY", "any"),
            ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ]);
        command.env("AWS_LAMBDA_FUNCTION_NAME", self.name);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The variables of the function in a stack with these parameters.
    pub fn variables(&self, parameters: &[(&str, &str)]) -> BTreeMap<String, String> {
        let functions = deployment(parameters).functions;
        let function = functions.into_iter().find(|function| function.name == self.name);
        function.expect("the template has it").environment
    }

    /// It does not start with mistakes in its variables, and names each of them.
    pub fn assert_that_it_names_every_mistake(&self) {
        let wrong = [("EBB_MODE", "sleep"), ("EBB_HOOK", "ebb"), ("EBB_QUEUE_URL", "")];
        let output = self.command(&self.variables(&[])).envs(wrong).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        for (variable, value) in wrong {
            assert!(said.contains(variable) && said.contains(value), "{variable}: {said}");
        }
    }

    /// Starts it for this world. Nothing reaches it but what it is invoked with.
    pub fn start(&self, served: &Served, parameters: &[(&str, &str)]) -> Function {
        self.start_with(served, self.variables(parameters))
    }

    /// As `start`, with these variables.
    pub fn start_with(&self, served: &Served, variables: BTreeMap<String, String>) -> Function {
        let api = RuntimeApi::start();
        let mut command = self.command(&variables);
        command.env("AWS_LAMBDA_RUNTIME_API", api.address());
        command.env("AWS_ENDPOINT_URL", served.url());
        let mut running = Running(command.spawn().unwrap());
        let told = Arc::default();
        hear(&told, running.0.stdout.take().unwrap());
        hear(&told, running.0.stderr.take().unwrap());
        Function { name: self.name, api, running, told }
    }
}

fn hear(told: &Arc<Mutex<Vec<String>>>, pipe: impl Read + Send + 'static) {
    let told = Arc::clone(told);
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            told.lock().unwrap().push(line);
        }
    });
}

impl Function {
    /// Invokes it, and waits for what it answers.
    pub fn invoke(&self, event: Value) -> Answer {
        let answer = self.api.invoke(event);
        answer.unwrap_or_else(|| panic!("no answer: {:#?}", self.told()))
    }

    /// Hands it what its queue holds, batch by batch as its event source mapping does, until something has happened; for
    /// so much time at most.
    pub fn work_until(
        &self,
        served: &Served,
        limit: Duration,
        what: &str,
        is_there: impl Fn(&[Entry]) -> bool,
    ) {
        let end = served.aws.world(|world| world.elapsed()) + limit;
        while !served.aws.world(|world| is_there(world.history())) {
            let now = served.aws.world(|world| world.elapsed());
            assert!(now < end, "{what}: not within {limit:?}\n{}", served.told());
            let messages = queue::receive(served, self.name);
            if !messages.is_empty() {
                let answer = self.invoke(batch(&messages)).unwrap();
                queue::delete(served, self.name, &messages, &failures(&answer));
            }
        }
    }

    /// What it printed so far, to both outputs.
    pub fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    /// What it logged so far on this level.
    pub fn logged(&self, level: &str) -> Vec<String> {
        let of_level = |line: &String| {
            serde_json::from_str(line).is_ok_and(|line: Value| line["level"] == level)
        };
        self.told().into_iter().filter(of_level).collect()
    }

    /// Invokes it a thousand times: no message fails, and from the hundredth time on its memory is level.
    #[cfg(target_os = "linux")]
    #[allow(clippy::print_stdout, reason = "figures, for whoever asks with --nocapture")]
    pub fn assert_that_a_thousand_need_no_more_memory(&self, event: impl Fn(usize) -> Value) {
        let mut after_a_hundred = 0;
        for n in 1..=1_000 {
            let answer = self.invoke(event(n)).unwrap_or_else(|error| panic!("{n}: {error}"));
            assert_eq!(failures(&answer), Vec::<&str>::new(), "{n}: {:#?}", self.told());
            if n == 100 {
                after_a_hundred = self.running.resident();
            }
        }
        let in_the_end = self.running.resident();
        println!("{after_a_hundred} KiB after 100 invocations, {in_the_end} KiB after 1 000");
        assert!(in_the_end < after_a_hundred + LEVEL, "{in_the_end} KiB, {after_a_hundred} before");
    }
}
