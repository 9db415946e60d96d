//! What a Terraform module comes to with values for its variables, told without terraform: its resources, one for each of
//! its instances, and its outputs, with symbols for what only a deployment knows.

use std::collections::BTreeMap;
use std::path::Path;

use hcl::eval::{Context, Evaluate};
use hcl::structure::{Block, Body};
use hcl::{Expression, Identifier, Map, Value};

use super::functions;
use super::instances::{Instance, Keys};
use super::types::DATA;
use super::words::{no_other_than, of_terraform, symbol};

/// The blocks that the test reads, and that which says what to read them with.
const BLOCKS: [&str; 6] = ["terraform", "variable", "locals", "data", "resource", "output"];

/// A module: the blocks of all its files.
#[derive(Debug)]
pub(super) struct Module {
    /// Its folder, from the project's root.
    pub(super) folder: &'static str,
    body: Body,
}

/// What it comes to.
#[derive(Debug)]
pub(super) struct Evaluated {
    pub(super) instances: Vec<Instance>,
    pub(super) outputs: BTreeMap<String, serde_json::Value>,
}

impl Module {
    /// The text of a module: that of all its files.
    pub(super) fn text(folder: &Path) -> String {
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "tf"));
        files.iter().map(|file| std::fs::read_to_string(file).unwrap() + "\n").collect()
    }

    pub(super) fn new(folder: &'static str, text: &str) -> Self {
        let body = hcl::parse(text).unwrap_or_else(|error| panic!("{folder}: {error}"));
        no_other_than(&BLOCKS, body.blocks().map(Block::identifier), folder);
        Self { folder, body }
    }

    /// The blocks that begin with a word, such as `variable`.
    pub(super) fn blocks(&self, word: &str) -> impl Iterator<Item = &Block> {
        self.body.blocks().filter(move |block| block.identifier() == word)
    }

    /// What it comes to with these values, and with the defaults of all other variables.
    pub(super) fn evaluated(&self, given: &BTreeMap<String, Value>) -> Evaluated {
        let mut scope = Scope::new(self, given);
        scope.settle_locals();
        let declared: Vec<(&Block, Keys)> =
            self.blocks("resource").map(|block| (block, Keys::of(block, &scope.context))).collect();
        scope.declare_resources(&declared);
        scope.settle_locals();
        assert!(scope.unsettled.is_empty(), "{}: {:#?}", self.folder, scope.mistakes());

        let instances =
            declared.iter().flat_map(|(block, keys)| keys.instances(block, &scope.context));
        let outputs = self.blocks("output").map(|block| {
            let value =
                attributes(block.body(), &scope.context).unwrap_or_else(|it| panic!("{it}"));
            (label(block, 0).to_owned(), in_json(&Value::Object(value)))
        });
        Evaluated { instances: instances.collect(), outputs: outputs.collect() }
    }
}

/// What the names in a module stand for, as far as it is known.
struct Scope<'a> {
    context: Context<'a>,
    locals: Map<String, Value>,
    /// Locals that name something that is not known yet.
    unsettled: Vec<(String, &'a Expression)>,
}

impl<'a> Scope<'a> {
    fn new(module: &'a Module, given: &BTreeMap<String, Value>) -> Self {
        let mut context = Context::new();
        functions::declare(&mut context);
        let variables = module.blocks("variable").map(|block| {
            let name = label(block, 0).to_owned();
            let default = attribute(block.body(), "default").cloned().map(Value::from);
            let value = given.get(&name).cloned().or(default);
            (name.clone(), value.unwrap_or_else(|| panic!("{name} has no value")))
        });
        context.declare_var("var", object(variables));
        context.declare_var("path", object([("module".to_owned(), module.folder.into())]));
        let data = module.blocks("data").map(|block| {
            let facts = DATA.iter().filter(|(source, ..)| *source == label(block, 0));
            let facts =
                facts.map(|(_, fact, stands)| (String::from(*fact), format!("<{stands}>").into()));
            (label(block, 0).to_owned(), object([(label(block, 1).to_owned(), object(facts))]))
        });
        context.declare_var("data", object(data));
        let locals = module.blocks("locals").flat_map(|block| block.body().attributes());
        let unsettled = locals.map(|it| (it.key().to_owned(), it.expr())).collect();
        Self { context, locals: Map::new(), unsettled }
    }

