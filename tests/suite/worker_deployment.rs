//! The deployment of workers: environment file, Fargate stack, image, and the functions, which are idle then.

use std::collections::{BTreeMap, BTreeSet};

use aws::Feed;
use aws::config::{Config, VARIABLES, Variable, VariableDefault};
use drain::policy::length;
use sim::deployment::Deployment;

use crate::functions::deployment;
use crate::world::root;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the variables of a worker. A worker finds its queues by itself.
fn of_workers() -> impl Iterator<Item = &'static Variable> {
    VARIABLES.iter().filter(|variable| variable.unit != "URL")
}

/// Returns the variables of the environment file, in the form `VARIABLE=VALUE` that systemd, Docker and ECS read.
fn environment_file() -> BTreeMap<String, String> {
    let text = read("infra/ebb-worker.env");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pairs = lines.map(|line| line.split_once('=').unwrap_or_else(|| panic!("{line}")));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Returns the value after the first place of these words, up to white space or punctuation of YAML.
fn after<'a>(text: &'a str, words: &str) -> &'a str {
    let (_, rest) = text.split_once(words).unwrap_or_else(|| panic!("no {words}"));
    rest.split([' ', '\n', ',', ']', '"']).next().unwrap_or_default()
}

#[test]
fn the_environment_file_has_every_variable_of_a_worker_with_its_default_and_no_other() {
    let written = environment_file();

    let known: BTreeMap<String, String> = of_workers()
        .map(|variable| match variable.default {
            VariableDefault::Value(default) => (variable.name.to_owned(), default.to_owned()),
            _ => (variable.name.to_owned(), String::new()),
        })
        .collect();

    assert_eq!(written, known);
    assert_eq!(Config::without_queues(written), Config::without_queues([]));
}

#[test]
fn stack_gives_workers_the_environment_of_its_functions() {
    let template = read("infra/template.yaml");
    let (_, output) = template.split_once("\n  Environment:\n").expect("an output");

    let told: BTreeSet<(&str, &str)> = output
        .lines()
        .filter_map(|line| line.trim().strip_suffix('}')?.split_once("=${"))
        .collect();

    assert_eq!(told.iter().map(|it| it.0).collect::<BTreeSet<_>>(), names());
    for (variable, parameter) in told {
        let of_functions = format!("\n          {variable}: !Ref {parameter}\n");
        assert_eq!(template.matches(&of_functions).count(), 4, "{variable}");
    }
}

fn names() -> BTreeSet<&'static str> {
    of_workers().map(|variable| variable.name).collect()
}

#[test]
fn the_fargate_stack_sets_no_variable_that_a_worker_does_not_know() {
    let stack = read("infra/worker.yaml");

    let set: BTreeSet<&str> =
        stack.split("Name: EBB_").skip(1).map(|rest| after(rest, "")).collect();

    assert_eq!(set, BTreeSet::from(["MODE"]));
    assert!(names().contains("EBB_MODE"));
    let modes = "AllowedValues: [\"\", act, observe, hold]";
    assert!(stack.contains(modes), "{modes}");
    for mode in ["", "act", "observe", "hold"] {
        let told = [("EBB_MODE".to_owned(), mode.to_owned())];
        assert!(Config::without_queues(told).is_ok(), "{mode}");
    }
}

/// Messages in progress have the grace period. Then the worker returns the messages with a call of up to eight seconds
/// (`aws::clients`).
#[test]
fn a_worker_is_given_more_time_to_end_than_its_grace() {
    let (stack, unit) = (read("infra/worker.yaml"), read("infra/ebb-worker.service"));

    let seconds = |text| length(text).unwrap_or_else(|| panic!("{text}")).as_secs();
    let of_task = (seconds(after(&stack, "--grace, ")), after(&stack, "StopTimeout: "));
    let of_unit = (seconds(after(&unit, "--grace ")), seconds(after(&unit, "TimeoutStopSec=")));

    assert!(of_task.1.parse::<u64>().unwrap() >= of_task.0 + 10, "{of_task:?}");
    assert!(of_unit.1 >= of_unit.0 + 10, "{of_unit:?}");
    // ECS developer guide, task_definition_parameters: stopTimeout on Fargate.
    assert!(of_task.1.parse::<u64>().unwrap() <= 120);
}

