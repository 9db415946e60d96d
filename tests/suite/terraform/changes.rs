//! Whatever is changed in one and not in the other is told by its name: a comparison that passes is worth no more than this.

use super::{Pair, values};

/// A text of the template that becomes another, and what the comparison says then.
const OF_THE_TEMPLATE: &[(&str, &str, &str)] = &[
    (
        "              - ecs:DeleteAttributes\n",
        "",
        "Resources.Worker.Properties.PolicyDocument.Statement[2].Action.ecs:DeleteAttributes is in the module alone",
    ),
    (
        "ecs:DescribeServices\n            Resource: !Sub \"arn:${AWS::Partition}:ecs:${AWS::Region}",
        "ecs:DescribeServices\n            Resource: !Sub \"arn:${AWS::Partition}:ecs:*",
        "Statement[4].Resource.arn:<AWS::Partition>:ecs:*:<AWS::AccountId>:service/* is in the template alone",
    ),
    (
        "lastStatus: [STOPPED]",
        "lastStatus: [STOPPED, STOPPING]",
        "Resources.TasksStopped.Properties.EventPattern.detail.lastStatus[1] is in the template alone",
    ),
    (
        "      Timeout: 60\n",
        "      Timeout: 50\n",
        "Resources.SweepFunction.Properties.Timeout: 50 in the template, 60 in the module",
    ),
    ("  ThrottlesAlarm:", "  ThrottledAlarm:", "Resources.ThrottledAlarm is in the template alone"),
    (
        "EBB_LOG: !Ref Log\n",
        "EBB_LOG: !Ref Log\n          EBB_MORE: !Ref Log\n",
        "Properties.Environment.Variables.EBB_MORE is in the template alone",
    ),
    (
        "\"title\": \"Duration, ms\"",
        "\"title\": \"Duration\"",
        "Resources.Dashboard.Properties.DashboardBody.widgets[2].properties.title: \"Duration\" in the template",
    ),
];

/// The same of the module.
const OF_THE_MODULE: &[(&str, &str, &str)] = &[
    (
        "\"sqs:DeleteMessage\", ",
        "",
        "Resources.SweepRole.Properties.Policies[0].PolicyDocument.Statement[0].Action.sqs:DeleteMessage is in the",
    ),
    (
        "Action    = \"sqs:SendMessage\"",
        "Action    = \"sqs:*\"",
        "Resources.SweepQueuePolicy.Properties.PolicyDocument.Statement[0].Action.sqs:* is in the module alone",
    ),
    (
        "runningTasksCount = [0]",
        "runningTasksCount = [\"0\"]",
        "ContainerInstancesJoined.Properties.EventPattern.detail.runningTasksCount[0]: 0 in the template, \"0\" in",
    ),
    (
        "visibility_timeout_seconds = 6 * each.value.timeout",
        "visibility_timeout_seconds = 5 * each.value.timeout",
        "Resources.SweepQueue.Properties.VisibilityTimeout: 360 in the template, 300 in the module",
    ),
    (
        "for_each = toset(local.events)",
        "for_each = toset([\"asg-lifecycle\", \"spot-interruption\"])",
        "Resources.EcsStateChangeAgeAlarm is in the template alone",
    ),
    (
        "rechecks = \"asg-lifecycle\" }\n  }",
        "rechecks = \"sweep\" }\n  }",
        "Resources.SweepFunction.Properties.Environment.Variables.EBB_QUEUE_URL: ",
    ),
    (
        "    return_data = true\n",
        "",
        "Resources.ThrottlesAlarm.Properties.Metrics[0].ReturnData is in the module alone",
    ),
    (
        "policy_arn = aws_iam_policy.worker.arn",
        "policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"",
        "Resources.SweepRole.Properties.ManagedPolicyArns[0]: ",
    ),
];

/// The same of parameters, in the template.
const OF_PARAMETERS: &[(&str, &str, &str)] = &[
    ("Default: 15m", "Default: 16m", "Parameters.LaunchTimeout.Default: \"16m\" in the template"),
    ("[note, replace]", "[note, replace, no]", "Parameters.ScheduledChange.Accepts[0]: "),
    ("\"[A-Za-z0-9_-]*\"", "\"[A-Z]*\"", "Parameters.ClusterPrefix.Accepts[0]: "),
    ("    MaxValue: 100\n", "", "Parameters.ReplaceBudget.Accepts[0]: "),
    ("  StopMargin:\n", "  Margin:\n", "Parameters.Margin is in the template alone"),
    ("Log filter. A", "Filter. A", "Parameters.Log.Description: "),
];

/// A text with every place of a part of it changed.
fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "nothing is to be changed: {from}");
    text.replace(from, to)
}

/// One of the differences says so.
fn tells(differences: &[String], wanted: &str) {
    assert!(differences.iter().any(|it| it.contains(wanted)), "{wanted}: {differences:#?}");
}

#[test]
fn a_change_of_the_template_alone_is_told_by_its_name() {
    for (from, to, wanted) in OF_THE_TEMPLATE {
        let mut pair = Pair::ebb();
        pair.template = changed(&pair.template, from, to);

        tells(&pair.differences(&values::required(&pair.template)), wanted);
    }
}

#[test]
fn a_change_of_the_module_alone_is_told_by_its_name() {
    for (from, to, wanted) in OF_THE_MODULE {
        let mut pair = Pair::ebb();
        pair.module = changed(&pair.module, from, to);

        tells(&pair.differences(&values::required(&pair.template)), wanted);
    }
}

#[test]
fn a_parameter_that_differs_from_its_variable_is_told_by_its_name() {
    for (from, to, wanted) in OF_PARAMETERS {
        let mut pair = Pair::ebb();
        pair.template = changed(&pair.template, from, to);

        tells(&pair.differences_of_parameters(), wanted);
    }
}
