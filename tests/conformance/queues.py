"""SQS as a worker meets it: digests, attributes, waiting, hiding, batches of which one part fails, dead letters."""

import hashlib
import struct
import threading
import time

import names

ATTRIBUTES = {
    "ünïcode": {"DataType": "String", "StringValue": "ä\u20ac"},
    "count": {"DataType": "Number", "StringValue": "12"},
    "kind.of": {"DataType": "String.custom", "StringValue": "<&>"},
}


def md5_of(attributes):
    """SQS developer guide, sqs-message-metadata, "Calculating the MD5 message digest for message attributes"."""
    def part(text):
        encoded = text.encode()
        return struct.pack("!I", len(encoded)) + encoded

    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        value = attributes[name]
        digest.update(part(name) + part(value["DataType"]) + b"\x01" + part(value["StringValue"]))
    return digest.hexdigest()


def check(account, report, _operations):
    """All of it, on the queue `asg-lifecycle`, which is empty at first. Time passes ten times as fast as here."""
    sqs, url = account.clients["sqs"], names.found(account).queue_url
    for part in (_digests, _attributes, _batches, _waits, _hides, _redrives):
        part(sqs, {"QueueUrl": url}, report)


def _digests(sqs, here, report):
    body = "hello ä\u20ac\n<&>"
    sent = sqs.send_message(**here, MessageBody=body, MessageAttributes=ATTRIBUTES)
    got = _take(sqs, here, MessageAttributeNames=["All"])[0]
    digest = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
    report.claim(got["Body"] == body, "a body comes back as it was")
    report.claim(sent["MD5OfMessageBody"] == got["MD5OfBody"] == digest, "MD5 of the body")
    report.claim(sent["MD5OfMessageAttributes"] == md5_of(ATTRIBUTES), "MD5 of the attributes sent")
    report.claim(got["MD5OfMessageAttributes"] == md5_of(ATTRIBUTES), "MD5 of the attributes received")
    report.claim(got["MessageId"] == sent["MessageId"], "the id of a message stays")


def _attributes(sqs, here, report):
    sqs.send_message(**here, MessageBody="x", MessageAttributes=ATTRIBUTES)
    got = _take(sqs, here, MessageAttributeNames=["kind.*"], AttributeNames=["ApproximateReceiveCount"])[0]
    chosen = {"kind.of": ATTRIBUTES["kind.of"]}
    report.claim(got["MessageAttributes"] == chosen, "attributes by the start of their names")
    report.claim(got["MD5OfMessageAttributes"] == md5_of(chosen), "the MD5 is that of the attributes returned")
    report.claim(got["Attributes"] == {"ApproximateReceiveCount": "1"}, "only the system attributes asked for")
    sqs.send_message(**here, MessageBody="x", MessageAttributes=ATTRIBUTES)
    got = _take(sqs, here)[0]
    report.claim(not {"MessageAttributes", "MD5OfMessageAttributes", "Attributes"} & got.keys(), "none where none is asked for")


def _batches(sqs, here, report):
    entries = [{"Id": f"m{n}", "MessageBody": f"body {n}"} for n in range(10)]
    entries[3]["DelaySeconds"] = 901
    entries[7]["MessageBody"] = "\x00"
    entries[5]["MessageAttributes"] = ATTRIBUTES
    sent = sqs.send_message_batch(**here, Entries=entries)
    failed = {f["Id"]: (f["Code"], f["SenderFault"]) for f in sent["Failed"]}
    expected = {"m3": ("InvalidParameterValue", True), "m7": ("InvalidMessageContents", True)}
    report.claim(failed == expected, f"a batch fails by entry: {failed}")
    digests = {s["Id"]: s["MD5OfMessageBody"] for s in sent["Successful"]}
    good = [e for e in entries if e["Id"] not in expected]
    right = {e["Id"]: hashlib.md5(e["MessageBody"].encode(), usedforsecurity=False).hexdigest() for e in good}
    report.claim(digests == right, "MD5 of each entry's body")
    got = _take(sqs, here)
    report.claim(sorted(m["Body"] for m in got) == [e["MessageBody"] for e in good], "what did not fail is there")


def _waits(sqs, here, report):
    begun = time.monotonic()
    empty = sqs.receive_message(**here, WaitTimeSeconds=20)
    waited = time.monotonic() - begun
    report.claim("Messages" not in empty, "an empty answer has no Messages")
    report.claim(waited > 1.5, f"an empty queue is waited for: {waited:.2f} s")
    later = threading.Timer(0.2, lambda: sqs.send_message(**here, MessageBody="late"))
    later.start()
    begun = time.monotonic()
    got = sqs.receive_message(**here, WaitTimeSeconds=20)
    waited = time.monotonic() - begun
    later.join()
    report.claim([m["Body"] for m in got.get("Messages", [])] == ["late"], "a message ends the waiting")
    report.claim(0.1 < waited < 1.5, f"as soon as it is there: {waited:.2f} s")
    sqs.delete_message(**here, ReceiptHandle=got["Messages"][0]["ReceiptHandle"])


def _hides(sqs, here, report):
    sqs.send_message(**here, MessageBody="hidden")
    first = sqs.receive_message(**here, VisibilityTimeout=43200)["Messages"][0]
    counts = _counts(sqs, here)
    report.claim(counts == ("0", "1"), f"one message is in flight: {counts}")
    sqs.change_message_visibility(**here, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0)
    report.claim(_counts(sqs, here) == ("1", "0"), "a visibility timeout of 0 shows a message again")
    again = sqs.receive_message(**here, AttributeNames=["All"])["Messages"][0]
    report.claim(again["Attributes"]["ApproximateReceiveCount"] == "2", "and it counts")
    report.claim(again["ReceiptHandle"] != first["ReceiptHandle"], "each receive has a handle of its own")
    sqs.delete_message(**here, ReceiptHandle=first["ReceiptHandle"])
    report.claim(_counts(sqs, here) == ("0", "1"), "an older handle deletes nothing")
    sqs.delete_message(**here, ReceiptHandle=again["ReceiptHandle"])
    report.claim(_counts(sqs, here) == ("0", "0"), "the latest one does")


def _redrives(sqs, here, report):
    sqs.send_message(**here, MessageBody="poison")
    for _ in range(5):
        got = sqs.receive_message(**here)["Messages"][0]
        sqs.change_message_visibility(**here, ReceiptHandle=got["ReceiptHandle"], VisibilityTimeout=0)
    report.claim("Messages" not in sqs.receive_message(**here), "after five receives it is not handed out again")
    dead = {"QueueUrl": here["QueueUrl"] + "-dead-letters"}
    report.claim([m["Body"] for m in _take(sqs, dead)] == ["poison"], "it is among the dead letters")


def _counts(sqs, here):
    names_ = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    shown = sqs.get_queue_attributes(**here, AttributeNames=names_)["Attributes"]
    return tuple(shown[name] for name in names_)


def _take(sqs, here, **more):
    """Receives up to ten messages, and deletes them."""
    got = sqs.receive_message(**here, MaxNumberOfMessages=10, **more).get("Messages", [])
    for message in got:
        sqs.delete_message(**here, ReceiptHandle=message["ReceiptHandle"])
    return got
