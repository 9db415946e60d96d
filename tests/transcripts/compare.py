"""Compares two sets of transcripts by what happened and when. Sentences and words may differ.

    compare.py OLD NEW      each a folder of *.transcript files, or a git revision

Exit status 0: no difference. 1: differences. 2: the transcripts cannot be read.
A deadline in a sentence belongs to what is compared: the new sentence must name every moment that the old one names.

The timeline drops a line that repeats the last one of the same function and instance. So a line can vanish, or appear, because
two sentences became equal, or different. Such lines are counted as `repeated line` and are no difference.
"""

import argparse
import pathlib
import subprocess
import sys
from collections import Counter
from difflib import SequenceMatcher

import timeline

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCENARIOS = "fixtures/scenarios"
SUFFIX = ".transcript"
# Seconds between two sweeps.
SWEEP = 60


def main():
    """Compares, prints what differs, and returns the exit status."""
    parser = argparse.ArgumentParser(description="Compare two sets of transcripts by what happened and when.")
    parser.add_argument("old", help="folder of transcripts, or git revision")
    parser.add_argument("new", help="folder of transcripts, or git revision")
    parser.add_argument("--first", type=int, default=5, help="differences to print per scenario (default: 5)")
    arguments = parser.parse_args()
    try:
        old, new = read(arguments.old), read(arguments.new)
        parsed = {name: tuple(_parsed(name, side.get(name)) for side in (old, new)) for name in old | new}
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"cannot read the transcripts: {error}", file=sys.stderr)
        return 2
    differences, repeated = 0, Counter()
    for name, (before, after) in sorted(parsed.items()):
        found = _compared(before, after, repeated)
        differences += len(found)
        if found:
            rest = len(found) - arguments.first
            print(f"{name}: {_count(len(found), 'difference')}")
            print("".join(f"  {line}\n" for one in found[: arguments.first] for line in one), end="")
            print(f"  and {rest} more\n" if rest > 0 else "", end="")
    for side, lines in repeated.items():
        if lines:
            print(f"only in {side}: repeated line: {lines}")
    lines = sum(len(before.events) for before, _ in parsed.values() if before)
    verdict = _count(differences, "difference") if differences else "no difference"
    print(f"{_count(len(parsed), 'scenario')}, {_count(lines, 'line')}, {verdict}")
    return 1 if differences else 0


def read(source):
    """Returns the texts of a folder or a git revision, by scenario."""
    folder = pathlib.Path(source)
    if folder.is_dir():
        texts = {path.stem: path.read_text() for path in folder.glob(f"*{SUFFIX}")}
    else:
        files = _git("ls-tree", "--name-only", source, f"{SCENARIOS}/").split()
        paths = [pathlib.PurePosixPath(file) for file in files if file.endswith(SUFFIX)]
        texts = {path.stem: _git("show", f"{source}:{path}") for path in paths}
    if not texts:
        raise ValueError(f"{source} holds no transcript")
    return texts


def _git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], check=True, capture_output=True, text=True).stdout


def _parsed(name, text):
    try:
        return None if text is None else timeline.parse(text)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _compared(old, new, repeated):
    """Returns the differences of one scenario, each a list of lines. Adds to the count of repeated lines."""
    if old is None or new is None:
        return [["only in new: the whole scenario" if old is None else "only in old: the whole scenario"]]
    found, gone, come = [], [], []
    for tag, a, b, c, d in SequenceMatcher(None, old.events, new.events, autojunk=False).get_opcodes():
        if tag == "equal":
            found += _deadlines(old.events[a:b], new.events[c:d])
        else:
            gone += old.events[a:b]
            come += new.events[c:d]
    repeats = _repeats(old.events) | _repeats(new.events)
    found += _moved(gone, come, repeats)
    for side, lines in (("old", gone), ("new", come)):
        repeated[side] += sum(id(line) in repeats for line in lines)
        found += [(line.time, [f"only in {side}: {_place(line)}"]) for line in lines if id(line) not in repeats]
    found.sort(key=lambda difference: difference[0])
    seeds = [] if old.seed == new.seed else [[f"seed {old.seed} became {new.seed}"]]
    return seeds + [lines for _, lines in found] + _figures(old, new)


def _deadlines(old, new):
    """Returns the events whose new sentence names another moment than the old one, with their times."""
    pairs = zip(old, new, strict=True)
    lost = [(one, other) for one, other in pairs if Counter(one.deadlines) - Counter(other.deadlines)]
    return [(one.time, ["deadline differs", *_both(one, other)]) for one, other in lost]


def _moved(gone, come, repeats):
    """Takes the events out of both lists that only time or order tells apart, and returns them with their times."""
    found = []
    for old in list(gone):
        same = [new for new in come if new.named() == old.named() and not _another(old, new, repeats)]
        if not same:
            continue
        new = min(same, key=lambda event: abs(event.time - old.time))
        gone.remove(old)
        come.remove(new)
        how = f"moved by {new.time - old.time:+} s" if new.time != old.time else "order differs"
        found.append((old.time, [how, *_both(old, new)]))
    return found


def _another(old, new, repeats):
    """Returns true if two lines that repeat others are too far apart to be one line that moved."""
    return id(old) in repeats and id(new) in repeats and abs(old.time - new.time) >= SWEEP


def _repeats(events):
    """Returns the ids of the events that the timeline drops as soon as their sentence equals the one before."""
    last, found = {}, set()
    for event in events:
        if not event.instance or event.who in timeline.OUTCOMES:
            continue
        before = last.get((event.who, event.instance))
        if before and (before.outcome, before.deadlines) == (event.outcome, event.deadlines):
            found.add(id(event))
        last[event.who, event.instance] = event
    return found


def _both(old, new):
    return [f"  old {_place(old)}", f"  new {_place(new)}"]


def _figures(old, new):
    names = list(old.figures | new.figures)
    found = [(name, old.figures.get(name), new.figures.get(name)) for name in names]
    return [[f"{name}: {before} became {after}"] for name, before, after in found if before != after]


def _place(event):
    return f"line {event.number}: {event.text}"


def _count(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


if __name__ == "__main__":
    sys.exit(main())
