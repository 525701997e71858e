"""Words of the screens that were never given to gettext: in templates, and in Python where people read them.

`python -m tools.bare_text` lists them and ends with 1 if there are any. What is looked at: a template's text nodes and
the attributes that are read or shown; in Python the arguments and attributes that hold words by their name (``label=``,
``message =``, ``messages.success(…)``). TypeScript has its own look: web/src/bare.test.ts.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import DebugLexer, Token, TokenType

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "desk", "integrations", "campaigns", "billing", "calls", "agents", "contacts", "telephony", "accounts", "tenants",
    "screens", "live", "dialer", "common",
)  # fmt: skip
ATTRIBUTES = frozenset({"title", "aria-label", "aria-description", "placeholder", "alt", "label"})
UNREAD = frozenset({"script", "style", "code", "pre", "kbd", "samp"})
"""Elements whose content is no prose: programs, and keys and commands as they are typed."""
SAME_EVERYWHERE = frozenset(
    {
        "Cadência", "CPF", "CNPJ", "API", "URL", "CSV", "Excel", "XLSX", "HTTP", "JSON", "ID", "ms", "kB", "MB",
        "SHA", "NR", "Ctrl", "Esc", "Enter", "Asterisk", "webhook", "id", "Authorization", "Bearer", "SIP", "UDP",
        "TCP", "TLS", "GSM", "Opus", "law",
    }
)  # fmt: skip
"""The product's name, abbreviations, other products, units and keys: one word in both languages."""
_HOLE = "\ue000"
"""Stands for a template's tag or variable."""
_WORD = re.compile(r"[^\W\d_]+")
_ESCAPED = re.compile(r"&[a-z]+;|&#\d+;")

KEYWORDS = frozenset(
    {
        "label", "heading", "words", "title", "question", "lost", "help_text", "placeholder", "action", "message",
        "detail", "empty_label", "field_label",
    }
)  # fmt: skip
"""Names of arguments and attributes that hold what somebody reads."""
SPEAKING = frozenset({"say_done", "toast"})
"""Functions whose second argument somebody reads; Django's ``messages.…`` as well."""
REFUSING = frozenset({"ValidationError", "ParseError", "NotFound", "PermissionDenied"})
"""Errors whose first argument somebody reads: a text, texts, or texts by field."""
SCHEMA = frozenset({"help_text", "label"})
"""In an ``api`` folder they are the schema's, which is English (docs/adr/0021)."""
SILENT = (
    "migrations", "management", "telephony/ami", "telephony/bus", "telephony/simulated", "forms/widgets/attrs.html",
)  # fmt: skip
"""What speaks to programs and logs only; and attributes without their element."""
_CODE = re.compile(r"[a-z0-9_.:/-]+")


def words_of(text: str) -> list[str]:
    """The words of a text that would have to be translated."""
    bare = _ESCAPED.sub(" ", text)
    return [word for word in _WORD.findall(bare) if len(word) > 1 and word not in SAME_EVERYWHERE]


# ── templates ──


def template_faults(source: str, *, plain: bool = False) -> Iterator[str]:
    """Give the bare texts of a template, each with its place; ``plain``: no HTML, a mail."""
    text = _with_holes(DebugLexer(source).tokenize())
    if plain:
        yield from (line.strip() for line in text.splitlines() if words_of(line))
        return
    look = _Look()
    look.feed(text)
    look.close()
    yield from look.found


