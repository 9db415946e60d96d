//! The queries of infra/README.md and of the dashboards, over the log lines of replays.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Once};

use drain::reason::Reason;
use replay::{LogLine, Responder, Run};
use serde_json::{Map, Value, json};
use sim::deployment::in_json;
use sim::history::{Caller, Fact};

use crate::python::{plain, run};
use crate::shipped::shipped;
use crate::world::{played_by, root};

static SKIPPED: Once = Once::new();

/// Scenarios whose log lines have every field that a query names, each with its mode.
const REPLAYS: [(&str, &str); 6] = [
    ("standalone-stop", "act"),
    ("stuck-service", "act"),
    ("spot-and-hook", "act"),
    ("drain-timeout", "act"),
    ("longer-than-heartbeat", "hold"),
    ("scale-in", "observe"),
];

static RUNS: LazyLock<Vec<Run>> = LazyLock::new(|| {
    let played = |(name, mode): &(&str, &str)| {
        let mut scenario = shipped(name);
        scenario.environment.insert("EBB_MODE".to_owned(), (*mode).to_owned());
        // With this value a drain reaches its deadline while a service task is left.
        scenario.environment.insert("EBB_SERVICE_TASKS".to_owned(), "leave".to_owned());
        played_by(Responder::Ebb, &scenario)
    };
    REPLAYS.iter().map(played).collect()
});

fn lines() -> impl Iterator<Item = &'static LogLine> {
    RUNS.iter().flat_map(|run| &run.logged)
}

/// Returns a line as a function prints it.
fn printed(line: &LogLine) -> Value {
    let typed = |value: &str| serde_json::from_str(value).unwrap_or_else(|_| json!(value));
    let fields = line.fields.iter().map(|(name, value)| (name.clone(), typed(value)));
    let mut printed: Map<String, Value> = fields.collect();
    printed.insert("@timestamp".to_owned(), json!(line.at.as_millis() as u64));
    printed.insert("level".to_owned(), json!(line.level.as_str()));
    printed.insert("target".to_owned(), json!(line.target));
    printed.insert("message".to_owned(), json!(line.message));
    Value::Object(printed)
}

fn written(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("queries");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Returns the rows of a query over some lines. `None` without Python.
fn rows<'a>(
    name: &str,
    query: &str,
    lines: impl IntoIterator<Item = &'a LogLine>,
) -> Option<Vec<Value>> {
    let python = plain("queries of CloudWatch Logs Insights", &SKIPPED)?;
    let lines: String = lines.into_iter().map(|line| format!("{}\n", printed(line))).collect();
    let files = [written(&format!("{name}.json"), &lines), written(&format!("{name}.txt"), query)];
    let output = run(&python, "queries/insights.py", &files);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{query}: {errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(|row| serde_json::from_str(row).unwrap()).collect())
}

