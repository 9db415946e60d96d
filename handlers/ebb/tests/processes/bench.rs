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
fn recycle_prints_its_figures_for_each_way_as_json_and_as_a_table() {
    let (json_code, json, _) = bench("recycle --seed 7 --json");
    let (table_code, table, mistakes) = bench("recycle --seed 7");

    let figures: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json_code, table_code), (Some(0), Some(0)), "{mistakes}");
    let cells = |row: &str| {
        let line = table.lines().find_map(|line| line.strip_prefix(row)).unwrap();
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let ways = ["stop-and-sleep", "forced-deployment", "recycle-lambda", "ebb"];
    let calls = ways.map(|way| figures[way]["aws_calls"].to_string());
    let failed = ways.map(|way| figures[way]["effects"]["requests_failed"].to_string());
    assert_eq!((cells("AWS calls"), cells("requests failed")), (calls.into(), failed.into()));
    assert!(table.starts_with("12 tasks behind a load balancer are replaced (seed 7)"), "{table}");
}

#[test]
fn recycle_with_replacements_at_once_fails_no_request_of_the_loop() {
    let (code, json, mistakes) = bench("recycle --replace-at-once --json");

    let figures: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(code, Some(0), "{mistakes}");
    assert_eq!(figures["stop-and-sleep"]["effects"]["requests_failed"], 0, "{json}");
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
