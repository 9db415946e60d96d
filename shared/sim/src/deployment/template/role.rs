//! Roles with their policies: inline ones, and managed ones of this or another template.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::scope::{Scope, text};
use super::{Stack, yaml};
use crate::iam::Role;

impl Role {
    /// Returns the role of this logical id in a template. `parameters` overrides the defaults of the template. The role
    /// may import managed policies that the stacks of `others` export. The parameters of these stacks have their
    /// defaults.
    ///
    /// # Errors
    ///
    /// The first mistake in the texts or in the role. A policy that no stack exports is a mistake.
    pub fn of_template(
        text: &str,
        id: &str,
        parameters: &BTreeMap<String, String>,
        others: &[&str],
    ) -> Result<Self, String> {
        let mut scope = Stack::parse_template(text, parameters)?.scope;
        for other in others {
            scope.imported_policies.extend(exported_policies(other)?);
        }
        from_property(&scope, &json!({ "Fn::GetAtt": [id, "Arn"] }))
    }
}

/// Returns the role that a function's property names as `!GetAtt Role.Arn`.
pub(super) fn from_property(scope: &Scope, named: &Value) -> Result<Role, String> {
    let id = named["Fn::GetAtt"][0].as_str();
    let id = id.ok_or_else(|| format!("the simulator knows roles of the template, not {named}"))?;
    let role = properties(scope, id, "AWS::IAM::Role")?;
    // A boundary of the account limits a role further. The simulator does not know its document.
    let known = [
        "AssumeRolePolicyDocument",
        "ManagedPolicyArns",
        "Path",
        "PermissionsBoundary",
        "Policies",
    ];
    if let Some(unknown) =
        role.as_object().and_then(|it| it.keys().find(|key| !known.contains(&key.as_str())))
    {
        return Err(format!("the simulator does not know {unknown} of AWS::IAM::Role"));
    }
    let mut documents = Vec::new();
    for policy in role["Policies"].as_array().into_iter().flatten() {
        documents.push(scope.value(&policy["PolicyDocument"])?);
    }
    for policy in role["ManagedPolicyArns"].as_array().into_iter().flatten() {
        documents.push(managed(scope, policy)?);
    }
    Role::new(&documents)
}

/// Returns the document of a managed policy of this template, or of a policy that another stack exports.
fn managed(scope: &Scope, named: &Value) -> Result<Value, String> {
    if let Some(export) = named.get("Fn::ImportValue") {
        let export = text(&scope.value(export)?);
        let document = scope.imported_policies.get(&export).cloned();
        return document.ok_or_else(|| format!("no stack exports a policy as {export}"));
    }
    let id = named["Ref"].as_str();
    let id = id.ok_or_else(|| format!("the simulator does not know the policy {named}"))?;
    scope.value(&properties(scope, id, "AWS::IAM::ManagedPolicy")?["PolicyDocument"])
}

/// Returns the managed policies whose ARNs a stack exports. `Ref` gives the ARN of a policy.
fn exported_policies(template: &str) -> Result<BTreeMap<String, Value>, String> {
    let scope = Stack::parse_template(template, &BTreeMap::new())?.scope;
    let mut exported = BTreeMap::new();
    for (_, output) in yaml::section(&yaml::document(template)?, "Outputs")? {
        let id = output["Value"]["Ref"].as_str().unwrap_or_default();
        let policy = properties(&scope, id, "AWS::IAM::ManagedPolicy");
        if let (Some(export), Ok(policy)) = (output.get("Export"), policy) {
            let name = text(&scope.value(&export["Name"])?);
            exported.insert(name, scope.value(&policy["PolicyDocument"])?);
        }
    }
    Ok(exported)
}

fn properties<'a>(scope: &'a Scope, id: &str, of_type: &str) -> Result<&'a Value, String> {
    let resource = scope.resources.get(id).filter(|it| it["Type"] == of_type);
    resource.map(|it| &it["Properties"]).ok_or_else(|| format!("{id} is not of type {of_type}"))
}
