//! The role that a function names: its own policies and the managed ones of the template.

use serde_json::Value;

use super::scope::Scope;
use crate::iam::Role;

/// The role that a function's property names as `!GetAtt Role.Arn`.
pub(super) fn of(scope: &Scope, named: &Value) -> Result<Role, String> {
    let id = named["Fn::GetAtt"][0].as_str();
    let id = id.ok_or_else(|| format!("the simulator knows roles of the template, not {named}"))?;
    let role = properties(scope, id, "AWS::IAM::Role")?;
    let known = ["AssumeRolePolicyDocument", "ManagedPolicyArns", "Policies"];
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
        let id = policy["Ref"].as_str();
        let id = id.ok_or_else(|| format!("the simulator does not know the policy {policy}"))?;
        let policy = properties(scope, id, "AWS::IAM::ManagedPolicy")?;
        documents.push(scope.value(&policy["PolicyDocument"])?);
    }
    Role::new(&documents)
}

fn properties<'a>(scope: &'a Scope, id: &str, of_type: &str) -> Result<&'a Value, String> {
    let resource = scope.resources.get(id).filter(|it| it["Type"] == of_type);
    resource.map(|it| &it["Properties"]).ok_or_else(|| format!("{id} is no {of_type}"))
}
