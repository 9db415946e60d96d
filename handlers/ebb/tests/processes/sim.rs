//! `ebb sim`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

use tests::running::Running;

fn sim(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ebb"));
    command.arg("sim").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts `ebb sim`, and reads the address that it prints.
fn start_sim(arguments: &[&str]) -> (Running, String) {
    let mut running = Running(sim(arguments).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("listening on http://").expect(&line).to_owned();
    (running, address)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn list_clusters(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let target = "x-amz-target: AmazonEC2ContainerServiceV20141113.ListClusters";
    write!(stream, "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{target}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[cfg(unix)]
#[test]
fn simulator_prints_its_address_answers_and_ends_with_0_after_sigterm() {
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/scenarios/scale-in.toml");
    for signal in ["-TERM", "-INT"] {
        let (mut running, address) = start_sim(&["--listen", "127.0.0.1:0", scenario]);

        let answer = list_clusters(&address);
        running.signal(signal);

        assert!(answer.contains(":cluster/"), "{answer}");
        assert_eq!(running.0.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn world_begins_at_the_time_of_its_argument() {
    let start = "2027-01-01T00:00:00Z";
    let (_running, address) = start_sim(&["--listen", "127.0.0.1:0", "--start", start]);

    let answer = list_clusters(&address);

    assert!(answer.contains("date: Fri, 01 Jan 2027 00:00:"), "{answer}");
    let wrong = sim(&["--start", "noon"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("`now`, or a time such as"), "{}", stderr(&wrong));
}

#[test]
fn address_that_is_in_use_or_invalid_exits_with_2() {
    let (_running, address) = start_sim(&["--listen", "127.0.0.1:0"]);

    let in_use = sim(&["--listen", &address]).output().unwrap();
    let none = sim(&["--listen", "nowhere"]).output().unwrap();

    assert_eq!((in_use.status.code(), none.status.code()), (Some(2), Some(2)));
    assert!(stderr(&in_use).contains(&format!("--listen {address}: ")), "{}", stderr(&in_use));
    assert!(stderr(&none).contains("nowhere"), "{}", stderr(&none));
}

#[test]
fn scenario_that_is_wrong_or_missing_exits_with_2_and_is_named() {
    let wrong = std::env::temp_dir().join(format!("ebb-{}-wrong.toml", std::process::id()));
    std::fs::write(
        &wrong,
        "[[happens]]\nat = \"1m\"\nwhat = \"instance-refresh\"\ngroup = \"x\"\n",
    )
    .unwrap();

    let wrong = sim(&["--listen", "127.0.0.1:0", &wrong.to_string_lossy()]).output().unwrap();
    let missing = sim(&["--listen", "127.0.0.1:0", "nowhere.toml"]).output().unwrap();

    assert_eq!((wrong.status.code(), missing.status.code()), (Some(2), Some(2)));
    assert!(stderr(&wrong).contains("wrong.toml:4: happens[0].group"), "{}", stderr(&wrong));
    assert!(stderr(&missing).contains("nowhere.toml: "), "{}", stderr(&missing));
}
