//! Writes a scenario as a file that `ebb replay` reads, without its defaults.

use std::path::{Path, PathBuf};

use sim::scenario::{
    GroupSpec, Happening, HookSpec, PlannedFault, Scenario, ServiceSpec, StandaloneSpec,
    TaskDefinitionSpec,
};
use toml::{Table, Value};

use crate::invariants::Violation;
use crate::run_outcome::RunOutcome;

/// Returns the scenario as TOML.
///
/// # Errors
///
/// A value that TOML cannot hold. No scenario from a file or a draw has such a value.
pub fn to_toml(scenario: &Scenario) -> Result<String, toml::ser::Error> {
    let mut table = Table::try_from(scenario)?;
    remove_defaults(&mut table, &Table::try_from(Scenario::default())?);
    remove_defaults_of_list(&mut table, "group", |it| GroupSpec::named(it, 0))?;
    remove_defaults_of_list(&mut table, "service", |it| ServiceSpec::named(it, ""))?;
    remove_defaults_of_list(&mut table, "standalone", |it| StandaloneSpec::named(it, "", ""))?;
    remove_defaults_of_list(&mut table, "task_definition", TaskDefinitionSpec::named)?;
    for group in entries(&mut table, "group") {
        remove_defaults_of_list(group, "hook", HookSpec::named)?;
    }
    toml::to_string(&table)
}

/// Writes a failure as `seed-<n>.toml`: the violations as a comment, then the scenario.
///
/// # Errors
///
/// An error of the operating system, or of TOML.
pub fn write_seed(
    folder: &Path,
    scenario: &Scenario,
    broken: &[Violation],
) -> std::io::Result<PathBuf> {
    write_as(&folder.join(format!("seed-{}.toml", scenario.seed)), scenario, broken)
}

/// Writes a failure of a scenario with one fault. The scenario and the fault make the name of the file.
///
/// # Errors
///
/// As [`write_seed`].
pub fn write_point(folder: &Path, file: &Path, failed: &RunOutcome) -> std::io::Result<PathBuf> {
    let name = file.file_stem().map_or_else(String::new, |it| it.to_string_lossy().into_owned());
    let name = format!("{name}-{}.toml", last_fault(&failed.scenario));
    write_as(&folder.join(name), &failed.scenario, &failed.broken)
}

/// Returns the name of the fault that was added last, which strikes a call or makes a read stale.
pub fn last_fault(scenario: &Scenario) -> String {
    let stale = scenario.happens.iter().rev().find_map(|step| match &step.what {
        Happening::StaleReads { operation: Some(operation), .. } => {
            Some(format!("stale-{operation}-at-{}", step.at))
        }
        _ => None,
    });
    let call = scenario.faults.last().and_then(|fault| match fault {
        PlannedFault::Call { function, operation, nth, become_ } => {
            Some(format!("{}-{operation}-{nth}-of-{function}", become_.name()))
        }
        _ => None,
    });
    call.or(stale).unwrap_or_default()
}

fn write_as(path: &Path, scenario: &Scenario, broken: &[Violation]) -> std::io::Result<PathBuf> {
    let comment: String =
        broken.iter().map(|it| format!("# {}: {}\n", it.invariant, it.what)).collect();
    let text = to_toml(scenario).map_err(std::io::Error::other)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, format!("{comment}\n{text}"))?;
    Ok(path.to_owned())
}

fn entries<'a>(table: &'a mut Table, list: &str) -> impl Iterator<Item = &'a mut Table> {
    let list = table.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
    list.filter_map(Value::as_table_mut)
}

/// Removes the defaults from every entry of a list.
fn remove_defaults_of_list<T: serde::Serialize>(
    table: &mut Table,
    list: &str,
    named: impl Fn(&str) -> T,
) -> Result<(), toml::ser::Error> {
    for entry in entries(table, list) {
        let name = entry.get("name").or(entry.get("family")).and_then(Value::as_str);
        let mut usual = Table::try_from(named(name.unwrap_or_default()))?;
        for required in ["name", "family", "cluster", "on", "instances"] {
            usual.remove(required);
        }
        remove_defaults(entry, &usual);
    }
    Ok(())
}

/// Removes the defaults from a table and from the tables within it.
fn remove_defaults(table: &mut Table, usual: &Table) {
    table.retain(|key, value| match (value, usual.get(key)) {
        (Value::Table(inner), Some(Value::Table(usual))) => {
            remove_defaults(inner, usual);
            !inner.is_empty()
        }
        (Value::Table(inner), None) => !inner.is_empty(),
        (Value::Array(inner), None) => !inner.is_empty(),
        (value, Some(usual)) => value != usual,
        (_, None) => true,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::RandomWorlds;
    use crate::scenario_file::parse_scenario;

    #[test]
    fn written_scenario_reads_back_the_same() {
        for seed in 0..50 {
            let scenario = RandomWorlds::default().scenario(seed);
            let text = to_toml(&scenario).unwrap();

            let read = parse_scenario(Path::new("seed.toml"), &text).unwrap();

            assert_eq!(format!("{read:?}"), format!("{scenario:?}"), "{text}");
        }
    }

    #[test]
    fn defaults_are_left_out() {
        let mut scenario = Scenario::default();
        scenario.groups.push(GroupSpec::named("web", 3));

        assert_eq!(to_toml(&scenario).unwrap(), "[[group]]\ninstances = 3\nname = \"web\"\n");
    }
}
