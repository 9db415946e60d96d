//! `ebb replay`: its inputs, its exit codes, and output that cannot be written.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SCENARIO: &str = r#"
group = [{ name = "blue", cluster = "orders", instances = 3, hook = [{ name = "ebb" }] }]
service = [{ name = "checkout", cluster = "orders", desired = 6 }]
happens = [{ at = "1m", what = "desired-capacity", group = "blue", to = 2 }]
"#;

const TERMINATE: &str = r#"{"source":"aws.autoscaling","detail-type":"EC2 Instance-terminate Lifecycle Action",
"time":"2026-04-01T10:00:00Z","detail":{"LifecycleActionToken":"0dd0dd00-0000-4000-8000-00000000beef",
"AutoScalingGroupName":"blue","LifecycleHookName":"drain-blue","EC2InstanceId":"i-0d1ce0d1ce0d1ce0d",
"LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING"}}"#;

fn file(name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn ebb(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ebb"));
    command.arg("replay").args(arguments).env_remove("EBB_STANDALONE");
    command
}

/// Returns the exit code, standard output and standard error of a replay.
fn replayed(path: &Path) -> (Option<i32>, String, String) {
    outcome(&ebb(&[path.to_str().unwrap()]).output().unwrap())
}

fn outcome(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn event_is_read_in_every_form_in_which_tools_write_events() {
    let event: String = TERMINATE.replace('\n', "");
    let quoted = serde_json::Value::from(event.clone()).to_string();
    let utf_16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(event.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let parts: serde_json::Value = serde_json::from_str(&event).unwrap();
    let entry = serde_json::json!({
        "Source": parts["source"],
        "DetailType": parts["detail-type"],
        "Detail": parts["detail"].to_string(),
    });
    let forms: [(&str, Vec<u8>); 9] = [
        ("entries.json", serde_json::json!({"Entries": [entry]}).to_string().into_bytes()),
        ("received.json", format!(r#"{{"Messages":[{{"Body":{quoted}}}]}}"#).into_bytes()),
        ("logged.json", format!(r#"{{"events":[{{"message":{quoted}}}]}}"#).into_bytes()),
        ("sns.json", format!(r#"{{"Records":[{{"Sns":{{"Message":{quoted}}}}}]}}"#).into_bytes()),
        ("sqs.json", format!(r#"{{"Records":[{{"body":{quoted}}}]}}"#).into_bytes()),
        ("marked.json", format!("\u{feff}{event}").into_bytes()),
        ("utf-16.json", utf_16),
        ("twice.json", format!("{event}{event}").into_bytes()),
        ("events.toml", event.clone().into_bytes()),
    ];
    for (name, content) in forms {
        let (code, text, mistakes) = replayed(&file(name, content));

        assert_eq!(code, Some(0), "{name}: {mistakes}");
        assert!(text.contains("drained 1 container instance"), "{name}: {text}");
    }
}

#[test]
fn scenario_is_read_by_its_content() {
    let (code, text, _) = replayed(&file("scenario.JSON", SCENARIO));

    assert_eq!(code, Some(0));
    assert!(text.contains("drained 1 container instance"), "{text}");
}

#[test]
fn replay_prints_its_timeline_only_on_request() {
    let path = file("timeline.toml", SCENARIO);

    let (_, summary, _) = replayed(&path);
    let output = ebb(&["--timeline", path.to_str().unwrap()]).output().unwrap();

    let drain = "drain  (lifecycle action)";
    assert!(outcome(&output).1.contains(drain), "{output:?}");
    assert!(!summary.contains(drain) && summary.contains("--timeline prints the"), "{summary}");
}

#[test]
fn mistake_in_the_input_exits_with_2_and_names_what_is_expected() {
    let named = |name: &str| SCENARIO.replace("orders", name);
    let ids = |ids: &str| {
        let group = format!("instances = 3, instance_ids = [{ids}]");
        SCENARIO.replacen("instances = 3", &group, 1)
    };
    let cases: [(&str, String, &str); 16] = [
        ("space.toml", named("my orders"), "`my orders` is not the name of an ECS cluster"),
        ("slash.toml", named("eu/orders"), "`eu/orders` is not the name of an ECS cluster"),
        (
            "arn.toml",
            named("arn:aws:ecs:eu-west-1:444455556666:cluster/orders"),
            "write the name without the rest of the ARN",
        ),
        ("anywhere.toml", ids(r#""mi-0d1ce0d1ce0d1ce0d""#), "is an instance of ECS Anywhere"),
        ("name.toml", ids(r#""blue-1""#), "`blue-1` is not the id of an EC2 instance"),
        ("again.toml", ids(r#""i-0d1ce0d1", "i-0d1ce0d1""#), "is listed twice"),
        (
            "detail.json",
            {
                let mut event: serde_json::Value = serde_json::from_str(TERMINATE).unwrap();
                event["detail"] = event["detail"].to_string().into();
                event.to_string()
            },
            "expected the object itself, not its text",
        ),
        ("scenario.yaml", SCENARIO.to_owned(), "scenarios are TOML"),
        ("empty.json", String::new(), "the file is empty"),
        ("no-events.json", "[]".to_owned(), "holds no event"),
        ("comma.json", TERMINATE.replace("}}", "},}"), "not JSON: trailing comma"),
        ("text.json", serde_json::Value::from(TERMINATE).to_string(), "expected the event itself"),
        (
            "field.json",
            TERMINATE.replace("EC2InstanceId", "EC2InstanceID"),
            "did you mean `EC2InstanceId`?",
        ),
        (
            "dot.toml",
            named("orders.eu"),
            "group[0].cluster: `orders.eu` is not the name of an ECS cluster",
        ),
        ("long.toml", SCENARIO.replace("blue", &"b".repeat(300)), "(300 characters)"),
        ("late.toml", SCENARIO.replace("1m", "9d"), "happens[0].at: 216h is beyond the end"),
    ];
    for (name, content, expected) in cases {
        let path = file(&format!("mistake-{name}"), content);

        let (code, text, mistake) = replayed(&path);

        assert_eq!((code, text.as_str()), (Some(2), ""), "{name}: {mistake}");
        assert!(mistake.contains(expected), "{name}: {mistake}");
        assert!(mistake.contains(path.to_str().unwrap()), "{name}: {mistake}");
    }
}

#[test]
fn standard_input_is_a_file_named_by_a_hyphen() {
    let mut command = ebb(&["-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = command.spawn().unwrap();
    running.stdin.take().unwrap().write_all(TERMINATE.as_bytes()).unwrap();

    let (code, text, _) = outcome(&running.wait_with_output().unwrap());

    assert_eq!(code, Some(0));
    assert!(text.starts_with("standard input  (seed 0)"), "{text}");
}

#[test]
fn full_disk_is_a_message_and_no_panic() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let output = std::fs::OpenOptions::new().write(true).open(full).unwrap();
    let path = file("full.toml", SCENARIO);

    let written = ebb(&[path.to_str().unwrap()]).stdout(output).output().unwrap();

    let (code, _, mistake) = outcome(&written);
    assert_eq!(code, Some(2), "{mistake}");
    assert!(mistake.starts_with("ebb: cannot write to standard output: "), "{mistake}");
}

#[test]
fn closed_pipe_ends_the_output_quietly() {
    let path = file("closed.toml", SCENARIO);
    let mut command = ebb(&["--trace", path.to_str().unwrap()]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    drop(running.stdout.take());

    let mut mistakes = String::new();
    running.stderr.take().unwrap().read_to_string(&mut mistakes).unwrap();

    assert_eq!(running.wait().unwrap().code(), Some(0));
    assert_eq!(mistakes, "");
}

#[test]
fn variables_come_from_the_command_line_and_from_a_file() {
    let (path, variables) =
        (file("env.toml", SCENARIO), file("ebb.env", "# a\nEBB_SETTLE_TIME=20s\nPATH=x\n"));
    let (path, variables) = (path.to_str().unwrap(), variables.to_str().unwrap());
    let mut command = ebb(&["--env", "EBB_DRAIN_TIMEOUT=2d", "--env-file", variables, path]);

    let (code, text, _) = outcome(&command.env("EBB_STANDALONE", "stop").output().unwrap());

    assert_eq!(code, Some(0), "{text}");
    let lines = [
        "EBB_DRAIN_TIMEOUT=2d",
        "from --env; not set by default",
        "EBB_SETTLE_TIME=20s",
        "from --env-file; default 10s",
        "EBB_STANDALONE=stop of this shell is not used",
    ];
    for line in lines {
        assert!(text.contains(line), "{line}:\n{text}");
    }
}

#[test]
fn loss_has_a_cause_and_a_correction() {
    let path = file("lost.toml", SCENARIO.replace(r#""ebb""#, r#""other""#));

    let (code, text, _) = replayed(&path);

    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("hook other of group blue is not in EBB_HOOKS"), "{text}");
    assert!(text.contains("\n  fix  EBB_HOOKS=ebb,other\n"), "{text}");
}
