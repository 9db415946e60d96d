"""Checks every policy of a template's roles with parliament: `policies.py infra/template.yaml`."""

import json
import sys

import cfnlint.decode
from parliament import analyze_policy_string

# Findings that are right about the policy and wrong about AWS, with the reason.
IGNORED = {
    # Without a container instance, ListTasks names no resource, so only "*" allows it. The condition names the cluster
    # (service authorization reference, Amazon ECS).
    ("RESOURCE_STAR", "['ecs:ListTasks']"),
}
STANDS_FOR = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "111122223333",
    "ClusterPrefix": "shop",
    "Name": "ebb",
    "KeyArn": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "RepositoryArn": "arn:aws:ecr:eu-west-1:111122223333:repository/ebb",
    "NotifyEventBus": "default",
    "NotifyTopicArn": "arn:aws:sns:eu-west-1:111122223333:ops",
    "NotifyWebhookSecretArn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:webhook-AbCdEf",
    "NotifySmtpPasswordSecretArn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:smtp-AbCdEf",
    "EnvironmentFileArn": "arn:aws:s3:::configuration/worker.env",
}
# CloudFormation template reference, "Return values": Arn of each type.
ARNS = {
    "AWS::SQS::Queue": "arn:aws:sqs:eu-west-1:111122223333:{}",
    "AWS::Logs::LogGroup": "arn:aws:logs:eu-west-1:111122223333:log-group:{}:*",
}


def filled(value, resources):
    """A value with something of the right kind in the place of every intrinsic function."""
    if isinstance(value, list):
        return [filled(item, resources) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Fn::GetAtt"}:
        named = value["Fn::GetAtt"]
        resource = named[0] if isinstance(named, list) else named.split(".")[0]
        return ARNS[resources[resource]["Type"]].format(resource)
    if set(value) == {"Fn::If"}:
        return filled(value["Fn::If"][1], resources)
    if set(value) == {"Ref"}:
        return STANDS_FOR[value["Ref"]]
    if set(value) == {"Fn::Select"}:
        place, items = filled(value["Fn::Select"], resources)
        return items[place]
    if set(value) == {"Fn::Split"}:
        by, text = filled(value["Fn::Split"], resources)
        return text.split(by)
    if set(value) == {"Fn::Sub"}:
        text = value["Fn::Sub"]
        for name, stands_for in STANDS_FOR.items():
            text = text.replace("${" + name + "}", stands_for)
        return text
    return {key: filled(item, resources) for key, item in value.items()}


def there(policy):
    """A policy as it is where its condition holds."""
    return policy["Fn::If"][1] if "Fn::If" in policy else policy


def documents(resource):
    """The policies of a role, or the one that a managed policy is."""
    properties = resource.get("Properties", {})
    if resource["Type"] == "AWS::IAM::ManagedPolicy":
        return [properties["PolicyDocument"]]
    if resource["Type"] == "AWS::IAM::Role":
        return [there(policy)["PolicyDocument"] for policy in properties.get("Policies", [])]
    return []


def main(path):
    template, mistakes = cfnlint.decode.decode(path)
    if mistakes:
        sys.exit(f"{path}: {mistakes}")
    resources = template["Resources"]
    asked = [(name, document) for name, it in resources.items() for document in documents(it)]
    findings = [
        f"{name}: {finding.issue} {finding.detail}"
        for name, document in asked
        for finding in analyze_policy_string(json.dumps(filled(document, resources))).findings
        if (finding.issue, str(finding.detail)) not in IGNORED
    ]
    print(f"parliament: {len(asked)} policies, {len(findings)} findings")
    if findings or not asked:
        sys.exit("\n".join(findings) or f"{path} has no policies")


main(sys.argv[1])
