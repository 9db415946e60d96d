//! The instances of a resource: one, or one for each key.
//!
//! They are called as the template calls the same: `aws_sqs_queue.queue["asg-lifecycle"]` is `AsgLifecycleQueue`, key and name;
//! one whose name is `this` has the key alone.

use hcl::eval::Context;
use hcl::structure::Block;
use hcl::{Expression, Value};

use super::module::{attribute, attributes, in_json, label, object, value};

/// A resource that is there once.
#[derive(Debug)]
pub(super) struct Instance {
    /// What the template calls it.
    pub(super) id: String,
    pub(super) of_type: String,
    /// Its attributes and blocks.
    pub(super) attributes: serde_json::Map<String, serde_json::Value>,
    /// The resources that `depends_on` names, as the template calls them, with their types.
    pub(super) depends_on: Vec<(String, String)>,
}

/// What a resource is there for.
#[derive(Debug)]
pub(super) enum Keys {
    Once,
    /// So many times (`count`), of which the test knows none and one.
    Count(usize),
    /// Keys with their values (`for_each`).
    Each(Vec<(String, Value)>),
}

/// What is no attribute of the resource.
const META_ARGUMENTS: [&str; 3] = ["count", "for_each", "depends_on"];

impl Keys {
    pub(super) fn of(block: &Block, context: &Context<'_>) -> Self {
        let evaluated = |key: &str| {
            attribute(block.body(), key)
                .map(|it| value(it, context).unwrap_or_else(|error| panic!("{key}: {error}")))
        };
        match (evaluated("count"), evaluated("for_each")) {
            (Some(count), None) => match count.as_u64() {
                Some(count @ 0..=1) => Self::Count(count as usize),
                _ => panic!("the test knows resources that are there once or not, not {count}"),
            },
            (None, Some(Value::Object(entries))) => Self::Each(entries.into_iter().collect()),
            (None, Some(Value::Array(set))) => {
                let key = |it: &Value| it.as_str().expect("a key is a text").to_owned();
                Self::Each(set.into_iter().map(|it| (key(&it), it)).collect())
            }
            (None, None) => Self::Once,
            (_, other) => panic!("the test does not know for_each over {other:?}"),
        }
    }

    /// What an expression finds under a resource's name, made from what each instance is called.
    pub(super) fn each(&self, name: &str, made: impl Fn(&str) -> Value) -> Value {
        match self {
            Self::Once => made(&called("", name)),
            Self::Count(count) => Value::Array(vec![made(&called("", name)); *count]),
            Self::Each(keys) => {
                object(keys.iter().map(|(key, _)| (key.clone(), made(&called(key, name)))))
            }
        }
    }

    pub(super) fn instances(&self, block: &Block, context: &Context<'_>) -> Vec<Instance> {
        match self {
            Self::Once => vec![instance(block, "", context)],
            Self::Count(count) => (0..*count).map(|_| instance(block, "", context)).collect(),
            Self::Each(keys) => {
                let instances = keys.iter().map(|(key, value)| {
                    let mut context = context.clone();
                    let each = [
                        ("key".to_owned(), key.as_str().into()),
                        ("value".to_owned(), value.clone()),
                    ];
                    context.declare_var("each", object(each));
                    instance(block, key, &context)
                });
                instances.collect()
            }
        }
    }
}

fn instance(block: &Block, key: &str, context: &Context<'_>) -> Instance {
    let id = called(key, label(block, 1));
    let mut body = block.body().clone();
    body.0.retain(|it| it.as_attribute().is_none_or(|it| !META_ARGUMENTS.contains(&it.key())));
    let attributes = attributes(&body, context).unwrap_or_else(|mistake| panic!("{id}: {mistake}"));
    let serde_json::Value::Object(attributes) = in_json(&Value::Object(attributes)) else {
        unreachable!("an object stays one")
    };
    let depends_on = match attribute(block.body(), "depends_on") {
        Some(Expression::Array(several)) => several.iter().map(|it| depended_on(it, key)).collect(),
        _ => Vec::new(),
    };
    Instance { id, of_type: label(block, 0).to_owned(), attributes, depends_on }
}

/// What `depends_on` names, of which the instance with the same key is meant.
fn depended_on(named: &Expression, key: &str) -> (String, String) {
    let named = hcl::format::to_string(named).unwrap_or_default();
    let (of_type, name) = named.split_once('.').unwrap_or_else(|| panic!("{named} is no resource"));
    (of_type.to_owned(), called(key, name))
}

/// What the template calls an instance.
fn called(key: &str, name: &str) -> String {
    pascal(key) + &if name == "this" { String::new() } else { pascal(name) }
}

/// `asg-lifecycle` and `asg_lifecycle` as `AsgLifecycle`.
pub(super) fn pascal(name: &str) -> String {
    let words = name.split(['-', '_']);
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    words.filter(|word| !word.is_empty()).map(capital).collect()
}
