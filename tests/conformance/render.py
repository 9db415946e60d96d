"""Writes the table of moto-differences.toml into README.md, after the line that begins it."""

import tomllib
from pathlib import Path

HERE = Path(__file__).parent
README = HERE / "README.md"
BEGINS = "<!-- The table of moto-differences.toml, written by render.py. -->\n"


def table():
    """The rows as Markdown."""
    rows = tomllib.loads((HERE / "moto-differences.toml").read_text(encoding="utf-8"))["difference"]
    lines = ["| operation | what differs | right | source |", "|---|---|---|---|"]
    for row in rows:
        what = "<br>".join(row["what"])
        lines.append(f"| {row['operation']} | {what} | {row['right']} | {row['source']} |")
    return "\n".join(lines) + "\n"


def is_written():
    """Whether the README has the table as it is."""
    return README.read_text(encoding="utf-8").endswith(BEGINS + "\n" + table())


if __name__ == "__main__":
    before = README.read_text(encoding="utf-8").split(BEGINS)[0]
    README.write_text(before + BEGINS + "\n" + table(), encoding="utf-8")
