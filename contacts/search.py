"""Finding contacts among millions: each way of it has its index, whatever the table holds."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet

from contacts.models import NAME_WORDS, Contact, Phone

MOST_WORDS = 6
MOST_OWNERS = 500
"""Contacts with one number, above which nobody reads them all."""
MANY_NAMED = 5_000
"""Above this a name is so common that a page of such contacts is found quickly in any order."""
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
        return rows.filter(match | Q(pk__in=_owners(digits)))
    words = words_of(text)
    if words is None:
        return rows.filter(match)
    # Of rare words the planner expects too many, and would read all contacts in the key's order until it has a page.
    keys = list(named(words).values_list("pk", flat=True)[: MANY_NAMED + 1])
    if len(keys) <= MANY_NAMED:
        return rows.filter(match | Q(pk__in=keys))
    return rows.alias(name_words=NAME_WORDS).filter(match | Q(name_words=words))


def named(words: SearchQuery) -> QuerySet[Contact]:
    """Contacts by the words of their names, in no order."""
    return Contact.objects.alias(name_words=NAME_WORDS).filter(name_words=words).order_by()


def _owners(digits: str) -> list[int]:
    """Whose phone it is: asked first, as a condition on another table would be tried on every contact."""
    numbers = [f"+{digits}", f"+55{digits.lstrip('0')}"]
    return list(Phone.objects.filter(e164__in=numbers).order_by().values_list("contact_id", flat=True)[:MOST_OWNERS])


def words_of(text: str) -> SearchQuery | None:
    """All words must be there, each at the beginning of one of the name's."""
    words = re.findall(r"[^\W_]+", text.lower())[:MOST_WORDS]
    if not words:
        return None
    return SearchQuery(" & ".join(f"'{word}':*" for word in words), config="simple", search_type="raw")
