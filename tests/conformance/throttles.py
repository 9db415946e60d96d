"""Too many requests at once: what botocore takes for throttling, and retries. Asked at the speed of the clock."""

from concurrent.futures import ThreadPoolExecutor

import botocore.exceptions
import botocore.retries.standard
import botocore.session

# Operation, its parameters, the code that throttling has there (ECS API reference, request-throttling; EC2 Auto Scaling
# API reference, CommonErrors).
ASKED = [
    ("ecs", "describe_clusters", {"clusters": ["shop"]}, "ThrottlingException"),
    ("ssm", "get_parameters", {"Names": ["/ops"]}, "ThrottlingException"),
    ("autoscaling", "describe_tags", {}, "Throttling"),
    ("lambda", "get_function_concurrency", {"FunctionName": "import"}, "TooManyRequestsException"),
]


def check(account, report, _operations):
    """More at once than any bucket holds."""
    for service, method, parameters, code in ASKED:
        call = getattr(account.clients[service], method)
        with ThreadPoolExecutor(10) as threads:
            outcomes = list(threads.map(lambda _: _outcome(call, parameters), range(250)))
        others = set(outcomes) - {"ok", code}
        report.claim(not others, f"{service} {method}: also {others}")
        report.claim(outcomes.count(code) > 20, f"{service} {method}: {outcomes.count(code)} were refused")
        report.claim(outcomes.count("ok") > 20, f"{service} {method}: {outcomes.count('ok')} were answered")
        known = botocore.retries.standard.ThrottledRetryableChecker()._THROTTLED_ERROR_CODES
        report.claim(code in known, f"botocore retries {code}")


def _outcome(call, parameters):
    try:
        call(**parameters)
        return "ok"
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
