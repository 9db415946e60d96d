"""Reads a transcript: the events of its timeline without their sentences, and the numbers of its summary."""

import re
from dataclasses import dataclass, field
from datetime import datetime

# The moment at which the clock of every scenario starts.
START = datetime.fromisoformat("2026-03-02T09:00:00Z")

LINE = re.compile(r" *(?P<time>\d+:\d\d:\d\d)  (?P<who>\S+) +(?P<what>.*?)(?:  \((?P<reason>.*)\))?$")
INSTANCE = re.compile(r"(?:\bi-[\w-]+|\blatest:[\w-]+)")
TASK = re.compile(r"\b(?:replica|daemon|standalone) task ([\w.-]+)/([0-9a-f]{6})[0-9a-f]*")
STOP = re.compile(r"[Ss]top(?:Task| task)? (?:[\w.-]+/)?([0-9a-f]{6})[0-9a-f]*")
MESSAGE = re.compile(r"\b([0-9a-f-]{36}) to ([\w-]+)")
SERVICE = re.compile(r"\bservice ([\w.-]+)")

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
GMT = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
CLOCK = re.compile(r"(?<![\d:])(\d+):(\d\d):(\d\d)(?![\d:])")
NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?")
LENGTH = re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?) ?(h|hours?|min|minutes?|s|seconds?)\b")
SECONDS_IN = {"h": 3600, "m": 60, "s": 1}

# The words of an action, old and new, and the one word for both. An action of ebb stands at the start of its line, after the
# instance; several are separated by commas. Everything else that ebb's own functions say is a note.
ACTIONS = {
    "looked at": "check",
    "check": "check",
    "checked": "check",
    "continue": "CONTINUE",
    "complete with continue": "CONTINUE",
    "abandon": "ABANDON",
    "complete with abandon": "ABANDON",
    "drain": "DRAINING",
    "draining": "DRAINING",
    "set draining": "DRAINING",
    "set to draining": "DRAINING",
    "set active": "ACTIVE",
    "set to active": "ACTIVE",
    "active": "ACTIVE",
    "heartbeat": "heartbeat",
    "replace": "replace",
}

# What others do, by the start of who does it: words that a line contains, old and new, and the one word for both. The first row that
# fits wins; a line that none fits has its own words.
OUTCOMES = {
    "ec2": [("terminated", "terminated"), ("stopped", "stopped"), ("", "warning")],
    "ecs": [
        ("KILLED", "killed"),
        ("killed", "killed"),
        ("has started", "service started tasks"),
        ("has stopped", "service stopped tasks"),
        ("steady state", "service is steady"),
        ("unable to place", "service cannot place a task"),
        ("unable to stop or start", "service cannot move its tasks"),
        ("disconnected", "agent disconnected"),
        ("loses its connection", "agent disconnected"),
        ("connected", "agent connected"),
        ("stopped", "task stopped"),
        ("is ACTIVE", "ACTIVE"),
        ("is DRAINING", "DRAINING"),
    ],
    "autoscaling": [("TIMED OUT", "timed out"), ("timed out", "timed out"), ("skipped", "skipped")],
    "sqs": [("", "dead-lettered")],
    "eventbridge": [("lost", "lost")],
    "scenario": [("", "step")],
}

# The first words of a line of the summary, old and new, and the one name for both.
FIGURES = {
    "tasks killed": "tasks killed",
    "tasks stopped": "tasks stopped",
    "requests": "requests",
    "lifecycle actions": "lifecycle actions",
    "completion lag": "completion lag",
    "own lag": "own lag",
    "managed draining": "managed draining",
    "AWS calls": "AWS calls",
    "calls": "AWS calls",
    "dead letters": "dead letters",
    "dead-lettered": "dead letters",
}


@dataclass(frozen=True)
class Event:
    """A line of the timeline without its sentence."""

    time: int
    who: str
    instance: str
    outcome: str
    deadlines: tuple = field(compare=False)
    number: int = field(compare=False)
    text: str = field(compare=False)

    def named(self):
        """Returns who did what, without the time."""
        return (self.who, self.instance, self.outcome)


