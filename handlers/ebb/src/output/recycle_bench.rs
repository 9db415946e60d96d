//! Table of the ways to replace the tasks of a service.

use std::collections::BTreeMap;

use replay::bench::{Recycle, RecycleEffects, RecycleFigures, RecycleMethod};
use replay::clock::clock;
use serde_json::{Value, json};

use super::bench::write_columns;

/// Returns the table of all methods, with a column for each.
pub fn table(bench: Recycle, compared: &[(RecycleMethod, RecycleFigures)]) -> String {
    let count = compared.first().map_or(0, |(_, figures)| figures.effects.original_desired_count);
    let replaced = match bench.replaces_at_once {
        true => "; ECS replaces a task at its StopTask",
        false => "",
    };
    let seed = bench.seed;
    let mut text =
        format!("{count} tasks behind a load balancer are replaced{replaced} (seed {seed})\n\n");
    let names = compared.iter().map(|(method, _)| method.name().to_owned());
    write_columns(&mut text, "", &names.collect::<Vec<_>>());
    let mut row = |name: &str, cell: &dyn Fn(&RecycleFigures) -> String| {
        let cells: Vec<String> = compared.iter().map(|(_, figures)| cell(figures)).collect();
        write_columns(&mut text, name, &cells);
    };
    row("outcome for the operator", &|it| it.outcome.clone());
    row("time to the outcome", &|it| clock(it.virtual_time()));
    row("AWS calls", &|it| it.aws_calls.to_string());
    row("old tasks left at the outcome", &|it| it.tasks_left.to_string());
    for (name, cell) in EFFECTS {
        row(name, &|it| cell(&it.effects));
    }
    row("killed in the middle, after", &|it| clock(it.killed_after()));
    row("  old tasks left at the end", &|it| it.effects_with_crash.tasks_left.to_string());
    for (name, cell) in EFFECTS {
        row(&format!("  {name}"), &|it| cell(&it.effects_with_crash));
    }
    text
}

type EffectRow = (&'static str, fn(&RecycleEffects) -> String);

/// Rows of the effects on the service.
const EFFECTS: [EffectRow; 6] = [
    ("healthy tasks, least", |it| it.min_healthy_tasks.to_string()),
    ("healthy tasks, most", |it| it.max_healthy_tasks.to_string()),
    ("requests failed", |it| it.requests_failed.to_string()),
    ("desired count at the end", |it| it.final_desired_count.to_string()),
    ("protected tasks at the end", |it| it.protected_tasks.to_string()),
    ("scaling at the end", |it| {
        if it.scaling_changed { "changed" } else { "as before" }.to_owned()
    }),
];

/// Returns the figures as one JSON object.
pub fn json(compared: &[(RecycleMethod, RecycleFigures)]) -> Value {
    let by_name: BTreeMap<&str, &RecycleFigures> =
        compared.iter().map(|(method, figures)| (method.name(), figures)).collect();
    json!(by_name)
}
