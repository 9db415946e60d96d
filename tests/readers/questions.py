"""Makes a reader test: can a reader who sees only file names say which file holds a rule of the drain policy?

    questions.py --seed 7                       prints 20 questions
    questions.py --files                        prints the list of files: all that a reader gets
    questions.py --seed 7 --answers             prints the questions with the accepted files
    questions.py --seed 7 --score ONE TWO       compares two readers' answers, one `3: path` a line

A question that both readers miss counts as a miss, and the exit status is 1.

The accepted files are found in the tree. A rule is held by
- a source file whose module documentation names it: a `//!` line with `Rule 7.` or `Rules 3 and 4.`,
- a file with a test whose name begins with `rule_7_`, and the source file that this one tests.
A row of the policy table is held by the files that construct its situation: `deadline-reached` is `Row::DeadlineReached`.
"""

import argparse
import pathlib
import random
import re
import sys

import tree

# The rules of the drain policy by number, each as a question that does not name its file.
RULES = {
    1: "says when no work is left on an instance: by the last status in both task lists, checked twice soon after DRAINING",
    2: "sorts a task by its `group` and its service's scheduling strategy",
    3: "waits last for the tasks that run once on each instance, and only for a grace period",
    4: "says whether ebb waits for, stops or ignores a task that RunTask or StartTask started",
    5: "sends StopTask so early that a task has its whole stop timeout before its host is certain to go",
    6: "picks the moment at which ebb completes a lifecycle action even if work is left",
    7: "says at which times ebb keeps a lifecycle action from timing out",
    8: "counts `No active Lifecycle Action` as success, and reads `failures` in an answer with status 200",
    9: "says which lifecycle hooks and clusters belong to ebb, so that nothing else is written to",
    10: "says when an EC2 instance is registered nowhere, and that a busy or denied cluster has not answered",
    11: "says how long ECS may have no connection to an instance before ebb reports it or gives it up",
    12: "makes a message that cannot be parsed fail alone, and sends it to the dead-letter queue with its reason",
    13: "makes it harmless to do the same thing twice",
    14: "gives each decision a code that alarms and metrics filter on",
    15: "names the service that keeps a drain from moving, and the cause",
    16: "keeps the deadline of an event in a delayed message if `ebb.drain` cannot be written",
}


def main():
    """Prints what the arguments ask for, and returns the exit status."""
    parser = argparse.ArgumentParser(description="Make or score a reader test of file names.")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draw (default: 1)")
    parser.add_argument("--count", type=int, default=20, help="number of questions (default: 20)")
    wanted = parser.add_mutually_exclusive_group()
    wanted.add_argument("--files", action="store_true", help="print the list of files")
    wanted.add_argument("--answers", action="store_true", help="print the accepted files too")
    wanted.add_argument("--score", nargs=2, metavar=("ONE", "TWO"), help="score the answers of two readers")
    arguments = parser.parse_args()
    if arguments.files:
        print("\n".join(tree.files()))
        return 0
    questions = drawn(arguments.seed, arguments.count)
    if arguments.score:
        return score(questions, [answers(path) for path in arguments.score])
    for number, (question, accepted) in enumerate(questions, 1):
        print(f"{number}: {question}")
        if arguments.answers:
            print("".join(f"   {path}\n" for path in accepted), end="")
    return 0


def drawn(seed, count):
    """Returns questions with their accepted files: half of them of rules, as far as there are enough of both."""
    rules, rows = of_rules(), of_rows()
    draw = random.Random(seed)
    of_rule = max(min(len(rules), count // 2), min(len(rules), count - len(rows)))
    chosen = draw.sample(rules, of_rule) + draw.sample(rows, min(len(rows), count - of_rule))
    draw.shuffle(chosen)
    return chosen


def of_rules():
    """Returns a question for each rule that some file holds. Names the others on standard error."""
    found = []
    for number, rule in RULES.items():
        accepted = tree.files_of_rule(number)
        if accepted:
            found.append((f"Which file holds the rule that {rule}?", accepted))
        else:
            print(f"rule {number} is named by no file", file=sys.stderr)
    return found


def of_rows():
    """Returns a question for each row whose situation some file finds, unless the file has the situation's name."""
    found = []
    for situation, decision, reason in tree.rows():
        accepted = tree.files_of_situation(situation)
        if not accepted:
            print(f"situation {situation} is constructed in no file", file=sys.stderr)
        elif all(pathlib.PurePosixPath(path).stem != situation.replace("-", "_") for path in accepted):
            outcome = f"`{decision}`, for the reason `{reason}`" if reason != situation else f"`{decision}`"
            found.append((f"Which file holds the code that finds the situation `{situation}`, decided as {outcome}?", accepted))
    return found


def answers(path):
    """Returns a reader's answers by number."""
    lines = pathlib.Path(path).read_text().splitlines()
    found = [re.match(r"\s*(\d+)[:.)]\s*`?(?:\./)?([^\s`]+)", line) for line in lines]
    return {int(answer[1]): answer[2] for answer in found if answer}


def score(questions, readers):
    """Prints the questions that both readers miss, and returns the exit status."""
    missed = 0
    for number, (question, accepted) in enumerate(questions, 1):
        given = [reader.get(number, "no answer") for reader in readers]
        if not set(given) & set(accepted):
            missed += 1
            print(f"{number}: {question}\n   answered {', '.join(given)}\n   accepted {', '.join(accepted)}")
    print(f"{len(questions)} questions, {missed} missed by both readers")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