def _with_holes(tokens: list[Token]) -> str:
    """Put a mark in the place of tags and variables, and nothing in that of translated and commented blocks."""
    pieces: list[str] = []
    inside = ""
    for token in tokens:
        name = token.contents.split()[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        if inside:
            inside = "" if name == f"end{inside}" else inside
        elif name in {"blocktrans", "blocktranslate", "comment"} or _is_attributes(token, name):
            inside = name
            pieces.append(_HOLE)
        elif token.token_type == TokenType.TEXT:
            pieces.append(token.contents)
        else:
            pieces.append(_HOLE)
    return "".join(pieces)


def _is_attributes(token: Token, name: str) -> bool:
    """``{% block body_attributes %}``: attributes, that look like text without the tag around them."""
    return name == "block" and token.contents.endswith(("_attributes", "_class"))


class _Look(HTMLParser):
    """Collects what somebody would read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in UNREAD or ("lang" in given and tag != "html") or given.get("translate") == "no":
            self._unread.append(tag)  # with a language of its own it says so, as the choice of one does
            return
        for name, value in attrs:
            shown = name in ATTRIBUTES or (name == "value" and tag == "input" and given.get("type") == "submit")
            if shown and value and words_of(value):
                self.found.append(f"{tag} {name}: {value}")

    def handle_endtag(self, tag: str) -> None:
        if self._unread and self._unread[-1] == tag:
            self._unread.pop()

    def handle_data(self, data: str) -> None:
        if not self._unread and words_of(data):
            self.found.append(" ".join(data.replace(_HOLE, "…").split()))


# ── Python ──


def python_faults(source: str, *, api: bool = False) -> Iterator[str]:
    """Give the literal texts of a module that stand where words are read, with their lines; ``api``: of a schema."""
    names = KEYWORDS - SCHEMA if api else KEYWORDS
    for node in ast.walk(ast.parse(source)):
        for text in _spoken(node, names):
            value = text.value if isinstance(text.value, str) else ""
            if words_of(value) and not _CODE.fullmatch(value):
                yield f"{text.lineno}: {value}"


def _spoken(node: ast.AST, names: frozenset[str]) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "filterwarnings":
            return
        for keyword in node.keywords:
            if keyword.arg in names:
                yield from _literal(keyword.value)
        yield from _second_argument(node)
        yield from _refused(node)
    elif isinstance(node, ast.ClassDef):
        for statement in node.body:
            yield from _class_attribute(statement)


def _second_argument(call: ast.Call) -> Iterator[ast.Constant]:
    function = call.func
    of_messages = (
        isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "messages"
    )
    if len(call.args) > 1 and (of_messages or (isinstance(function, ast.Name) and function.id in SPEAKING)):
        yield from _literal(call.args[1])


def _refused(call: ast.Call) -> Iterator[ast.Constant]:
    name = ast.unparse(call.func).rpartition(".")[2]
    if name in REFUSING and call.args:
        given = call.args[0]
        for one in given.values if isinstance(given, ast.Dict) else [given]:
            for text in one.elts if isinstance(one, ast.List) else [one]:
                yield from _literal(text)


def _class_attribute(statement: ast.stmt) -> Iterator[ast.Constant]:
    if isinstance(statement, ast.Assign):
        names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        if KEYWORDS.intersection(names):
            yield from _literal(statement.value)
        elif all(name.isupper() for name in names) and isinstance(statement.value, ast.Tuple):
            yield from _choice_label(statement.value)


def _choice_label(value: ast.Tuple) -> Iterator[ast.Constant]:
    """``READY = "ready", "Ready"`` of a class of choices."""
    if len(value.elts) == 2 and all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in value.elts):
        yield from _literal(value.elts[1])


def _literal(value: ast.expr) -> Iterator[ast.Constant]:
    """A text as it stands; of a formatted one its fixed parts, of a choice between two both."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value
    elif isinstance(value, ast.JoinedStr):
        for part in value.values:
            yield from _literal(part)
    elif isinstance(value, ast.IfExp):
        yield from _literal(value.body)
        yield from _literal(value.orelse)
    elif isinstance(value, ast.BinOp):
        yield from _literal(value.left)
        yield from _literal(value.right)


def faults() -> list[str]:
    """All of the product's, as "file: text"."""
    found = []
    for name, source in _sources("templates", "*.*"):
        found += [f"{name}: {text}" for text in template_faults(source, plain=name.endswith(".txt"))]
    for app in APPS:
        for name, source in _sources(app, "*.py"):
            found += [f"{name}:{text}" for text in python_faults(source, api="/api/" in name)]
    return found


def _sources(folder: str, pattern: str) -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / folder).rglob(pattern)):
        name = path.relative_to(ROOT).as_posix()
        if not any(part in name for part in SILENT):
            yield name, path.read_text(encoding="utf-8")


def main() -> int:
    found = faults()
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
