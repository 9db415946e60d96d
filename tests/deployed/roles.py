"""What the roles of the stack let the functions do, as IAM evaluates their policies."""

import stack
from ministack import ACCOUNT, REGION

# What Lambda does in the name of a function whose queue it polls, and whose output it writes into a log group.
POLLING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
LOGGING = ["logs:CreateLogStream", "logs:PutLogEvents"]


def check(endpoint, report):
    """Each function has its own queue and its own log, and those of no other."""
    session = stack.session_of_the_account()
    iam, functions = session.client("iam", endpoint_url=endpoint), session.client("lambda", endpoint_url=endpoint)
    for name in stack.FUNCTIONS:
        role = functions.get_function_configuration(FunctionName=f"{stack.NAME}-{name}")["Role"]
        other = next(other for other in stack.FUNCTIONS if other != name)
        for actions, of in [(POLLING, _queue), (LOGGING, _log)]:
            _claim(iam, role, actions, of(name), "allowed", report)
            _claim(iam, role, actions, of(other), "implicitDeny", report)


def _claim(iam, role, actions, resource, decision, report):
    asked = {"PolicySourceArn": role, "ActionNames": actions, "ResourceArns": [resource]}
    results = iam.simulate_principal_policy(**asked)["EvaluationResults"]
    decided = {result["EvalActionName"]: result["EvalDecision"] for result in results}
    report.claim(set(decided.values()) == {decision}, f"{role} on {resource}: {decided}")


def _queue(name):
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{stack.NAME}-{name}"


def _log(name):
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{stack.NAME}-{name}:log-stream:any"