#[test]
fn functions_idle_where_workers_take_the_messages() {
    let workers = BTreeMap::from([("ConsumedBy".to_owned(), "workers".to_owned())]);
    let of_workers = Deployment::of_template(&read("infra/template.yaml"), &workers).unwrap();

    assert!(
        of_workers.mappings.len() == Feed::QUEUES.len()
            && of_workers.mappings.iter().all(|it| !it.enabled)
    );
    assert!(deployment().mappings.iter().all(|mapping| mapping.enabled));
}

/// With workers, an alarm on the activity of functions would always be in ALARM. An alarm on the log of functions alone
/// would miss the workers.
#[test]
fn alarms_hold_for_workers_as_well_as_for_functions() {
    let (template, stack) = (read("infra/template.yaml"), read("infra/worker.yaml"));
    let alarms: Vec<&str> = template.split("Type: AWS::CloudWatch::Alarm").skip(1).collect();

    for alarm in &alarms {
        let alarm = alarm.split("\n\n").next().unwrap_or_default();
        let of_functions = alarm.contains("AWS/Lambda");
        let is_silent_without_them = alarm.contains("TreatMissingData: notBreaching");
        assert!(!of_functions || is_silent_without_them, "{alarm}");
    }
    let filter = |text: &str| -> BTreeSet<String> {
        let patterns = text.split("FilterPattern: ").skip(1);
        patterns.map(|rest| rest.lines().next().unwrap_or_default().to_owned()).collect()
    };
    assert!(alarms.len() > 5 && filter(&template).is_subset(&filter(&stack)));
}

/// A sentence may be reworded. A filter that reads the sentence would then count nothing.
#[test]
fn metric_filter_reads_codes_and_fields_only() {
    let fields = ["level", "reason", "deadline_kind", "mode"];
    for path in ["infra/template.yaml", "infra/worker.yaml"] {
        let text = read(path);
        let read: BTreeSet<&str> = text.split("$.").skip(1).map(|rest| after(rest, "")).collect();

        assert!(!read.is_empty() && read.iter().all(|it| fields.contains(it)), "{path}: {read:?}");
    }
}

/// Returns the base image of each stage.
fn bases(dockerfile: &str) -> Vec<&str> {
    let froms = dockerfile.lines().filter_map(|line| line.strip_prefix("FROM "));
    froms.map(|from| from.split(' ').next().unwrap_or_default()).collect()
}

#[test]
fn image_is_built_on_its_own_base_by_a_new_enough_compiler() {
    let dockerfile = read("infra/Dockerfile");
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let least = manifest["workspace"]["package"]["rust-version"].as_str().unwrap();
    let number =
        |text: &str| text.split('.').map(|it| it.parse::<u32>().unwrap()).collect::<Vec<_>>();

    let [build, runs] = bases(&dockerfile)[..] else { panic!("{:?}", bases(&dockerfile)) };

    assert!(build.ends_with("-bookworm") && runs.contains(":bookworm-"), "{build} {runs}");
    let compiler = build.split([':', '-']).nth(1).unwrap();
    assert!(
        number(compiler) >= number(least)[..2].to_vec(),
        "{compiler} builds, {least} is needed"
    );
}

#[test]
fn the_image_copies_what_is_there_and_runs_as_the_user_of_the_task() {
    let dockerfile = read("infra/Dockerfile");
    let copied = dockerfile.lines().filter_map(|line| line.strip_prefix("COPY --from=build /ebb/"));
    let (built, ours): (Vec<&str>, Vec<&str>) =
        copied.map(|it| it.split(' ').next().unwrap()).partition(|it| it.starts_with("target/"));

    assert_eq!(built, ["target/release/ebb"]);
    assert!(!ours.is_empty() && ours.iter().all(|path| root().join(path).exists()), "{ours:?}");
    let user = after(&dockerfile, "USER ");
    assert_eq!(user, after(&read("infra/worker.yaml"), "User: \""));
    assert!(!user.starts_with("0") && !user.starts_with("root"), "{user}");
}

#[test]
fn a_worker_in_its_container_holds_no_privilege_and_can_be_asked_by_nobody_outside() {
    let stack = read("infra/worker.yaml");

    for words in ["ReadonlyRootFilesystem: true", "Capabilities: { Drop: [ALL] }"] {
        assert!(stack.contains(words), "{words}");
    }
    assert!(after(&stack, "--listen, \"").starts_with("127.0.0.1:"));
    for words in ["Privileged", "PortMappings", "SecurityGroupIngress", "Capabilities: { Add"] {
        assert!(!stack.contains(words), "{words}");
    }
}