/// Returns the code blocks of the section about queries.
fn documented() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("infra/README.md")).unwrap();
    let (_, section) = text.split_once("## Queries\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    section.split("```").skip(1).step_by(2).map(|block| block.trim().to_owned()).collect()
}

/// Returns the queries of the dashboard of a template, each with its title.
fn of_dashboard(file: &str) -> Vec<(String, String)> {
    let template = in_json(&std::fs::read_to_string(root().join(file)).unwrap()).unwrap();
    let body = &template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"];
    let body = body.as_str().or_else(|| body[0].as_str()).unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    let widgets = body["widgets"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let queries = widgets.filter(|widget| widget["type"] == "log");
    queries.map(|it| (text(&it["properties"]["title"]), text(&it["properties"]["query"]))).collect()
}

#[test]
fn query_about_one_instance_shows_its_drain_in_the_order_of_time() {
    let run = &RUNS[0];
    let drained = run.logged.iter().find(|line| line.actions() == Some("drain")).unwrap();
    let id = drained.ec2_instance().unwrap();
    let query = documented()[0].replace("i-0123456789abcdef0", id);

    let Some(rows) = rows("instance", &query, &run.logged) else { return };

    let of_instance = run.logged.iter().filter(|line| line.ec2_instance() == Some(id));
    assert_eq!(rows.len(), of_instance.count());
    let first = rows.iter().position(|row| row["actions"] == "drain").unwrap();
    let completed = rows.iter().position(|row| row["result"] == "CONTINUE").unwrap();
    assert!(first < completed, "{rows:#?}");
}

#[test]
fn query_about_deadlines_counts_the_tasks_of_every_drain_that_reached_one() {
    let Some(rows) = rows("deadlines", &documented()[1], lines()) else { return };

    let is_carried_out = |line: &&LogLine| line.actions().is_some() && !line.is_observed();
    let reached = lines().filter(|line| line.reason_code() == Some("deadline-reached"));
    let reached = reached.filter(is_carried_out);
    assert_eq!(rows.len(), reached.count());
    assert!(!rows.is_empty());
    for row in rows {
        // The line has only a count for tasks that ebb did not list. The message names the deadline.
        assert!(row["tasks"].is_string() || row["tasks_counted"].as_u64() > Some(0), "{row}");
        assert!(row["message"].as_str().unwrap().ends_with("reached"), "{row}");
    }
}

#[test]
fn query_about_stopped_tasks_has_a_row_with_each_task_that_ebb_stopped() {
    let Some(rows) = rows("stopped", &documented()[2], lines()) else { return };

    let facts = RUNS.iter().flat_map(|run| &run.history).map(|entry| &entry.fact);
    let stopped: BTreeSet<&str> = facts
        .filter_map(|fact| match fact {
            Fact::Call { by: Caller::Function { .. }, operation, about, .. }
                if *operation == "StopTask" =>
            {
                let task = about.split(' ').find_map(|it| it.strip_prefix("task="))?;
                task.rsplit('/').next()
            }
            _ => None,
        })
        .collect();
    assert!(!stopped.is_empty());
    for task in stopped {
        let named = rows.iter().any(|row| row["actions"].as_str().unwrap().contains(task));
        assert!(named, "{task}: {rows:#?}");
    }
}

#[test]
fn every_query_of_a_dashboard_finds_lines() {
    for file in ["infra/template.yaml", "infra/worker.yaml"] {
        let queries = of_dashboard(file);
        assert_eq!(queries.len(), 4, "{file}");
        for (number, (title, query)) in queries.iter().enumerate() {
            let name = format!("dashboard-{number}");
            let Some(rows) = rows(&name, query, lines()) else { return };
            // At the end of these replays no drain is in progress. ebb only observed the last of them.
            assert_eq!(rows.is_empty(), title == "Drains in progress", "{file}: {title}");
        }
    }
}

#[test]
fn drain_is_in_progress_until_its_lifecycle_action_is_completed() {
    let (title, query) = of_dashboard("infra/template.yaml").remove(0);
    assert_eq!(title, "Drains in progress");
    let run = &RUNS[0];
    let completed = run.logged.iter().position(|line| line.target == "ebb::lifecycle").unwrap();
    let id = run.logged[completed].ec2_instance().unwrap();
    let before = run.logged[..completed]
        .iter()
        .rposition(|line| line.ec2_instance() == Some(id) && line.field("reason") != Some("empty"));

    // No line of this run has the field `mode` that the query reads.
    let observed = &RUNS[REPLAYS.len() - 1].logged;
    let so_far = run.logged[..=before.unwrap()].iter();

    let Some(during) = rows("during", &query, so_far.chain(observed)) else { return };
    let after = rows("after", &query, run.logged.iter().chain(observed)).unwrap();

    assert!(during.iter().any(|row| row["ec2_instance"] == id), "{during:#?}");
    assert!(!after.iter().any(|row| row["ec2_instance"] == id), "{after:#?}");
}

#[test]
fn every_reason_in_a_query_is_one_of_ebb() {
    let dashboards = ["infra/template.yaml", "infra/worker.yaml"].map(of_dashboard);
    let queries = dashboards.concat().into_iter().map(|(_, query)| query).chain(documented());
    for query in queries {
        let lists = query.split("reason in [").skip(1).filter_map(|it| it.split(']').next());
        let single = query.split("reason = ").skip(1).filter_map(|it| it.split(' ').next());
        for code in lists.flat_map(|list| list.split(", ")).chain(single) {
            let code = code.trim_matches(['\'', '"']);
            assert!(Reason::CODES.contains(&code), "{code}: {query}");
        }
    }
}
