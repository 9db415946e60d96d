//! Terraform's words and CloudFormation's for the same: a type for each, and a row for each of its attributes (the AWS provider's
//! documentation of 5.100; CloudFormation template reference). What has no row is a mistake, so that nothing goes unseen.

use super::words::How::{
    Alone, Block, Blocks, HashOf, Json, MadeUp, Otherwise, Pairs, Same, Stated, Zip,
};
use super::words::{Named, Part, Row, Type};

pub(super) const TYPES: &[Type] = &[
    Type {
        terraform: "aws_sqs_queue",
        cloudformation: "AWS::SQS::Queue",
        named: &[Named("url", "Ref", ""), Named("arn", "Arn", ""), Named("name", "QueueName", "")],
        rows: &[
            Row("name", "QueueName", Same),
            Row("visibility_timeout_seconds", "VisibilityTimeout", Same),
            Row("message_retention_seconds", "MessageRetentionPeriod", Same),
            Row("redrive_policy", "RedrivePolicy", Json),
            Row("sqs_managed_sse_enabled", "SqsManagedSseEnabled", Same),
            Row("kms_master_key_id", "KmsMasterKeyId", Same),
        ],
    },
    Type {
        terraform: "aws_sqs_queue_policy",
        cloudformation: "AWS::SQS::QueuePolicy",
        named: &[],
        rows: &[Row("queue_url", "Queues", Alone), Row("policy", "PolicyDocument", Json)],
    },
    Type {
        terraform: "aws_cloudwatch_event_rule",
        cloudformation: "AWS::Events::Rule",
        named: &[Named("arn", "Arn", ""), Named("name", "", ""), Named("event_bus_name", "", "")],
        rows: &[
            Row("name", "Name", Same),
            Row("description", "Description", Same),
            Row("event_bus_name", "EventBusName", Same),
            Row("event_pattern", "EventPattern", Json),
            Row("schedule_expression", "ScheduleExpression", Same),
        ],
    },
    Type {
        terraform: "aws_iam_policy",
        cloudformation: "AWS::IAM::ManagedPolicy",
        named: &[Named("arn", "Ref", "")],
        rows: &[
            Row("name_prefix", "", MadeUp),
            Row("description", "Description", Same),
            Row("policy", "PolicyDocument", Json),
        ],
    },
    Type {
        terraform: "aws_iam_role",
        cloudformation: "AWS::IAM::Role",
        named: &[Named("arn", "Arn", ""), Named("name", "", "")],
        rows: &[
            Row("name_prefix", "", MadeUp),
            Row("assume_role_policy", "AssumeRolePolicyDocument", Json),
        ],
    },
    Type {
        terraform: "aws_lambda_function",
        cloudformation: "AWS::Lambda::Function",
        named: &[Named("function_name", "Ref", "")],
        rows: &[
            Row("function_name", "FunctionName", Same),
            Row("runtime", "Runtime", Same),
            Row("architectures", "Architectures", Same),
            Row("handler", "Handler", Same),
            Row("filename", "Code", Zip),
            Row("source_code_hash", "", HashOf("filename")),
            Row("memory_size", "MemorySize", Same),
            Row("timeout", "Timeout", Same),
            Row("role", "Role", Same),
            Row("kms_key_arn", "KmsKeyArn", Same),
            // Lambda developer guide, monitoring-cloudwatchlogs-logformat: Text where nothing is said.
            Row(
                "logging_config",
                "LoggingConfig",
                Block(&[Row("log_format", "", Stated("Text")), Row("log_group", "LogGroup", Same)]),
            ),
            Row("environment", "Environment", Block(&[Row("variables", "Variables", Same)])),
        ],
    },
    Type {
        terraform: "aws_lambda_event_source_mapping",
        cloudformation: "AWS::Lambda::EventSourceMapping",
        named: &[],
        rows: &[
            Row("function_name", "FunctionName", Same),
            Row("event_source_arn", "EventSourceArn", Same),
            Row("enabled", "Enabled", Same),
            Row("batch_size", "BatchSize", Same),
            Row("function_response_types", "FunctionResponseTypes", Same),
            Row(
                "scaling_config",
                "ScalingConfig",
                Block(&[Row("maximum_concurrency", "MaximumConcurrency", Same)]),
            ),
        ],
    },
    Type {
        terraform: "aws_cloudwatch_log_group",
        cloudformation: "AWS::Logs::LogGroup",
        named: &[Named("name", "Ref", ""), Named("arn", "Arn", ":*")],
        rows: &[
            Row("name", "LogGroupName", Same),
            Row("retention_in_days", "RetentionInDays", Same),
            Row("kms_key_id", "KmsKeyId", Same),
        ],
    },
    Type {
        terraform: "aws_cloudwatch_log_metric_filter",
        cloudformation: "AWS::Logs::MetricFilter",
        named: &[],
        rows: &[
            Row("name", "", MadeUp),
            Row("log_group_name", "LogGroupName", Same),
            Row("pattern", "FilterPattern", Same),
            Row(
                "metric_transformation",
                "MetricTransformations",
                Blocks(&[
                    Row("namespace", "MetricNamespace", Same),
                    Row("name", "MetricName", Same),
                    Row("value", "MetricValue", Same),
                    Row("default_value", "DefaultValue", Same),
                ]),
            ),
        ],
    },
    Type {
        terraform: "aws_sns_topic",
        cloudformation: "AWS::SNS::Topic",
        named: &[Named("arn", "Ref", "")],
        rows: &[Row("name", "TopicName", Same), Row("kms_master_key_id", "KmsMasterKeyId", Same)],
    },
    Type {
        terraform: "aws_cloudwatch_metric_alarm",
        cloudformation: "AWS::CloudWatch::Alarm",
        named: &[],
        rows: &[
            Row("alarm_name", "AlarmName", Same),
            Row("alarm_description", "AlarmDescription", Same),
            Row("namespace", "Namespace", Same),
            Row("metric_name", "MetricName", Same),
            Row("dimensions", "Dimensions", Pairs),
            Row("statistic", "Statistic", Same),
            Row("period", "Period", Same),
            Row("metric_query", "Metrics", Blocks(METRIC_QUERY)),
            Row("evaluation_periods", "EvaluationPeriods", Same),
            Row("datapoints_to_alarm", "DatapointsToAlarm", Same),
            Row("threshold", "Threshold", Same),
            Row("comparison_operator", "ComparisonOperator", Same),
            Row("treat_missing_data", "TreatMissingData", Same),
            Row("alarm_actions", "AlarmActions", Same),
            Row("ok_actions", "OKActions", Same),
        ],
    },
    Type {
        terraform: "aws_cloudwatch_dashboard",
        cloudformation: "AWS::CloudWatch::Dashboard",
        named: &[],
        rows: &[
            Row("dashboard_name", "DashboardName", Same),
            Row("dashboard_body", "DashboardBody", Json),
        ],
    },
    Type {
        terraform: "aws_autoscaling_lifecycle_hook",
        cloudformation: "AWS::AutoScaling::LifecycleHook",
        named: &[],
        rows: &[
            Row("autoscaling_group_name", "AutoScalingGroupName", Same),
            Row("name", "LifecycleHookName", Same),
            Row("lifecycle_transition", "LifecycleTransition", Same),
            Row("heartbeat_timeout", "HeartbeatTimeout", Same),
            Row("default_result", "DefaultResult", Same),
        ],
    },
];

