//! Parsing of random bodies ends with a signal, a reason or an error, and each keeps its promises.

use proptest::prelude::*;
use serde_json::{Value, json};

#[path = "claims/signal.rs"]
mod claims;
mod files;

use claims::any_body_is_understood_or_refused as keeps_its_promises;
use files::files;

fn bodies() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/events");
    files(folder.as_ref()).into_values().flatten().collect()
}

fn events() -> Vec<Value> {
    bodies().iter().filter_map(|body| serde_json::from_str(body).ok()).collect()
}

fn any_value() -> impl Strategy<Value = Value> {
    let texts = vec![
        "",
        "i-",
        "yyyy-mm-ddThh:mm:ssZ",
        "-9999-01-02T01:59:59.9999999999Z",
        "\u{0}",
        "arn:",
        "a\u{2028}b",
        "arn:aws:ecs:eu-west-1:444455556666:cluster/a",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(texts).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z]{0,3}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// Puts `value` at the `nth` place of a message, counted through its objects and lists. Returns true if there is one.
fn put(message: &mut Value, nth: &mut usize, value: &Value) -> bool {
    if *nth == 0 {
        *message = value.clone();
        return true;
    }
    *nth -= 1;
    match message {
        Value::Object(fields) => fields.values_mut().any(|field| put(field, nth, value)),
        Value::Array(items) => items.iter_mut().any(|item| put(item, nth, value)),
        _ => false,
    }
}

#[test]
fn event_file_keeps_its_promises() {
    bodies().iter().for_each(|body| keeps_its_promises(body));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_keeps_its_promises(bytes in prop::collection::vec(any::<u8>(), 0..512), text in any::<String>()) {
        keeps_its_promises(&String::from_utf8_lossy(&bytes));
        keeps_its_promises(&text);
    }

    #[test]
    fn any_json_keeps_its_promises(value in any_value()) {
        keeps_its_promises(&value.to_string());
    }

    #[test]
    fn event_with_changed_bytes_keeps_its_promises(
        body in prop::sample::select(bodies()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        end in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = body.into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(end.index(bytes.len()));
        }
        keeps_its_promises(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn event_with_changed_values_keeps_its_promises(
        event in prop::sample::select(events()),
        changes in prop::collection::vec((0..120_usize, any_value()), 1..4),
    ) {
        let mut event = event;
        for (mut nth, value) in changes {
            put(&mut event, &mut nth, &value);
        }
        keeps_its_promises(&event.to_string());
        keeps_its_promises(&json!({"Type": "Notification", "Message": event.to_string()}).to_string());
    }
}
