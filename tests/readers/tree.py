"""Finds in the tree which files hold a rule of the drain policy, and which find a situation of its table."""

import functools
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLE = "shared/drain/src/decide/mod.rs"
SUFFIXES = (".rs", ".toml", ".md", ".yaml", ".tf")

MODULE_DOC = re.compile(r"^\s*//! ?(.*)$", re.MULTILINE)
NAMED_RULES = re.compile(r"\bRules? (\d+(?:(?:, | and |, and )\d+)*)\b")
RULE_TEST = re.compile(r"\bfn rule_(\d+)_")
COMMENT = re.compile(r"//.*")
ROW = re.compile(r"^//! \| *([a-z0-9-]+) *\| *(.+?) *\| *(.+?) *\|$", re.MULTILINE)


@functools.cache
def files():
    """Returns the paths of the repository's source and text files."""
    try:
        listed = subprocess.run(["git", "-C", ROOT, "ls-files"], check=True, capture_output=True, text=True)
        paths = listed.stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        below = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
        paths = [path.as_posix() for path in below if not path.parts[0].startswith((".", "target"))]
    return sorted(path for path in paths if path.endswith(SUFFIXES) and (ROOT / path).exists())


@functools.cache
def sources():
    """Returns the texts of the Rust files by path."""
    return {path: (ROOT / path).read_text() for path in files() if path.endswith(".rs")}


@functools.cache
def rules_by_file():
    """Returns the numbers of the rules that each file's module documentation names, and those of its tests."""
    found = {}
    for path, text in sources().items():
        documented = " ".join(MODULE_DOC.findall(text)) if "Rule" in text else ""
        named = {int(one) for names in NAMED_RULES.findall(documented) for one in re.findall(r"\d+", names)}
        found[path] = named, {int(one) for one in RULE_TEST.findall(text)}
    return found


def files_of_rule(number):
    """Returns the files that hold a rule."""
    found = set()
    for path, (named, tested) in rules_by_file().items():
        if number in named | tested:
            found.add(path)
        if number in tested:
            found |= tested_by(path)
    return sorted(found)


def tested_by(path):
    """Returns the source file that a file of unit tests tests: of the same name, in the folder above its own."""
    file = pathlib.PurePosixPath(path)
    if file.name in ("tests.rs", "mod.rs") and "tests" in (file.stem, file.parent.name):
        folder = file.parent if file.name == "tests.rs" else file.parent.parent
        tried = [folder / "mod.rs", folder.with_suffix(".rs")]
    elif file.parent.name == "tests":
        folder = file.parent.parent
        names = {file.stem, file.stem.removesuffix("s"), f"{file.stem}s"}
        tried = [pathlib.PurePosixPath(one) for one in sources() if one.startswith(f"{folder}/")]
        tried = [one for one in tried if one.stem in names and "tests" not in one.parts]
    else:
        return set()
    return {str(one) for one in tried if str(one) in sources()}


def rows():
    """Returns the rows of the policy table: situation, decision, reason."""
    found = ROW.findall(sources().get(TABLE, ""))
    return [row for row in found if row[0] != "situation" and set(row[0]) != {"-"}]


def files_of_situation(situation):
    """Returns the files below the policy's folder that construct a situation, tests apart."""
    name = "".join(word.capitalize() for word in situation.split("-"))
    folder = TABLE.rsplit("/", 1)[0]
    return [path for path, text in sources().items() if path.startswith(folder) and _constructs(name, path, text)]


def _constructs(name, path, text):
    if "/tests" in path:
        return False
    code = COMMENT.sub("", text).split("#[cfg(test)]\nmod tests {")[0]
    places = re.finditer(rf"\b(?:Row|Situation)::{name}\b", code)
    return any(not _is_pattern(code, place) for place in places)


def _is_pattern(code, place):
    """Returns true if the place is an arm of a match or another pattern, and no expression."""
    end = _after_fields(code, place.end())
    fields, rest = code[place.end() : end], code[end:].lstrip()
    line = code[code.rfind("\n", 0, place.start()) + 1 : place.start()]
    if re.search(r"\.\. *[})]|\(_\)", fields) or "matches!(" in line:
        return True
    return re.match(r"=>|\||=[^=]|if\b[^\n]*=>", rest) is not None


def _after_fields(code, at):
    """Returns the offset after the fields of a variant: `{ … }` or `( … )`."""
    begin = at + len(code[at:]) - len(code[at:].lstrip())
    if code[begin : begin + 1] not in ("{", "("):
        return at
    depth = 0
    for offset in range(begin, len(code)):
        depth += (code[offset] in "{(") - (code[offset] in "})")
        if depth == 0:
            return offset + 1
    return len(code)
