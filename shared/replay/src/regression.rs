//! A scenario as a file: only what differs from the defaults, in the form that `ebb replay` eats.

use std::path::{Path, PathBuf};

use sim::scenario::{
    Fault, GroupSpec, Happening, HookSpec, Scenario, ServiceSpec, StandaloneSpec,
    TaskDefinitionSpec,
};
use toml::{Table, Value};

use super::Outcome;
use crate::invariants::Broken;

/// The scenario as TOML.
///
/// # Errors
///
/// What cannot be written as TOML; no scenario that was read or drawn is such.
pub fn to_toml(scenario: &Scenario) -> Result<String, toml::ser::Error> {
    let mut table = Table::try_from(scenario)?;
    prune(&mut table, &Table::try_from(Scenario::default())?);
    prune_all(&mut table, "group", |it| GroupSpec::named(it, 0))?;
    prune_all(&mut table, "service", |it| ServiceSpec::named(it, ""))?;
    prune_all(&mut table, "standalone", |it| StandaloneSpec::named(it, "", ""))?;
    prune_all(&mut table, "task_definition", TaskDefinitionSpec::named)?;
    for group in entries(&mut table, "group") {
        prune_all(group, "hook", HookSpec::named)?;
    }
    toml::to_string(&table)
}

/// Writes a failure down: what broke as a comment, then the scenario. The file's name says the seed; a better one says
/// what it taught.
///
/// # Errors
///
/// What the operating system, or TOML, says.
pub fn write(folder: &Path, scenario: &Scenario, broken: &[Broken]) -> std::io::Result<PathBuf> {
    write_as(&folder.join(format!("seed-{}.toml", scenario.seed)), scenario, broken)
}

/// As [`write()`], for a scenario of a file in which one call went wrong.
///
/// # Errors
///
/// As [`write()`].
pub fn write_point(folder: &Path, file: &Path, failed: &Outcome) -> std::io::Result<PathBuf> {
    let name = file.file_stem().map_or_else(String::new, |it| it.to_string_lossy().into_owned());
    let name = format!("{name}-{}.toml", fault(&failed.scenario));
    write_as(&folder.join(name), &failed.scenario, &failed.broken)
}

/// What the fault that was added last is called: the one call of a scenario that went wrong, if none of them lagged behind.
pub(super) fn fault(scenario: &Scenario) -> String {
    let stale = scenario.happens.iter().rev().find_map(|step| match &step.what {
        Happening::StaleReads { operation: Some(operation), .. } => {
            Some(format!("stale-{operation}-at-{}", step.at))
        }
        _ => None,
    });
    let call = scenario.faults.last().and_then(|fault| match fault {
        Fault::Call { function, operation, nth, become_ } => {
            Some(format!("{}-{operation}-{nth}-of-{function}", become_.name()))
        }
        _ => None,
    });
    call.or(stale).unwrap_or_default()
}

fn write_as(path: &Path, scenario: &Scenario, broken: &[Broken]) -> std::io::Result<PathBuf> {
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

/// Takes out of every entry of a list what one of the same name has anyway.
fn prune_all<T: serde::Serialize>(
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
        prune(entry, &usual);
    }
    Ok(())
}

/// Takes out what is as usual, tables within tables as well.
fn prune(table: &mut Table, usual: &Table) {
    table.retain(|key, value| match (value, usual.get(key)) {
        (Value::Table(inner), Some(Value::Table(usual))) => {
            prune(inner, usual);
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
    use crate::replay::read_scenario;
    use crate::simulate::drawn;

    #[test]
    fn what_is_written_is_read_as_the_same_scenario() {
        for seed in 0..50 {
            let scenario = drawn(seed, 120, None);
            let text = to_toml(&scenario).unwrap();

            let read = read_scenario(Path::new("seed.toml"), &text).unwrap();

            assert_eq!(format!("{read:?}"), format!("{scenario:?}"), "{text}");
        }
    }

    #[test]
    fn what_is_as_usual_is_left_out() {
        let mut scenario = Scenario::default();
        scenario.groups.push(GroupSpec::named("web", 3));

        assert_eq!(to_toml(&scenario).unwrap(), "[[group]]\ninstances = 3\nname = \"web\"\n");
    }
}
