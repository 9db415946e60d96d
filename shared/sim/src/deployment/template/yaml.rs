//! The text of a template: YAML with the short forms of intrinsic functions (CloudFormation user guide, intrinsic function
//! reference).

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Value, json};

/// Returns the one document of a text.
pub(super) fn document(text: &str) -> Result<Yaml<'_>, String> {
    let mut documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    match (documents.pop(), documents.len()) {
        (Some(document), 0) => Ok(document),
        _ => Err("a template must be one document".to_owned()),
    }
}

/// Returns the entries of one section, in the order of the text. A missing section has no entries.
pub(super) fn section(document: &Yaml<'_>, name: &str) -> Result<Vec<(String, Value)>, String> {
    let section = document.as_mapping_get(name).and_then(Yaml::as_mapping);
    let entries = section.into_iter().flatten();
    entries.map(|(key, it)| Ok((key_of(key)?, value(it)?))).collect()
}

/// Returns a node, with intrinsic functions in their long form.
pub(super) fn value(node: &Yaml<'_>) -> Result<Value, String> {
    Ok(match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(it)) => json!(it),
        Yaml::Value(Scalar::Integer(it)) => json!(it),
        Yaml::Value(Scalar::FloatingPoint(it)) => json!(it.into_inner()),
        Yaml::Value(Scalar::String(it)) => json!(it),
        Yaml::Sequence(items) => Value::Array(items.iter().map(value).collect::<Result<_, _>>()?),
        Yaml::Mapping(entries) => {
            let entries = entries.iter().map(|(key, it)| Ok((key_of(key)?, value(it)?)));
            Value::Object(entries.collect::<Result<_, String>>()?)
        }
        Yaml::Tagged(tag, of) => in_long_form(&tag.suffix, value(of)?),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            return Err("CloudFormation does not read aliases or scalars of this kind".to_owned());
        }
    })
}

fn in_long_form(tag: &str, of: Value) -> Value {
    match (tag, &of) {
        ("Ref" | "Condition", _) => json!({ tag: of }),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) = path.split_once('.').unwrap_or((path, ""));
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        _ => json!({ format!("Fn::{tag}"): of }),
    }
}

fn key_of(node: &Yaml<'_>) -> Result<String, String> {
    let key = node.as_str().map(str::to_owned);
    key.ok_or_else(|| format!("a key must be text, not {node:?}"))
}
