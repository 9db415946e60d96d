"""Requests about what starts tasks and what sends notifications: functions, rules, schedules, topics and secrets. Used well and
used wrongly. moto is not asked these, because its world has none of them."""

from functools import partial

MAPPING = "0d9b5c1e-7a64-4e0b-9c55-2f8f4b1f6a01"
MISSING = "00000000-0000-4000-8000-000000000000"
CLUSTER = "arn:aws:ecs:eu-west-1:111122223333:cluster/shop"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:ops"


def everything(account, _names):
    """Asks all of it, reads before changes."""
    _mappings(partial(account.ask, "lambda"))
    _concurrency(partial(account.ask, "lambda"))
    _rules(partial(account.ask, "events"))
    _schedules(partial(account.ask, "scheduler"))
    _topics(partial(account.ask, "sns", "Publish"))
    _secrets(partial(account.ask, "secretsmanager", "GetSecretValue"))


def _mappings(ask):
    listed = partial(ask, "ListEventSourceMappings")
    listed("all")
    listed("of a function", FunctionName="import")
    page = listed("a page", MaxItems=1)
    listed("the next page", MaxItems=1, Marker=page.get("NextMarker", "x"))
    listed("a marker that is none", Marker="nonsense")
    ask("GetEventSourceMapping", "one", UUID=MAPPING)
    ask("GetEventSourceMapping", "one that is gone", UUID=MISSING)
    ask("UpdateEventSourceMapping", "to disable", UUID=MAPPING, Enabled=False)
    ask("UpdateEventSourceMapping", "while it changes", UUID=MAPPING, Enabled=True)
    ask("UpdateEventSourceMapping", "one that is gone", UUID=MISSING, Enabled=True)


def _concurrency(ask):
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:import"
    ask("GetFunctionConfiguration", "of one", FunctionName="import")
    ask("GetFunctionConfiguration", "of nothing", FunctionName="nothing")
    ask("GetFunctionConcurrency", "of one", FunctionName=arn)
    ask("GetFunctionConcurrency", "of nothing", FunctionName="nothing")
    put = partial(ask, "PutFunctionConcurrency")
    put("none at all", FunctionName="import", ReservedConcurrentExecutions=0)
    put("too much", FunctionName="import", ReservedConcurrentExecutions=901)
    put("of nothing", FunctionName="nothing", ReservedConcurrentExecutions=0)
    ask("DeleteFunctionConcurrency", "of one", FunctionName=arn)
    ask("DeleteFunctionConcurrency", "of nothing", FunctionName="nothing")
    ask("GetFunctionConcurrency", "of one without", FunctionName="import")


def _rules(ask):
    listed = partial(ask, "ListRules")
    listed("all")
    page = listed("a page", Limit=1)
    listed("the next page", Limit=1, NextToken=page.get("NextToken", "x"))
    listed("a token that is none", NextToken="nonsense")
    listed("of another bus", EventBusName="nothing")
    ask("DescribeRule", "one", Name="imports-every-day")
    ask("DescribeRule", "of nothing", Name="nothing")
    ask("ListTargetsByRule", "of one", Rule="imports-every-day")
    ask("ListTargetsByRule", "of nothing", Rule="nothing")
    ask("ListRuleNamesByTarget", "of a cluster", TargetArn=CLUSTER)
    ask("ListRuleNamesByTarget", "without a target")
    ask("ListRuleNamesByTarget", "of another bus", TargetArn=CLUSTER, EventBusName="nothing")
    for operation in ("DisableRule", "EnableRule"):
        ask(operation, "one", Name="imports-every-day")
        ask(operation, "a managed one", Name="managed")
        ask(operation, "of nothing", Name="nothing")


def _schedules(ask):
    listed = partial(ask, "ListSchedules")
    listed("all")
    page = listed("a page", MaxResults=1)
    listed("the next page", MaxResults=1, NextToken=page.get("NextToken", "x"))
    listed("a token that is none", NextToken="nonsense")
    listed("of a group that is none", GroupName="nothing")
    known = ask("GetSchedule", "one", Name="nightly", GroupName="ops")
    ask("GetSchedule", "of nothing", Name="nightly")
    members = ("Name", "GroupName", "ScheduleExpression", "Description", "FlexibleTimeWindow", "Target")
    whole = {name: known[name] for name in members}
    update = partial(ask, "UpdateSchedule")
    update("to disable", **whole, State="DISABLED")
    update("without a target", **{name: whole[name] for name in whole if name != "Target"})
    update("of nothing", **{**whole, "GroupName": "default"})


def _topics(publish):
    attribute = {"kind": {"DataType": "String", "StringValue": "a"}}
    publish("one", TopicArn=TOPIC, Message="hello")
    publish("with a subject and an attribute", TopicArn=TOPIC, Message="hello", Subject="a", MessageAttributes=attribute)
    publish("nothing", TopicArn=TOPIC, Message="")
    publish("with a subject that is too long", TopicArn=TOPIC, Message="hello", Subject="s" * 100)
    publish("an attribute of nothing", TopicArn=TOPIC, Message="hello",
            MessageAttributes={"kind": {"DataType": "String", "StringValue": ""}})
    publish("nowhere", TopicArn=TOPIC + "-nothing", Message="hello")


def _secrets(ask):
    one = ask("by its name", SecretId="mail")
    ask("by its ARN", SecretId=one.get("ARN", ""))
    ask("one that is gone", SecretId="nothing")
    ask("one that is deleted", SecretId="old")
    ask("without a name", SecretId="")
