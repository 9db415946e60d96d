//! The permissions of a role's policies (IAM user guide, policy elements and evaluation logic).

use serde_json::Value;

use super::request_context::RequestContext;

/// The statements of a role's policies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Role {
    statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Statement {
    denies: bool,
    actions: Vec<String>,
    resources: Vec<String>,
    /// Conditions on `ecs:cluster`, each with its patterns. One pattern of every condition has to match.
    clusters: Vec<Vec<String>>,
}

impl Role {
    /// Returns the role that has these policy documents.
    ///
    /// # Errors
    ///
    /// The first unknown element.
    pub fn new<'a>(documents: impl IntoIterator<Item = &'a Value>) -> Result<Self, String> {
        let statements = documents.into_iter().flat_map(|document| items(&document["Statement"]));
        let statements = statements.map(Statement::parse).collect::<Result<_, _>>()?;
        Ok(Self { statements })
    }

    /// Returns the actions that the statements name, with their wildcards.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.statements.iter().flat_map(|statement| statement.actions.iter().map(String::as_str))
    }

    /// Returns true if the role allows an action on a resource, for a call without further context.
    pub fn may(&self, action: &str, resource: &str) -> bool {
        let request =
            RequestContext { action: action.to_owned(), resources: Vec::new(), cluster: None };
        self.allows(&request, resource)
    }

    /// Returns true if the role allows the request. An explicit deny counts for more than any allow.
    pub(super) fn allows(&self, request: &RequestContext, resource: &str) -> bool {
        let mut matching = self.statements.iter().filter(|it| it.matches(request, resource));
        matching.any(|it| !it.denies) && !self.denies(request, resource)
    }

    /// Returns true if a statement denies the request.
    pub(super) fn denies(&self, request: &RequestContext, resource: &str) -> bool {
        self.statements.iter().any(|it| it.denies && it.matches(request, resource))
    }
}

impl Statement {
    fn parse(statement: &Value) -> Result<Self, String> {
        let known = ["Sid", "Effect", "Action", "Resource", "Condition"];
        let elements = statement.as_object().into_iter().flatten();
        for (element, _) in elements {
            if !known.contains(&element.as_str()) {
                return Err(format!("the simulator does not know {element} in a role's policy"));
            }
        }
        let mut clusters = Vec::new();
        for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
            if !["ArnEquals", "ArnLike", "StringLike"].contains(&operator.as_str()) {
                return Err(format!("the simulator does not know the condition {operator}"));
            }
            for (key, patterns) in keys.as_object().into_iter().flatten() {
                if key != "ecs:cluster" {
                    return Err(format!("the simulator does not know the condition key {key}"));
                }
                clusters.push(texts(patterns));
            }
        }
        Ok(Self {
            denies: statement["Effect"] == "Deny",
            actions: texts(&statement["Action"]),
            resources: texts(&statement["Resource"]),
            clusters,
        })
    }

    fn matches(&self, request: &RequestContext, resource: &str) -> bool {
        let in_any_case = char::eq_ignore_ascii_case;
        self.actions.iter().any(|it| is_like(&request.action, it, in_any_case))
            && self.resources.iter().any(|it| is_like(resource, it, char::eq))
            && self.clusters.iter().all(|patterns| is_one_of(request.cluster.as_deref(), patterns))
    }
}

/// Returns true if the cluster matches one of the patterns. A missing key matches no pattern.
fn is_one_of(cluster: Option<&str>, patterns: &[String]) -> bool {
    cluster
        .is_some_and(|cluster| patterns.iter().any(|pattern| is_like(cluster, pattern, char::eq)))
}

/// Returns a single value or a list as a list.
fn items(value: &Value) -> &[Value] {
    value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice)
}

fn texts(value: &Value) -> Vec<String> {
    items(value).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns true if a text fits a pattern: `*` is any characters, `?` one. `same` compares characters.
fn is_like(text: &str, pattern: &str, same: fn(&char, &char) -> bool) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = &pattern[1..];
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            rest.is_empty() || ends.into_iter().any(|at| is_like(&text[at..], rest, same))
        }
        Some(wanted) => {
            let mut characters = text.chars();
            let matches = characters.next().is_some_and(|it| wanted == '?' || same(&it, &wanted));
            matches && is_like(characters.as_str(), &pattern[wanted.len_utf8()..], same)
        }
    }
}
