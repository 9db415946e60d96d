"""Queries of CloudWatch Logs Insights, run over log lines in a file: the subset that the documentation and the dashboards use.

    python insights.py lines.json query.txt

The first file holds one JSON object per line, with @timestamp in milliseconds. Prints one JSON object for each row of the result.

Subset (CloudWatch Logs user guide, CWL_QuerySyntax): SOURCE, fields, filter, stats by, sort, limit. Anything else is an error,
and so is a field that no line has: a query that reads a renamed field would find nothing and look right.
"""

import json
import re
import sys

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<regex>/(?:[^/\\]|\\.)+/)|(?P<number>\d+)"""
    r"""|(?P<name>[@A-Za-z_][\w.@]*)|(?P<sign>!=|>=|<=|[=<>()\[\],*+/-]))"""
)
WORDS = {"and": "and", "or": "or", "not": "not", "in": "in"}
ROW_FUNCTIONS = {"ispresent", "strcontains"}
GROUP_FUNCTIONS = {
    "count": lambda values: len(values),
    "count_distinct": lambda values: len({value for value in values if value is not None}),
    "sum": lambda values: sum(value for value in values if value is not None),
    "min": lambda values: min((value for value in values if value is not None), default=None),
    "max": lambda values: max((value for value in values if value is not None), default=None),
    "avg": lambda values: sum(values) / len(values),
    "latest": lambda values: next((value for value in reversed(values) if value is not None), None),
}


def run(query, lines):
    """The rows of a query over lines in the order of time."""
    rows, known = lines, {name for line in lines for name in line}
    for command in _commands(query):
        word, _, rest = command.partition(" ")
        if word not in COMMANDS:
            raise ValueError(f"unknown command {word}")
        rows, known = COMMANDS[word](rest.strip(), rows, known)
    return rows


def _commands(query):
    """The commands between the bars, of which none is in a text or a regular expression here."""
    parts = re.split(r"""\|(?=(?:[^'"]*['"][^'"]*['"])*[^'"]*$)(?=\s*(?:SOURCE|fields|filter|stats|sort|limit)\b)""", query)
    return [" ".join(part.split()) for part in parts]


def _expression(text, known):
    """A function of a row."""
    code, at = [], 0
    text = re.sub(r"(\S+) like (/(?:[^/\\]|\\.)+/)", r"like(\1, \2)", text)
    while at < len(text.rstrip()):
        found = TOKEN.match(text, at)
        if not found:
            raise ValueError(f"cannot read {text[at:]!r}")
        at = found.end()
        code.append(_python(found, known))
    compiled = compile(" ".join(code), text, "eval")
    functions = {
        "like": lambda value, regex: bool(value is not None and re.search(regex, str(value))),
        "ispresent": lambda value: value is not None,
        "strcontains": lambda value, part: int(part in (value or "")),
    }
    return lambda row: eval(compiled, {"__builtins__": {}, **functions, "row": row})


def _python(found, known):
    kind, token = found.lastgroup, found.group(found.lastgroup)
    if kind == "text":
        return repr(token[1:-1])
    if kind == "regex":
        return repr(token[1:-1])
    if kind == "number":
        return token
    if kind == "sign":
        return "==" if token == "=" else token
    if token in WORDS or token in ROW_FUNCTIONS or token == "like":
        return token
    if token not in known:
        raise ValueError(f"no line has the field {token}")
    return f"row.get({token!r})"


def _filter(rest, rows, known):
    holds = _expression(rest, known)
    return [row for row in rows if holds(row)], known


def _fields(rest, rows, known):
    named = [_named(part) for part in _split(rest)]
    made = [(name, _expression(text, known)) for text, name in named]
    return [{**row, **{name: value(row) for name, value in made}} for row in rows], known | {name for name, _ in made}


def _stats(rest, rows, known):
    """Groups the rows. Their columns are all that a later command can read."""
    text, _, by = rest.partition(" by ")
    keys = [(name, _expression(key, known)) for key, name in (_named(part) for part in _split(by))]
    columns = [_column(part, known) for part in _split(text)]
    groups = {}
    for row in rows:
        groups.setdefault(tuple(value(row) for _, value in keys), []).append(row)
    made = []
    for key, members in groups.items():
        row = {name: value for (name, _), value in zip(keys, key)}
        for name, total in columns:
            row[name] = total(members, row)
        made.append(row)
    return made, {name for name, _ in keys} | {name for name, _ in columns}


def _column(part, known):
    """The name of a column, and its value for a group. A column may be computed from those before it."""
    text, name = _named(part)
    function, _, argument = text.partition("(")
    if function not in GROUP_FUNCTIONS:
        value = _expression(text, known | set(re.findall(r"[a-z_]+", text)))
        return name, lambda members, row: value(row)
    argument = argument.removesuffix(")").strip()
    value = (lambda row: 1) if argument == "*" else _expression(argument, known)
    return name, lambda members, row: GROUP_FUNCTIONS[function]([value(member) for member in members])


def _sort(rest, rows, known):
    name, _, order = rest.partition(" ")
    value = _expression(name, known)
    return sorted(rows, key=lambda row: (value(row) is None, value(row)), reverse=order == "desc"), known


def _limit(rest, rows, known):
    return rows[: int(rest)], known


def _source(_rest, rows, known):
    return rows, known


def _named(part):
    """An expression and its name: `count(*) as drains`, or `reason`."""
    text, _, name = part.partition(" as ")
    return text.strip(), (name or text).strip()


def _split(text):
    """The parts between commas outside of brackets."""
    return [part.strip() for part in re.split(r",(?![^(\[]*[)\]])", text) if part.strip()]


COMMANDS = {
    "SOURCE": _source,
    "fields": _fields,
    "filter": _filter,
    "stats": _stats,
    "sort": _sort,
    "limit": _limit,
}


def main():
    with open(sys.argv[1]) as file:
        lines = sorted((json.loads(line) for line in file), key=lambda line: line["@timestamp"])
    with open(sys.argv[2]) as file:
        query = file.read()
    for row in run(query, lines):
        print(json.dumps(row))


if __name__ == "__main__":
    main()
