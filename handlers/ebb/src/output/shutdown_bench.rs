//! Table of the ways to stop all services of a cluster.

use std::collections::BTreeMap;

use replay::bench::{Shutdown, ShutdownFigures, ShutdownMethod};
use replay::clock::clock;
use serde_json::{Value, json};

use super::bench::write_columns;

/// Returns the table of all methods, with a column for each.
pub fn table(bench: Shutdown, compared: &[(ShutdownMethod, ShutdownFigures)]) -> String {
    let (services, tasks) =
        compared.first().map_or((0, 0), |(_, figures)| (figures.services, figures.tasks));
    let seed = bench.seed;
    let mut text = format!("{services} services with {tasks} tasks are stopped (seed {seed})\n\n");
    let names = compared.iter().map(|(method, _)| method.name().to_owned());
    write_columns(&mut text, "", &names.collect::<Vec<_>>());
    let mut row = |name: &str, cell: &dyn Fn(&ShutdownFigures) -> String| {
        let cells: Vec<String> = compared.iter().map(|(_, figures)| cell(figures)).collect();
        write_columns(&mut text, name, &cells);
    };
    row("outcome for the operator", &|it| it.outcome.clone());
    row("time to the outcome", &|it| clock(it.virtual_time()));
    row("AWS calls", &|it| it.aws_calls.to_string());
    row("tasks left at the outcome", &|it| it.tasks_left.to_string());
    row("tasks started in the hour after", &|it| it.tasks_started_again.to_string());
    row("killed in the middle: tasks left", &|it| it.after_crash.tasks_left.to_string());
    row("  services changed", &|it| it.after_crash.services_changed.to_string());
    row("  of these recorded", &|it| it.after_crash.services_recorded.to_string());
    text
}

/// Returns the figures as one JSON object.
pub fn json(compared: &[(ShutdownMethod, ShutdownFigures)]) -> Value {
    let by_name: BTreeMap<&str, &ShutdownFigures> =
        compared.iter().map(|(method, figures)| (method.name(), figures)).collect();
    json!(by_name)
}
