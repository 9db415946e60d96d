//! Terraform's own functions, as many as the module calls (Terraform language, functions).

use hcl::Value;
use hcl::eval::{Context, Func, FuncArgs, FuncDef, ParamType};

const FUNCTIONS: [(&str, Func); 9] = [
    ("concat", concat),
    ("filebase64sha256", filebase64sha256),
    ("floor", floor),
    ("join", join),
    ("jsonencode", jsonencode),
    ("length", length),
    ("merge", merge),
    ("substr", substr),
    ("toset", toset),
];

/// Makes them known.
pub(super) fn declare(context: &mut Context<'_>) {
    for (name, function) in FUNCTIONS {
        context
            .declare_func(name, FuncDef::builder().variadic_param(ParamType::Any).build(function));
    }
}

fn concat(arguments: FuncArgs) -> Result<Value, String> {
    let lists = arguments.into_values().into_iter().map(list);
    Ok(Value::Array(lists.collect::<Result<Vec<_>, _>>()?.concat()))
}

/// The files are not there; what stands for the hash says of which it is.
fn filebase64sha256(arguments: FuncArgs) -> Result<Value, String> {
    let path = arguments[0].as_str().ok_or("a path is a text")?;
    Ok(hash_of(path).into())
}

/// What stands for the hash of a file.
pub(super) fn hash_of(path: &str) -> String {
    format!("<hash of {path}>")
}

fn floor(arguments: FuncArgs) -> Result<Value, String> {
    let number = arguments[0].as_f64().ok_or("floor is of a number")?;
    Ok(Value::from(number.floor() as i64))
}

fn join(arguments: FuncArgs) -> Result<Value, String> {
    let between = arguments[0].as_str().ok_or("join is by a text")?;
    let items = list(arguments[1].clone())?;
    let texts = items.iter().map(|item| item.as_str().ok_or("join is of texts"));
    Ok(texts.collect::<Result<Vec<_>, _>>()?.join(between).into())
}

fn jsonencode(arguments: FuncArgs) -> Result<Value, String> {
    serde_json::to_string(&arguments[0]).map(Value::from).map_err(|error| error.to_string())
}

fn length(arguments: FuncArgs) -> Result<Value, String> {
    match &arguments[0] {
        Value::Array(items) => Ok(items.len().into()),
        Value::Object(entries) => Ok(entries.len().into()),
        Value::String(text) => Ok(text.chars().count().into()),
        other => Err(format!("{other} has no length")),
    }
}

fn merge(arguments: FuncArgs) -> Result<Value, String> {
    let mut merged = hcl::Map::new();
    for argument in arguments.into_values() {
        match argument {
            Value::Object(entries) => merged.extend(entries),
            other => return Err(format!("{other} is no map")),
        }
    }
    Ok(Value::Object(merged))
}

fn substr(arguments: FuncArgs) -> Result<Value, String> {
    let text = arguments[0].as_str().ok_or("substr is of a text")?;
    let from = arguments[1].as_u64().ok_or("substr is from a number")? as usize;
    let length = arguments[2].as_u64().ok_or("substr has a length")? as usize;
    Ok(text.chars().skip(from).take(length).collect::<String>().into())
}

fn toset(arguments: FuncArgs) -> Result<Value, String> {
    let mut items = list(arguments[0].clone())?;
    items.sort_by_key(ToString::to_string);
    items.dedup();
    Ok(Value::Array(items))
}

fn list(value: Value) -> Result<Vec<Value>, String> {
    match value {
        Value::Array(items) => Ok(items),
        other => Err(format!("{other} is no list")),
    }
}
