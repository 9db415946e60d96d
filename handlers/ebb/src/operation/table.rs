//! The table of a service's tasks.

use jiff::Timestamp;
use service::observation::{ContainerHealth, ObservedTarget, ObservedTask, ServiceObservation};

/// Characters of a task's id in the table. Eight tell the tasks of a service apart.
const ID_CHARACTERS: usize = 8;

/// Header of the table.
const HEADER: [&str; 6] = ["TASK", "STATUS", "HEALTH", "TARGET", "AGE", "PROTECTED"];

/// Returns a table of the tasks that have not ended, oldest first, with `most` rows. None without a task.
pub(super) fn of_tasks(seen: &ServiceObservation, now: Timestamp, most: usize) -> Option<String> {
    let mut tasks: Vec<&ObservedTask> =
        seen.tasks.present()?.iter().filter(|task| !task.has_ended()).collect();
    tasks.sort_by_key(|task| (task.created_at, task.arn.clone()));
    if tasks.is_empty() {
        return None;
    }
    let mut rows = vec![HEADER.map(str::to_owned)];
    rows.extend(tasks.iter().take(most).map(|task| row(task, seen, now)));
    let mut table = aligned(&rows);
    let rest = tasks.len().saturating_sub(most);
    if rest > 0 {
        table.push_str(&format!("and {rest} more\n"));
    }
    Some(table)
}

fn row(task: &ObservedTask, seen: &ServiceObservation, now: Timestamp) -> [String; 6] {
    let health = match task.health {
        None => "-",
        Some(ContainerHealth::Healthy) => "HEALTHY",
        Some(ContainerHealth::Unhealthy) => "UNHEALTHY",
        Some(ContainerHealth::Unknown) => "UNKNOWN",
    };
    let protection = seen.protection.present();
    let is_protected = protection.is_some_and(|tasks| tasks.contains_key(&task.arn));
    [
        task.id().chars().take(ID_CHARACTERS).collect(),
        task.last_status.to_string(),
        health.to_owned(),
        target(task, seen),
        age(task.created_at, now),
        if is_protected { "yes" } else { "-" }.to_owned(),
    ]
}

/// Returns the states of a task's targets. A service without a target group has none.
fn target(task: &ObservedTask, seen: &ServiceObservation) -> String {
    let Some(targets) = seen.targets.present() else { return "-".to_owned() };
    let state = |target: &ObservedTarget| target.state.to_string();
    let states: Vec<String> = targets.get(&task.arn).into_iter().flatten().map(state).collect();
    if states.is_empty() { "-".to_owned() } else { states.join(",") }
}

/// Returns an age in its greatest unit: `40s`, `12m`, `7h`, `3d`.
pub(super) fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(since).as_secs().max(0);
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7_200 => format!("{}m", seconds / 60),
        7_200..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// Returns rows in columns, two spaces apart.
pub(super) fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<usize> = (0..N)
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let mut table = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_longest_cell() {
        let rows = [["a", "bbb"], ["cccc", "d"]].map(|row| row.map(str::to_owned));

        assert_eq!(aligned(&rows), "a     bbb\ncccc  d\n");
    }

    #[test]
    fn age_is_in_its_greatest_unit() {
        let after =
            |seconds: i64| age(Timestamp::UNIX_EPOCH, Timestamp::from_second(seconds).unwrap());

        assert_eq!(
            [after(40), after(720), after(25_200), after(260_000)],
            ["40s", "12m", "7h", "3d"]
        );
    }
}