const METRIC_QUERY: &[Row] = &[
    Row("id", "Id", Same),
    Row("expression", "Expression", Same),
    Row("label", "Label", Same),
    // A query that is not told is not returned by Terraform, and is by CloudFormation.
    Row("return_data", "ReturnData", Otherwise(false, true)),
    Row(
        "metric",
        "MetricStat",
        Block(&[
            Row("namespace", "Metric.Namespace", Same),
            Row("metric_name", "Metric.MetricName", Same),
            Row("dimensions", "Metric.Dimensions", Pairs),
            Row("period", "Period", Same),
            Row("stat", "Stat", Same),
        ]),
    ),
];

pub(super) const PARTS: &[Part] = &[
    Part {
        terraform: "aws_cloudwatch_event_target",
        of: "rule",
        list: "Targets",
        as_owner: &["event_bus_name"],
        rows: &[Row("target_id", "Id", Same), Row("arn", "Arn", Same)],
    },
    Part {
        terraform: "aws_iam_role_policy",
        of: "role",
        list: "Policies",
        as_owner: &[],
        rows: &[Row("name", "PolicyName", Same), Row("policy", "PolicyDocument", Json)],
    },
    Part {
        terraform: "aws_iam_role_policy_attachment",
        of: "role",
        list: "ManagedPolicyArns",
        as_owner: &[],
        rows: &[Row("policy_arn", "", Same)],
    },
    Part {
        terraform: "aws_sns_topic_subscription",
        of: "topic_arn",
        list: "Subscription",
        as_owner: &[],
        rows: &[Row("protocol", "Protocol", Same), Row("endpoint", "Endpoint", Same)],
    },
];

/// Data sources, and the pseudo parameters that say the same.
pub(super) const DATA: [(&str, &str, &str); 3] = [
    ("aws_partition", "partition", "AWS::Partition"),
    ("aws_region", "name", "AWS::Region"),
    ("aws_caller_identity", "account_id", "AWS::AccountId"),
];
