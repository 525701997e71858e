"""Finding contacts among millions: each way of it has its index, whatever the table holds."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Q, QuerySet

from common.letters import folded
from contacts.models import NAME_WORDS, Contact, Phone
from live.kept import remembered
from tenants.active import active_schema
from tenants.written import IsOneOf

MOST_WORDS = 6
MOST_OWNERS = 500
"""Contacts with one number, above which nobody reads them all."""
MANY_NAMED = 5_000
"""Above this a name is so common that a page of such contacts is found quickly in any order."""
COMMON_HOLDS_S = 60.0
"""For how long a name that was common is taken to be so: to find out reads all who have it."""
SOME_NAMED = 500
SOME_HOLD_S = 5.0
"""For how long the keys of more than SOME_NAMED are kept; of fewer they are found anew each time."""
_FEWEST_DIGITS = 8
"""Of a phone without its area code."""


def matching(rows: QuerySet[Contact], text: str) -> QuerySet[Contact]:
    """Contacts by whole phone (with or without +55), document or code, or by the beginnings of words of the name."""
    text = text.replace("\x00", "").strip()  # no column holds a NUL, and PostgreSQL takes none
    bare = re.sub(r"\W", "", text).upper()
    digits = re.sub(r"\D", "", text)
    match = Q(external_id=text) & ~Q(external_id="")
    if bare:
        match |= Q(document=bare) & ~Q(document="")
    if len(digits) >= _FEWEST_DIGITS:
        return rows.filter(match | Q(IsOneOf(F("pk"), _owners(digits))))
    words = words_of(text)
    if not words:
        return rows.filter(match)
    # Of rare words the planner expects too many, and would read all contacts in the key's order until it has a page.
    keys = _keys_of_named(words)
    if keys is not None:
        return rows.filter(match | Q(IsOneOf(F("pk"), keys)))
    return rows.alias(name_words=NAME_WORDS).filter(match | Q(name_words=_beginnings(words)))


def _keys_of_named(words: list[str]) -> list[int] | None:
    """Give the keys of all contacts with such a name; None where those are too many."""

    def find() -> list[int] | None:
        keys = list(named(words).values_list("pk", flat=True)[: MANY_NAMED + 1])
        return keys if len(keys) <= MANY_NAMED else None

    def holds_s(keys: list[int] | None) -> float:
        if keys is None:
            return COMMON_HOLDS_S
        return SOME_HOLD_S if len(keys) > SOME_NAMED else 0.0

    found: list[int] | None = remembered(f"{active_schema()}:named:{' '.join(words)}", find, holds_s)
    return found


def named(words: list[str]) -> QuerySet[Contact]:
    """Contacts by the beginnings of words of their names, in no order."""
    return Contact.objects.alias(name_words=NAME_WORDS).filter(name_words=_beginnings(words)).order_by()


def _owners(digits: str) -> list[int]:
    """Whose phone it is: asked first, as a condition on another table would be tried on every contact."""
    numbers = [f"+{digits}", f"+55{digits.lstrip('0')}"]
    return list(Phone.objects.filter(e164__in=numbers).order_by().values_list("contact_id", flat=True)[:MOST_OWNERS])


def words_of(text: str) -> list[str]:
    """What is looked for in names, without accents; empty where nothing was typed that a name may hold."""
    return re.findall(r"[^\W_]+", folded(text))[:MOST_WORDS]


def _beginnings(words: list[str]) -> SearchQuery:
    """All words must be there, each at the beginning of one of the name's."""
    return SearchQuery(" & ".join(f"'{word}':*" for word in words), config="simple", search_type="raw")
