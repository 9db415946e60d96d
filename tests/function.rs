//! A deployed function: its binary, as a process, with the environment of the template.

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
use crate::served::{Served, deployment, operations};

/// Variable with a folder of binaries, laid out as by `cargo lambda build`. The tests use these instead of the binaries
/// that cargo built for the tests.
const BOOTSTRAPS: &str = "EBB_BOOTSTRAPS";

/// Time limit, in the served world, for every condition of a test.
pub const LIMIT: Duration = Duration::from_secs(30);

/// Allowed growth of a process in 900 invocations, in KiB.
#[cfg(target_os = "linux")]
const LEVEL: u64 = 4 * 1024;

/// A running process of a function, in a served world.
#[derive(Debug)]
pub struct Function {
    name: &'static str,
    api: RuntimeApi,
    running: Running,
    told: Arc<Mutex<Vec<String>>>,
}

/// The binary of a function that is not running.
#[derive(Debug)]
pub struct Binary<'a> {
    /// The function's name in the template, and in a folder of bootstraps.
    pub name: &'static str,
    /// The path of the binary that cargo built.
    pub built: &'a str,
}

impl Binary<'_> {
    /// Returns the binary that the test runs.
    pub fn file(&self) -> PathBuf {
        let folder = std::env::var_os(BOOTSTRAPS);
        folder.map_or(self.built.into(), |folder| {
            // Tests run in the folder of their package. The variable's path is relative to the workspace.
            let workspace = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
            workspace.join(folder).join(self.name).join("bootstrap")
        })
    }

    /// Returns the process with these variables and those that Lambda sets (Lambda developer guide,
    /// configuration-envvars). The process inherits no variable of the test.
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

    /// Returns the variables of the function in a stack with these parameters.
    pub fn variables(&self, parameters: &[(&str, &str)]) -> BTreeMap<String, String> {
        let functions = match self.name {
            "service-operation" => operations(parameters).functions,
            _ => deployment(parameters).functions,
        };
        let function = functions.into_iter().find(|function| function.name == self.name);
        function.expect("the template has it").environment
    }

    /// Asserts that the function does not start with mistakes in its variables, and names each of them.
    pub fn assert_that_it_names_every_mistake(&self) {
        let wrong = [("EBB_MODE", "sleep"), ("EBB_HOOK", "ebb"), ("EBB_QUEUE_URL", "")];
        let output = self.command(&self.variables(&[])).envs(wrong).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        for (variable, value) in wrong {
            assert!(said.contains(variable) && said.contains(value), "{variable}: {said}");
        }
    }

    /// Starts the function for this world. Only the test invokes it.
    pub fn start(&self, served: &Served, parameters: &[(&str, &str)]) -> Function {
        self.start_with(served, self.variables(parameters))
    }

    /// Starts the function as `start` does, with these variables.
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
    /// Invokes the function and waits for its answer.
    pub fn invoke(&self, event: Value) -> Answer {
        let answer = self.api.invoke(event);
        answer.unwrap_or_else(|| panic!("no answer: {:#?}", self.told()))
    }

    /// Invokes the function with each batch of its queue, as the event source mapping does. Ends when the condition is
    /// true, and panics after `limit`.
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

    /// Returns the lines that the function has printed so far to standard output and standard error.
    pub fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    /// Returns the lines that the function has logged so far on this level.
    pub fn logged(&self, level: &str) -> Vec<String> {
        let of_level = |line: &String| {
            serde_json::from_str(line).is_ok_and(|line: Value| line["level"] == level)
        };
        self.told().into_iter().filter(of_level).collect()
    }

    /// Invokes the function a thousand times. Asserts that no message fails, and that memory does not grow after the
    /// hundredth invocation.
    #[cfg(target_os = "linux")]
    #[allow(clippy::print_stdout, reason = "figures, printed with --nocapture")]
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