    /// Evaluates locals, which may name each other in any order, until no more can be.
    fn settle_locals(&mut self) {
        loop {
            let before = self.unsettled.len();
            for (name, expression) in std::mem::take(&mut self.unsettled) {
                match value(expression, &self.context) {
                    Ok(value) => {
                        self.locals.insert(name, value);
                        self.context.declare_var("local", Value::Object(self.locals.clone()));
                    }
                    Err(_) => self.unsettled.push((name, expression)),
                }
            }
            if self.unsettled.len() == before {
                return;
            }
        }
    }

    fn mistakes(&self) -> Vec<String> {
        let mistake = |it: &Expression| value(it, &self.context).err().unwrap_or_default();
        self.unsettled.iter().map(|(name, it)| format!("local.{name}: {}", mistake(it))).collect()
    }

    /// Has other expressions name what the types say that may be named of each resource.
    fn declare_resources(&mut self, declared: &[(&Block, Keys)]) {
        let mut types: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for (block, keys) in declared {
            let of_type = label(block, 0);
            let names = of_terraform(of_type).into_iter().flat_map(|it| it.named);
            let names: Vec<_> = names.map(|named| named.0).collect();
            let named = keys.each(label(block, 1), |id| {
                object(names.iter().map(|name| (String::from(*name), symbol(id, name).into())))
            });
            types.entry(of_type).or_default().insert(label(block, 1).to_owned(), named);
        }
        for (name, resources) in types {
            self.context.declare_var(Identifier::sanitized(name), Value::Object(resources));
        }
    }
}

/// The attributes and blocks of a body; each kind of block is a list.
pub(super) fn attributes(body: &Body, context: &Context<'_>) -> Result<Map<String, Value>, String> {
    let mut found = Map::new();
    for it in body.attributes() {
        found.insert(it.key().to_owned(), value(it.expr(), context)?);
    }
    let mut blocks: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for block in body.blocks() {
        if block.identifier() == "dynamic" {
            blocks.entry(label(block, 0).to_owned()).or_default().extend(dynamic(block, context)?);
        } else {
            let one = Value::Object(attributes(block.body(), context)?);
            blocks.entry(block.identifier().to_owned()).or_default().push(one);
        }
    }
    found.extend(blocks.into_iter().map(|(name, several)| (name, Value::Array(several))));
    Ok(found)
}

// Terraform language, dynamic blocks: the iterator has the block's name, and the index of a list as its key.
fn dynamic(block: &Block, context: &Context<'_>) -> Result<Vec<Value>, String> {
    let over =
        attribute(block.body(), "for_each").ok_or("a dynamic block is for each of something")?;
    let Value::Array(items) = value(over, context)? else {
        return Err("the test knows dynamic blocks over lists".to_owned());
    };
    let content = block.body().blocks().find(|it| it.identifier() == "content");
    let content = content.ok_or("a dynamic block has a content")?.body();
    let blocks = items.into_iter().enumerate().map(|(key, item)| {
        let mut context = context.clone();
        let iterator = object([("key".to_owned(), key.into()), ("value".to_owned(), item)]);
        context.declare_var(Identifier::sanitized(label(block, 0)), iterator);
        attributes(content, &context).map(Value::Object)
    });
    blocks.collect()
}

/// The value of an expression. Maps are in the order of their keys, as Terraform goes through them.
pub(super) fn value(expression: &Expression, context: &Context<'_>) -> Result<Value, String> {
    fn sorted(value: Value) -> Value {
        match value {
            Value::Object(mut entries) => {
                entries.sort_keys();
                Value::Object(entries.into_iter().map(|(key, it)| (key, sorted(it))).collect())
            }
            Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
            plain => plain,
        }
    }
    expression.evaluate(context).map(sorted).map_err(|error| error.to_string())
}

/// An attribute of a body.
pub(super) fn attribute<'a>(body: &'a Body, key: &str) -> Option<&'a Expression> {
    body.attributes().find(|it| it.key() == key).map(|it| it.expr())
}

/// A label of a block: of a resource the first is its type, the second its name.
pub(super) fn label(block: &Block, n: usize) -> &str {
    block.labels().get(n).map_or("", |label| label.as_str())
}

pub(super) fn object(entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    Value::Object(entries.into_iter().collect())
}

/// The same as JSON.
pub(super) fn in_json(value: &Value) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_else(|error| panic!("{error}"))
}
