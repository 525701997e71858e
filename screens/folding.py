"""What a template says the same each time (words, icons) is put together once in a language, when it is first drawn.

Half of a page's tags are translated words between pieces of markup. Runs of both become one piece (``Settled``);
addresses without a key come from `screens.fixed`. What depends on anything else stays as Django has made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.template import Context, Template
from django.template.base import FilterExpression, Node, NodeList, Origin, TextNode, Variable
from django.template.defaulttags import IfNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import base, cached
from django.templatetags.i18n import LanguageNode, TranslateNode
from django.utils.translation import get_language

from screens import fixed, marks

_SETTLED_TAGS = (fixed.assets, fixed.mark_address, marks.glyph, marks.icon, marks.icon_sprite)
"""Simple tags whose answer follows from what they are given and the code."""


class Settled(Node):
    """A run of nodes that say the same in each rendering of one language."""

    child_nodelists = ()

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = NodeList(nodes)
        self._texts: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        text = self._texts.get(language)
        if text is None:
            text = self._texts[language] = self._nodes.render(context)
        return text

    render_annotated = render


class Address(Node):
    """The address of a page without a key."""

    child_nodelists = ()

    def __init__(self, view: str) -> None:
        self._view = view

    def render(self, _context: Context) -> str:
        return fixed.address(self._view)


class _Folded(base.Loader):
    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        fold(template.nodelist)
        return template


class Loader(cached.Loader, _Folded):
    """Django's cached loader, which keeps each template folded (``TEMPLATES``)."""


def fold(nodes: NodeList) -> None:
    """Put the runs of a list, and of all lists within it, together in their place."""
    folded: list[Node] = []
    run: list[Node] = []
    for node in nodes:
        if _is_settled(node):
            run.append(node)
            continue
        folded.extend(_together(run))
        run = []
        folded.append(_address(node))
        if not isinstance(node, LanguageNode):
            for inner in _lists_of(node):
                fold(inner)
    folded.extend(_together(run))
    nodes[:] = folded


def _together(run: list[Node]) -> list[Node]:
    """One node for several; a piece of text alone is as cheap as it gets."""
    return run if all(isinstance(node, TextNode) for node in run) else [Settled(run)]


def _lists_of(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):
        yield from (inner for _condition, inner in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        inner = getattr(node, name, None)
        if isinstance(inner, NodeList):
            yield inner


def _is_settled(node: Node) -> bool:
    if isinstance(node, TextNode):
        return True
    if isinstance(node, TranslateNode):
        return not node.asvar and _is_literal(node.filter_expression, node.message_context)
    if type(node) is SimpleNode and node.func in _SETTLED_TAGS:
        return node.target_var is None and _is_literal(*node.args, *node.kwargs.values())
    return False


def _is_literal(*expressions: FilterExpression | None) -> bool:
    """Whether these are words that stand in the template, without a filter."""
    return all(
        one is None
        or (
            not one.filters
            and (isinstance(one.var, str) or (isinstance(one.var, Variable) and one.var.lookups is None))
        )
        for one in expressions
    )


def _address(node: Node) -> Node:
    if type(node) is not URLNode or node.asvar or node.args or node.kwargs or not _is_literal(node.view_name):
        return node
    view = node.view_name.var
    return Address(str(view if isinstance(view, str) else view.literal))
