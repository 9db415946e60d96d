//! Event files, and the message bodies in them.

#![allow(clippy::unwrap_used, reason = "only tests are below")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the message bodies in each file below a folder, by the path of the file in the folder.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                found.insert(name.to_owned(), bodies(name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

/// Returns the bodies in a file: one per record of a Lambda SQS event, one per line of JSON Lines, else the whole file.
fn bodies(name: &str, text: String) -> Vec<String> {
    if name.contains("lambda-") && name.contains("event-") {
        let event: serde_json::Value = serde_json::from_str(&text).unwrap();
        let records = event["Records"].as_array().unwrap();
        records.iter().map(|record| record["body"].as_str().unwrap().to_owned()).collect()
    } else if name.ends_with(".jsonl") {
        text.lines().map(str::to_owned).collect()
    } else {
        vec![text]
    }
}
