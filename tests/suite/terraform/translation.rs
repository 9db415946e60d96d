//! What a module comes to, said in CloudFormation's words.

use serde_json::{Map, Value, json};

use super::functions::hash_of;
use super::instances::{Instance, pascal};
use super::module::Evaluated;
use super::types::PARTS;
use super::words::{How, Part, Row, from_root, of_terraform, symbol};

/// The sections `Resources` and `Outputs`, as the template's.
pub(super) fn of(module: &Evaluated) -> Value {
    let mut resources = Map::new();
    for instance in module.instances.iter().filter(|it| part(&it.of_type).is_none()) {
        let before = resources.insert(instance.id.clone(), resource(instance));
        assert_eq!(before, None, "there are two of {}", instance.id);
    }
    for instance in &module.instances {
        if let Some(part) = part(&instance.of_type) {
            put_into_its_owner(instance, part, &mut resources);
        }
    }
    let outputs = module.outputs.iter().map(|(name, output)| {
        let output = output.as_object().into_iter().flatten();
        let output: Map<_, _> = output.map(|(key, it)| (pascal(key), it.clone())).collect();
        (pascal(name), Value::Object(output))
    });
    json!({ "Resources": resources, "Outputs": outputs.collect::<Map<_, _>>() })
}

fn part(of_type: &str) -> Option<&'static Part> {
    PARTS.iter().find(|it| it.terraform == of_type)
}

fn resource(instance: &Instance) -> Value {
    let Instance { id, of_type, attributes, .. } = instance;
    let known =
        of_terraform(of_type).unwrap_or_else(|| panic!("types.rs lacks {of_type}, which {id} is"));
    let properties = translated(attributes, known.rows, &format!("{of_type} {id}"));
    let mut resource = json!({ "Type": known.cloudformation, "Properties": properties });
    // Parts are there with their owner, and so before whatever names it.
    let depends_on = instance.depends_on.iter().filter(|(of_type, _)| part(of_type).is_none());
    let depends_on: Vec<&str> = depends_on.map(|(_, id)| id.as_str()).collect();
    if !depends_on.is_empty() {
        resource["DependsOn"] = json!(depends_on);
    }
    resource
}

fn put_into_its_owner(instance: &Instance, part: &Part, resources: &mut Map<String, Value>) {
    let Instance { id, of_type, attributes, .. } = instance;
    let mut attributes = attributes.clone();
    let of = attributes.remove(part.of).unwrap_or_default();
    let owner =
        of.as_str().and_then(|it| it.strip_prefix('<')?.split('.').next()).unwrap_or_default();
    for own in part.as_owner {
        if let Some(value) = attributes.remove(*own) {
            assert_eq!(value, symbol(owner, own), "{of_type} {id}: {own} is not that of {owner}");
        }
    }
    let translated = translated(&attributes, part.rows, &format!("{of_type} {id}"));
    let item = translated.get("").cloned().unwrap_or(Value::Object(translated));
    let resource =
        resources.get_mut(owner).unwrap_or_else(|| panic!("{of_type} {id} is part of {of}"));
    match &mut resource["Properties"][part.list] {
        Value::Array(items) => items.push(item),
        none => *none = json!([item]),
    }
}

/// The properties that attributes are.
fn translated(attributes: &Map<String, Value>, rows: &[Row], what: &str) -> Map<String, Value> {
    if let Some(unknown) = attributes.keys().find(|key| rows.iter().all(|row| row.0 != *key)) {
        panic!("types.rs lacks {unknown} of {what}");
    }
    let mut properties = Map::new();
    for row in rows {
        if let Some(value) = property(attributes, row, what) {
            put(&mut properties, row.1, value);
        }
    }
    properties
}

/// What an attribute is there. None: nothing is said.
fn property(attributes: &Map<String, Value>, row: &Row, what: &str) -> Option<Value> {
    // Terraform language, types and values: null is as if nothing were said. The provider takes an empty list so, too.
    let said = attributes.get(row.0).filter(|it| !it.is_null() && **it != json!([]));
    if let How::Otherwise(terraform, cloudformation) = row.2 {
        let value = said.cloned().unwrap_or(json!(terraform));
        return (value != json!(cloudformation)).then_some(value);
    }
    let said = said?;
    let text = || said.as_str().unwrap_or_else(|| panic!("{} of {what} is {said}, no text", row.0));
    Some(match &row.2 {
        How::Same | How::Otherwise(..) => said.clone(),
        How::Json => {
            serde_json::from_str(text()).unwrap_or_else(|error| panic!("{}: {error}", row.0))
        }
        How::Alone => json!([said]),
        How::Pairs => {
            let pairs = said.as_object().into_iter().flatten();
            pairs.map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
        }
        How::Block(rows) => match &blocks(said, rows, what)[..] {
            [one] => one.clone(),
            several => panic!("{} of {what} is there {} times", row.0, several.len()),
        },
        How::Blocks(rows) => Value::Array(blocks(said, rows, what)),
        How::Zip => {
            let folder = text().strip_suffix("/bootstrap.zip");
            from_root(
                folder.unwrap_or_else(|| panic!("{what}: cargo-lambda does not build {said}")),
            )
            .into()
        }
        How::HashOf(file) => {
            let file = attributes[*file].as_str().unwrap_or_default();
            assert_eq!(text(), hash_of(file), "{} of {what}", row.0);
            return None;
        }
        How::MadeUp => return None,
        How::Stated(usual) => {
            assert_eq!(text(), *usual, "{} of {what}", row.0);
            return None;
        }
    })
}

fn blocks(said: &Value, rows: &[Row], what: &str) -> Vec<Value> {
    let blocks = said.as_array().into_iter().flatten().filter_map(Value::as_object);
    blocks.map(|block| Value::Object(translated(block, rows, what))).collect()
}

/// Puts a value to its path, such as `Metric.Namespace`.
fn put(properties: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            properties.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = properties.entry(first).or_insert_with(|| json!({}));
            put(inner.as_object_mut().expect("a path goes through objects"), rest, value);
        }
    }
}
