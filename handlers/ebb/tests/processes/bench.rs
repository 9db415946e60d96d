//! `ebb bench`: its JSON, its table, its mistakes, and its exit codes.

use std::process::Command;

/// Returns the exit code, standard output and standard error of a bench.
fn bench(arguments: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ebb"));
    let output = command.arg("bench").args(arguments.split(' ')).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn spot_storm_prints_one_json_document_or_a_table_of_the_same_figures() {
    let storm = "spot-storm --instances 3 --as worker --seed 7";

    let (json_code, json, _) = bench(&format!("{storm} --json"));
    let (table_code, table, mistakes) = bench(storm);

    let figures: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json_code, table_code), (Some(0), Some(0)), "{mistakes}");
    let heading = "ebb as worker: 3 Spot interruption warnings within 10 s (seed 7)";
    assert!(table.starts_with(heading), "{table}");
    let calls = format!("{} (", figures["aws_calls"]);
    let row = table.lines().find(|line| line.starts_with("AWS calls")).unwrap();
    assert!(row.contains(&calls), "{row}: {json}");
}

#[test]
fn mistake_in_the_arguments_of_a_bench_exits_with_2_and_names_the_value() {
    let mistakes = [
        ("spot-storm --instances 0 --as worker", "0 is not in 1..=20000"),
        ("spot-storm --instances 3", "--as"),
        ("spot-storm --instances 3 --as process", "[possible values: worker, lambda]"),
        ("refresh --instances 3 --as lambda --standalone-hours 48", "48 is not in 1..=47"),
        (
            "idle --clusters 2 --with-instances 3 --groups 9",
            "--with-instances 3: expected at most --clusters 2",
        ),
    ];
    for (arguments, expected) in mistakes {
        let (code, output, mistake) = bench(arguments);

        assert_eq!((code, output.as_str()), (Some(2), ""), "{arguments}");
        assert!(mistake.contains(expected), "{arguments}: {mistake}");
    }
}
