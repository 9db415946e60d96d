"""Requests to SQS and EventBridge: every operation that the simulator has, used well and used wrongly."""

from functools import partial

ATTRIBUTES = {
    "color": {"DataType": "String", "StringValue": "red"},
    "size": {"DataType": "Number.int", "StringValue": "12"},
}


def everything(account, names):
    """Asks all of it: what is sent is received, hidden, deleted."""
    ask = partial(account.ask, "sqs")
    nowhere = names.queue_url.rsplit("/", 1)[0] + "/nothing"
    here = {"QueueUrl": names.queue_url}
    _queues(ask, names, here, nowhere)
    _sends(ask, here, nowhere)
    _batches(ask, here, nowhere)
    received = _receives(ask, here, nowhere)
    receipts = [message["ReceiptHandle"] for message in received["Messages"]]
    _receipts(ask, here, nowhere, receipts[0])
    _receipt_batches(ask, here, nowhere, receipts[1:3])
    _events(partial(account.ask, "events"))


def _queues(ask, names, here, nowhere):
    ask("GetQueueUrl", "of a queue", QueueName=names.queue)
    ask("GetQueueUrl", "of nothing", QueueName="nothing")
    ask("GetQueueAttributes", "all", **here, AttributeNames=["All"])
    ask("GetQueueAttributes", "two", **here, AttributeNames=["QueueArn", "VisibilityTimeout"])
    ask("GetQueueAttributes", "one that is none", **here, AttributeNames=["Color"])
    ask("GetQueueAttributes", "none", **here)
    ask("GetQueueAttributes", "of nothing", QueueUrl=nowhere, AttributeNames=["All"])


def _sends(ask, here, nowhere):
    ask("SendMessage", "plain", **here, MessageBody="hello")
    ask("SendMessage", "with attributes", **here, MessageBody="hello", MessageAttributes=ATTRIBUTES)
    ask("SendMessage", "with a delay", **here, MessageBody="later", DelaySeconds=900)
    ask("SendMessage", "with too long a delay", **here, MessageBody="later", DelaySeconds=901)
    ask("SendMessage", "of nothing", **here, MessageBody="")
    ask("SendMessage", "of characters that may not be", **here, MessageBody="a\x01b")
    ask("SendMessage", "too long", **here, MessageBody="x" * (1024 * 1024 + 1))
    ask("SendMessage", "nowhere", QueueUrl=nowhere, MessageBody="hello")


def _entry(number, body="hello", **more):
    return {"Id": f"m{number}", "MessageBody": body, **more}


def _batches(ask, here, nowhere):
    send = partial(ask, "SendMessageBatch")
    send("two, one with attributes", **here, Entries=[_entry(1), _entry(2, MessageAttributes=ATTRIBUTES)])
    send("one of which fails", **here, Entries=[_entry(1), _entry(2, DelaySeconds=901)])
    send("all of which fail", **here, Entries=[_entry(1, DelaySeconds=901)])
    send("of none", **here, Entries=[])
    send("of eleven", **here, Entries=[_entry(n) for n in range(11)])
    send("with one id twice", **here, Entries=[_entry(1), _entry(1)])
    send("with an id that is none", **here, Entries=[{"Id": "a b", "MessageBody": "x"}])
    send("too long", **here, Entries=[_entry(n, "x" * (600 * 1024)) for n in range(2)])
    send("nowhere", QueueUrl=nowhere, Entries=[_entry(1)])


def _receives(ask, here, nowhere):
    receive = partial(ask, "ReceiveMessage")
    received = receive("ten, with everything", **here, MaxNumberOfMessages=10, AttributeNames=["All"],
                       MessageAttributeNames=["All"], VisibilityTimeout=120)
    receive("none, waiting", **here, WaitTimeSeconds=1)
    receive("eleven", **here, MaxNumberOfMessages=11)
    receive("for too long", **here, WaitTimeSeconds=21)
    receive("hidden for too long", **here, VisibilityTimeout=43201)
    receive("nowhere", QueueUrl=nowhere)
    return received


def _receipts(ask, here, nowhere, receipt):
    held = {**here, "ReceiptHandle": receipt}
    hide = partial(ask, "ChangeMessageVisibility")
    hide("of one", **held, VisibilityTimeout=60)
    hide("for too long", **held, VisibilityTimeout=43201)
    hide("of a receipt that is none", **here, ReceiptHandle="nonsense", VisibilityTimeout=60)
    hide("nowhere", QueueUrl=nowhere, ReceiptHandle=receipt, VisibilityTimeout=60)
    ask("DeleteMessage", "one", **held)
    ask("DeleteMessage", "it again", **held)
    hide("of one that is deleted", **held, VisibilityTimeout=60)
    ask("DeleteMessage", "by a receipt that is none", **here, ReceiptHandle="nonsense")
    ask("DeleteMessage", "nowhere", QueueUrl=nowhere, ReceiptHandle=receipt)


def _receipt_batches(ask, here, nowhere, receipts):
    held = [{"Id": f"m{n}", "ReceiptHandle": receipt} for n, receipt in enumerate(receipts)]
    lost = {"Id": "lost", "ReceiptHandle": "nonsense"}
    hidden = [{**entry, "VisibilityTimeout": 60} for entry in held]
    for operation, entries, bad in (
        ("ChangeMessageVisibilityBatch", hidden, {**lost, "VisibilityTimeout": 60}),
        ("DeleteMessageBatch", held, lost),
    ):
        batch = partial(ask, operation)
        batch("two", **here, Entries=entries)
        batch("one of which fails", **here, Entries=[entries[0], bad])
        batch("of none", **here, Entries=[])
        batch("of eleven", **here, Entries=[{**bad, "Id": f"m{n}"} for n in range(11)])
        batch("with one id twice", **here, Entries=[entries[0], entries[0]])
        batch("with an id that is none", **here, Entries=[{**bad, "Id": "a b"}])
        batch("nowhere", QueueUrl=nowhere, Entries=entries)


def _events(ask):
    event = {"Source": "shop", "DetailType": "a test", "Detail": "{}"}
    ask("PutEvents", "one", Entries=[event])
    ask("PutEvents", "good ones and bad ones", Entries=[
        {**event, "Resources": ["arn:aws:s3:::x"], "EventBusName": "default"},
        {**event, "Source": "aws.ecs"},
        {**event, "Detail": "nonsense"},
        {"Source": "shop"},
    ])
    ask("PutEvents", "none", Entries=[])
    ask("PutEvents", "eleven", Entries=[event] * 11)