@dataclass
class Transcript:
    """A parsed transcript."""

    seed: str
    events: list
    figures: dict


def parse(text):
    """Parses a transcript. Raises ValueError for a line that is neither an event nor a figure."""
    lines = text.rstrip("\n").split("\n")
    seed = re.search(r"seed (\d+)", lines[0])
    transcript = Transcript(seed[1] if seed else "", [], {})
    begun, summary = False, False
    for number, line in enumerate(lines[1:], 2):
        event = LINE.match(line)
        if event and not summary:
            begun = True
            transcript.events.append(_event(event, number, line))
        elif begun and line and not summary:
            summary = True
            transcript.figures["drained"] = _numbers(line)
        elif summary and line.startswith("LOST"):
            # Blocks of losses follow the figures. The figures count them, and their sentences may differ.
            break
        elif summary and line:
            name, value = _figure(line)
            transcript.figures[name] = value
        elif begun and line:
            raise ValueError(f"line {number} is no event: {line}")
    return transcript


def _event(found, number, line):
    who, what, reason = found["who"], found["what"], found["reason"] or ""
    if who in OUTCOMES:
        instance, outcome = _by_others(who, what, reason)
    else:
        instance, outcome = _by_ebb(what)
    time = _seconds(*found["time"].split(":"))
    return Event(time, who, instance, outcome, times(f"{what} ({reason})"), number, line.strip())


def _by_ebb(what):
    instance = INSTANCE.match(what)
    if instance is None or what.endswith("; will retry"):
        # A message that names no instance: what is done with it stands in the sentence, and in lines of `sqs`.
        return "", "message"
    words = what[instance.end() :].strip(" :")
    actions = [_action(word) for word in words.split(", ")]
    return instance[0], ", ".join(actions) if all(actions) else "note"


def _action(words):
    stopped = STOP.fullmatch(words)
    if stopped:
        return f"stop {stopped[1]}"
    return ACTIONS.get(words.lower())


def _by_others(who, what, reason):
    instances = " ".join(INSTANCE.findall(what))
    rest = INSTANCE.sub("", what).strip()
    outcome = next((one for words, one in OUTCOMES[who] if words in rest), rest)
    task, service, message = TASK.search(what), SERVICE.search(what), MESSAGE.search(what)
    if task:
        outcome += f" {task[1]}/{task[2]}"
    elif service and who == "ecs":
        outcome += f" {service[1]} {_numbers(rest)}"
    elif message:
        outcome += f" {message[1]} {message[2]}"
    elif who == "scenario":
        outcome += f" {sorted(_numbers(f'{rest} {reason}'))}"
    return instances, outcome


def _figure(line):
    label, _, value = line.strip().partition("  ")
    name = next((one for words, one in FIGURES.items() if label.startswith(words)), label)
    return name, _numbers(re.sub(r"\bnone\b", "0", value))


def _numbers(text):
    """Returns the numbers in a text in their order, lengths of time in seconds. All zero is the same as none."""
    text = CLOCK.sub(lambda found: str(_seconds(*found.groups())), text)
    text = LENGTH.sub(lambda found: f"{float(found[1]) * SECONDS_IN[found[2][0]]:g}", text)
    numbers = [float(number) for number in NUMBER.findall(text)]
    return [number for number in numbers if number] and numbers


def times(sentence):
    """Returns the moments that a sentence names, as seconds since the start. A length of time like 0:20:00 is among them."""
    found = [_since_start(datetime.fromisoformat(moment)) for moment in ISO.findall(sentence)]
    for moment in GMT.findall(sentence):
        found.append(_since_start(datetime.strptime(moment.replace("GMT", "+0000"), "%d %b %Y %H:%M:%S %z")))
    rest = GMT.sub("", ISO.sub("", sentence))
    found += [_seconds(*moment) for moment in CLOCK.findall(rest)]
    return tuple(sorted(found))


def _since_start(moment):
    return int((moment - START).total_seconds())


def _seconds(hours, minutes, seconds):
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)
