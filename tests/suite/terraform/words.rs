//! How a type of Terraform's provider and one of CloudFormation are told to be the same.
//!
//! What neither says is the same in both, but for [`How::Otherwise`]: of what the provider adds to a plan of the module (5.100)
//! nothing else differs from what CloudFormation takes.

use super::types::TYPES;

/// A type of resource that both have.
#[derive(Debug)]
pub(super) struct Type {
    pub(super) terraform: &'static str,
    pub(super) cloudformation: &'static str,
    /// What other resources may name of it.
    pub(super) named: &'static [Named],
    pub(super) rows: &'static [Row],
}

/// What Terraform has as a resource of its own and CloudFormation as an item in a list of another.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) terraform: &'static str,
    /// The attribute that names what it is a part of, and the property that lists such parts.
    pub(super) of: &'static str,
    pub(super) list: &'static str,
    /// Attributes that have to be the owner's own.
    pub(super) as_owner: &'static [&'static str],
    pub(super) rows: &'static [Row],
}

/// An attribute of a resource, `Ref` or an attribute in CloudFormation (empty: it has none), and what stands behind it there.
#[derive(Debug)]
pub(super) struct Named(pub(super) &'static str, pub(super) &'static str, pub(super) &'static str);

/// An attribute or a block, and the path of the property that says the same.
#[derive(Debug)]
pub(super) struct Row(pub(super) &'static str, pub(super) &'static str, pub(super) How);

/// How what Terraform has becomes what CloudFormation has.
#[derive(Debug)]
pub(super) enum How {
    Same,
    /// A text that is JSON.
    Json,
    /// One value, a list of one there.
    Alone,
    /// A map, a list of names and values there.
    Pairs,
    /// A block that is there once, and blocks that are a list there.
    Block(&'static [Row]),
    Blocks(&'static [Row]),
    /// A zip file that cargo-lambda built, its folder there.
    Zip,
    /// The hash by which Terraform sees that a file has changed: that of the file in this attribute.
    HashOf(&'static str),
    /// CloudFormation makes it up where nothing is said, Terraform does not or less well.
    MadeUp,
    /// Has to be said to Terraform, and is this where CloudFormation is told nothing.
    Stated(&'static str),
    /// What Terraform takes where nothing is said, and what CloudFormation does.
    Otherwise(bool, bool),
}

/// What stands for something that only a deployment knows, in either: `<SweepQueue.arn>`, in Terraform's words.
pub(super) fn symbol(resource: &str, attribute: &str) -> String {
    format!("<{resource}.{attribute}>")
}

/// A type by its name in CloudFormation.
pub(super) fn of_cloudformation(name: &str) -> Option<&'static Type> {
    TYPES.iter().find(|it| it.cloudformation == name)
}

/// A type by its name in Terraform.
pub(super) fn of_terraform(name: &str) -> Option<&'static Type> {
    TYPES.iter().find(|it| it.terraform == name)
}

/// A path without its `..`, such as that of a function's code.
pub(super) fn from_root(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// Nothing is there that the test would pass over.
pub(super) fn no_other_than<'a, S>(known: &[&str], found: impl Iterator<Item = &'a S>, of: &str)
where
    S: AsRef<str> + ?Sized + 'a,
{
    for name in found.map(AsRef::as_ref) {
        assert!(known.contains(&name), "the test does not know {name} of {of}");
    }
}
