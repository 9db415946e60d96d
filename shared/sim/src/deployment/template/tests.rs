use std::collections::BTreeMap;

use crate::deployment::Deployment;
use crate::iam::Role;

/// Returns a queue, a rule, and a queue policy that allows the rule. `queue` and `rule` are further properties.
fn template(queue: &str, rule: &str) -> String {
    format!(
        r#"
Parameters:
  Patience: {{ Type: Number, Default: 30 }}
  Source: {{ Type: String, Default: aws }}
Conditions:
  Patient: !Not [!Equals [!Ref Patience, 0]]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub "${{AWS::StackName}}-work"
      {queue}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {{ source: [!Sub "${{Source}}.ec2"] }}
      Targets: [{{ Id: queue, Arn: !GetAtt Queue.Arn }}]
      {rule}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {{ Service: events.amazonaws.com }}
            Action: sqs:SendMessage
            Resource: !GetAtt Queue.Arn
            Condition: {{ ArnEquals: {{ aws:SourceArn: !GetAtt Rule.Arn }} }}
"#
    )
}

fn deployed(text: &str, parameters: &[(&str, &str)]) -> Result<Deployment, Vec<String>> {
    let parameters =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Deployment::of_template(text, &parameters.collect::<BTreeMap<_, _>>())
}

fn mistake(text: &str) -> String {
    deployed(text, &[]).unwrap_err().join("; ")
}

#[test]
fn names_lose_the_stacks_and_parameters_have_their_defaults() {
    let text = template("VisibilityTimeout: !Ref Patience", "");

    let usual = deployed(&text, &[]).unwrap();
    let other = deployed(&text, &[("Patience", "60"), ("Source", "test")]).unwrap();

    assert_eq!(usual.queues[0].name, "work");
    assert_eq!(usual.queues[0].visibility_timeout.0.as_secs(), 30);
    assert_eq!(usual.rules[0].pattern, serde_json::json!({ "source": ["aws.ec2"] }));
    assert_eq!(usual.rules[0].target, "work");
    assert_eq!(other.queues[0].visibility_timeout.0.as_secs(), 60);
    assert_eq!(other.rules[0].pattern, serde_json::json!({ "source": ["test.ec2"] }));
}

#[test]
fn split_text_becomes_a_list_of_its_parts() {
    let text = template("", "")
        .replace("!Sub \"${Source}.ec2\"]", "x]")
        .replace("source: [x]", "source: !Split [\",\", !Sub \"${Source}.ec2,\"]");

    let deployed = deployed(&text, &[]).unwrap();

    assert_eq!(deployed.rules[0].pattern, serde_json::json!({ "source": ["aws.ec2", ""] }));
}

#[test]
fn a_property_of_a_condition_that_does_not_hold_is_not_there() {
    let text = template("VisibilityTimeout: !If [Patient, !Ref Patience, !Ref AWS::NoValue]", "");

    let impatient = deployed(&text, &[("Patience", "0")]).unwrap();

    assert_eq!(impatient.queues[0].visibility_timeout.0.as_secs(), 30, "the default of the API");
    assert_eq!(
        deployed(&text, &[("Patience", "7")]).unwrap().queues[0].visibility_timeout.0.as_secs(),
        7
    );
}

#[test]
fn unsupported_resource_or_property_is_a_mistake() {
    assert_eq!(
        mistake(&template("FifoQueue: true", "")),
        "Queue: the simulator does not know FifoQueue of AWS::SQS::Queue"
    );
    assert_eq!(
        mistake("Resources: { Table: { Type: AWS::DynamoDB::Table } }"),
        "Table: the simulator does not know AWS::DynamoDB::Table"
    );
    assert_eq!(
        mistake(&template("", "EventBusName: mine")),
        "Rule: the simulator has the default event bus only"
    );
    assert!(mistake(&template("VisibilityTimeout: !Select [0, [1]]", "")).contains("Fn::Select"));
}

#[test]
fn a_rule_that_its_queue_does_not_let_in_is_a_mistake() {
    let another = template("", "").replace("!GetAtt Rule.Arn", "!GetAtt Queue.Arn");

    assert_eq!(
        mistake(&another),
        "Rule: no policy of arn:aws:sqs:eu-west-1:111122223333:work allows the rule to send"
    );
}

#[test]
fn a_name_that_stands_for_nothing_is_a_mistake() {
    assert!(mistake(&template("VisibilityTimeout: !Ref Pateince", "")).contains("Pateince"));
    assert_eq!(
        deployed(&template("", ""), &[("Pateince", "1")]).unwrap_err(),
        ["there is no parameter Pateince"]
    );
    let without = template("", "")
        .replace("Source: { Type: String, Default: aws }", "Source: { Type: String }");
    assert_eq!(deployed(&without, &[]).unwrap_err(), ["parameter Source has no value"]);
}

#[test]
fn a_mapping_is_enabled_unless_a_condition_says_otherwise() {
    let text = template("", "")
        + r#"
  Function: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Own.Arn } }
  Own: { Type: AWS::IAM::Role, Properties: {} }
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Function
      EventSourceArn: !GetAtt Queue.Arn
      Enabled: !If [Patient, true, false]
"#;
    let unsaid = text.replace("Enabled: !If [Patient, true, false]", "BatchSize: 1");
    let nonsense = text.replace("!If [Patient, true, false]", "perhaps");
    let enabled = |text: &str, patience: &str| {
        deployed(text, &[("Patience", patience)]).unwrap().mappings[0].enabled
    };

    assert!(enabled(&text, "30") && enabled(&unsaid, "30"));
    assert!(!enabled(&text, "0"));
    assert_eq!(mistake(&nonsense), "Mapping: Enabled must be true or false, not \"perhaps\"");
}

const EXPORTER: &str = r#"
Resources:
  Shared:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: { Statement: [{ Effect: Allow, Action: ecs:StopTask, Resource: "*" }] }
Outputs:
  Shared: { Value: !Ref Shared, Export: { Name: !Sub "${AWS::StackName}-shared" } }
"#;

const IMPORTER: &str = r#"
Parameters:
  Of: { Type: String }
Resources:
  Own:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [{ Fn::ImportValue: !Sub "${Of}-shared" }]
      Policies: [{ PolicyDocument: { Statement: [{ Effect: Allow, Action: "sqs:*", Resource: "*" }] } }]
"#;

#[test]
fn role_has_its_imported_policies() {
    let of = |stack: &str| {
        Role::of_template(IMPORTER, "Own", &[("Of".into(), stack.into())].into(), &[EXPORTER])
    };

    let actions: Vec<String> = of("ebb").unwrap().actions().map(str::to_owned).collect();

    assert_eq!(actions, ["sqs:*", "ecs:StopTask"]);
    assert_eq!(of("other").unwrap_err(), "no stack exports a policy as other-shared");
}
