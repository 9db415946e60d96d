//! Secrets, accounts and hosts, which the repository must not contain.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::process::Command;

use crate::world::root;

/// Numbers of twelve digits that are no real account: those of AWS's documentation and of emulators, and the end of the
/// token in AWS's sample event.
const NOBODYS: [&str; 5] =
    ["111122223333", "444455556666", "123456789012", "000000000000", "210987654321"];

/// Allowed hosts: AWS's own, and public ones to which a text refers.
const HOSTS: [&str; 7] = [
    "amazonaws.com",
    "aws.amazon.com",
    "github.com",
    "www.apache.org",
    "www.cargo-lambda.info",
    "rustup.rs",
    "opencontainers.org",
];

/// Placeholders for hosts in tests.
const PLACEHOLDERS: [&str; 5] = ["q", "a", "sqs.", "", "YOUR-BUCKET"];

/// Returns the forbidden texts with their lines.
fn found(text: &str) -> Vec<String> {
    let lines = text.lines().enumerate();
    let in_line = |(n, line): (usize, &str)| {
        let all = accounts(line).chain(keys(line)).chain(addresses(line)).chain(hosts(line));
        all.map(|what| format!("{}: {what}", n + 1)).collect::<Vec<_>>()
    };
    lines.flat_map(in_line).collect()
}

fn words(line: &str, letters: fn(char) -> bool) -> impl Iterator<Item = &str> {
    line.split(move |letter| !letters(letter)).filter(|word| !word.is_empty())
}

fn accounts(line: &str) -> impl Iterator<Item = String> {
    let numbers = words(line, |it| it.is_ascii_alphanumeric() || it == '_');
    let accounts = numbers.filter(|it| it.len() == 12 && it.bytes().all(|it| it.is_ascii_digit()));
    accounts.filter(|it| !NOBODYS.contains(it)).map(|it| format!("an account id, {it}"))
}

/// Returns access key ids (IAM user guide, reference_identifiers: AKIA, ASIA), their secrets, and private keys.
fn keys(line: &str) -> impl Iterator<Item = String> {
    let ids = words(line, |it| it.is_ascii_alphanumeric()).filter(|it| {
        it.len() == 20
            && (it.starts_with("AKIA") || it.starts_with("ASIA"))
            && !it.ends_with("EXAMPLE")
    });
    let ids = ids.map(|it| format!("an access key id, {it}"));
    let tells = line.to_lowercase().contains("secret");
    let secrets = words(line, |it| it.is_ascii_alphanumeric() || "/+=".contains(it));
    let secrets = secrets.filter(move |it| tells && is_like_a_secret(it));
    let begins = line.contains("-----BEGIN") && line.contains("PRIVATE KEY");
    let private = begins.then(|| "a private key".to_owned());
    ids.chain(secrets.map(|_| "a secret access key".to_owned())).chain(private)
}

fn is_like_a_secret(word: &str) -> bool {
    let any = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    word.len() == 40
        && any(u8::is_ascii_digit)
        && any(u8::is_ascii_uppercase)
        && any(u8::is_ascii_lowercase)
}

fn addresses(line: &str) -> impl Iterator<Item = String> {
    let words = words(line, |it| it.is_ascii_alphanumeric() || "._".contains(it));
    let addresses = words.filter_map(|it| it.trim_matches('.').parse::<Ipv4Addr>().ok());
    let somebodys = addresses.filter(|it| {
        let nobodys = it.is_loopback() || it.is_unspecified() || it.is_documentation();
        // Templates and examples have the first address of a network.
        !(nobodys || it.is_private() && it.octets()[3] == 0)
    });
    somebodys.map(|it| format!("an address, {it}"))
}

fn hosts(line: &str) -> impl Iterator<Item = String> {
    let urls = line.split("://").skip(1);
    let hosts = urls.filter_map(|rest| {
        let authority = rest.split(|it: char| !(it.is_ascii_alphanumeric() || ".-@".contains(it)));
        authority.into_iter().next()
    });
    let known = |host: &str| {
        let of = |known: &str| host == known || host.ends_with(&format!(".{known}"));
        HOSTS.iter().any(|it| of(it)) || host.parse::<Ipv4Addr>().is_ok() || host == "localhost"
    };
    let unknown = hosts.filter(move |it| !known(it) && !PLACEHOLDERS.contains(it));
    unknown.map(|it| format!("a host, {it}"))
}

/// Returns the committed files, or `None` without git.
fn tracked() -> Option<Vec<String>> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().ok()?;
    let names = String::from_utf8(listed.stdout).ok().filter(|_| listed.status.success())?;
    Some(names.split_terminator('\0').map(str::to_owned).collect())
}

#[test]
fn the_repository_holds_no_secret_no_account_and_no_host_of_anybody() {
    let Some(files) = tracked() else {
        return eprintln!("skipped: git does not say which files are committed");
    };
    assert!(files.len() > 300, "only {} files", files.len());
    let mut all = BTreeSet::new();

    // This file contains the texts that it forbids.
    for file in files.iter().filter(|file| !file.ends_with("secrets.rs")) {
        let Ok(text) = std::fs::read_to_string(root().join(file)) else { continue };
        all.extend(found(&text).into_iter().map(|what| format!("{file}:{what}")));
    }

    assert!(all.is_empty(), "{all:#?}");
}

#[test]
fn each_kind_of_what_must_not_be_there_is_seen() {
    for line in [
        "arn:aws:ecs:eu-west-1:902345678123:cluster/web",
        "AKIAQYLPMN5HFIQR7XYA",
        "aws_secret_access_key = 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",
        "-----BEGIN RSA PRIVATE KEY-----",
        "server: 10.1.2.3",
        "see 52.95.110.1:443.",
        "registry = \"sparse+https://crates.example-company.net/index/\"",
        "http://build-7.internal/a",
    ] {
        assert_eq!(found(line).len(), 1, "{line}: {:?}", found(line));
    }
}

#[test]
fn values_from_documentation_are_no_secrets() {
    for line in [
        "arn:aws:sqs:eu-west-1:111122223333:q and 123456789012",
        "AKIAIOSFODNN7EXAMPLE",
        "checksum = \"0123456789010123456789abcdef\"",
        "http://127.0.0.1:4566 and http://192.0.2.7/",
        "10.0.0.0/16",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/q",
    ] {
        assert!(found(line).is_empty(), "{line}: {:?}", found(line));
    }
}
