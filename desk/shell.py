"""The frame of every page, put together in Python: navigation, the top with its menus, banners, what opens above it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.bell import bell
from accounts.models import User
from accounts.notices import unread_count
from desk import formats
from desk.navigation import Entry, entries_for, sections_of, tabs_of
from desk.recording_alarm import recording_alarm
from desk.switch import SwitchWords
from screens.escape import escaped
from screens.fixed import address, fixed
from screens.marks import glyph, icon
from tenants.models import Company


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page, and where. ``company`` is None on the platform's own site; ``theme`` what he chose, or ""."""

    request: HttpRequest
    user: User
    company: Company | None
    theme: str
    csrf_token: str
    switch: SwitchWords


def framed(reader: Reader, content: str) -> SafeString:
    """Put the shell around a page's main part."""
    match, skip = reader.request.resolver_match, escaped(_("Skip to the content"))
    entries = entries_for(reader.user, match.view_name if match else "")
    parts = (
        f'<a class="skip" href="#content">{skip}</a>',
        f'<div class="shell" data-person="{reader.user.pk}">',
        _side(reader.user, entries),
        '<div class="stage">',
        _top(reader),
        switch_banner(reader.switch),
        _recording_banner(reader.user),
        content,
        "</div></div>",
        _tabbar(entries) if len(entries) > 1 else "",
        fixed("screens/palette.html"),
        fixed("components/overlays.html"),
    )
    return mark_safe("\n".join(parts))  # noqa: S308  each part is escaped, or a template's


def switch_word(switch: SwitchWords) -> SafeString:
    """The state of the switch in the top: shape, colour and word."""
    return mark_safe(  # noqa: S308  escaped here
        f'<span class="fact sw-word" id="switch-word" role="status" title="{escaped(switch.sentence)}">'
        f'<span class="is-{switch.tone} pip">{glyph(switch.tone)}</span><span>{escaped(switch.word)}</span></span>'
    )


def switch_banner(switch: SwitchWords) -> SafeString:
    """What is wrong with the switch, and with the page's own connection; hidden while all is well."""
    hidden = "" if switch.sentence else " hidden"
    return mark_safe(  # noqa: S308  as above
        f'<div id="switch-banner" class="banner is-{switch.tone}" role="alert"{hidden}>{icon("plug-connected-x")}'
        f'<span><b>{escaped(switch.word)}.</b> <span data-part="sentence">{escaped(switch.sentence)}</span></span>'
        f"</div>{fixed('components/live_banner.html')}"
    )


def top_menus(reader: Reader) -> SafeString:
    """The bell, the theme, and the person's own menu."""
    user, name, role = reader.user, escaped(reader.user.name), escaped(reader.user.get_role_display())
    letters, log_out = escaped(formats.initials(user.name)), escaped(_("Log out"))
    return mark_safe(  # noqa: S308  as above
        f"{bell(user, unread_count(user))}{fixed('components/theme.html', forced_theme=reader.theme)}"
        f'<details class="menu"><summary class="icon-btn" aria-label="{letters}: {name}, {role}">'
        f'<span class="ava" aria-hidden="true">{letters}</span></summary><div class="menu-box">'
        f'<div class="menu-who"><b>{name}</b><span class="micro muted">{escaped(user.email)}</span>'
        f'<span class="micro muted">{role}</span></div>'
        f"{_language_choice(reader)}"
        f'<form action="{address("logout")}" method="post">{_token(reader)}'
        f'<button class="menu-do" type="submit">{icon("logout")}{log_out}</button></form></div></details>'
    )


def _side(user: User, entries: list[Entry]) -> str:
    links = "".join(
        (f"<h3>{escaped(heading)}</h3>" if heading else "") + "".join(map(_side_link, group))
        for heading, group in sections_of(entries)
    )
    main = escaped(_("Main"))
    return (
        f'<nav class="side" aria-label="{main}"><a class="brand" href="{address("home")}">'
        f'{fixed("components/mark.html")}Cadência</a><div class="side-nav">{links}</div>'
        f'<div class="foot micro faint"><span>{escaped(user.get_role_display())}</span></div></nav>'
    )


def _side_link(entry: Entry) -> str:
    page, label = entry.page, escaped(entry.page.label)
    hot = "n hot" if page.hot else "n"
    figure = f'<span class="{hot}">{_whole(entry.count)}</span>' if entry.count else ""
    opening = f'<a class="nav" href="{address(page.view)}" title="{label}"{_current(entry)}>'
    return f"{opening}{icon(page.icon)}{label}{figure}</a>"


def _top(reader: Reader) -> str:
    search = escaped(_("Search or jump to"))
    return (
        f'<header class="top"><div class="co">{_site_name(reader.company)}</div>'
        f'<div class="end">{switch_word(reader.switch)}<button class="icon-btn" type="button" data-opens-palette '
        f'aria-haspopup="dialog" aria-keyshortcuts="Control+K" aria-label="{search}" title="{search} (Ctrl K)">'
        f"{icon('search')}</button>{top_menus(reader)}</div></header>"
    )


def _site_name(company: Company | None) -> str:
    if company is None:
        logo, name = str(icon("server", "i-14")), _("Platform")
    else:
        logo, name = escaped(company.initials or formats.initials(str(company))), str(company)
    return f'<span class="logo" aria-hidden="true">{logo}</span><span class="ell">{escaped(name)}</span>'


def _language_choice(reader: Reader) -> str:
    code, lang, words = ("en", "en", "Read in English") if _is_portuguese() else ("pt-br", "pt-BR", "Ler em português")
    return (
        f'<form action="{address("set_language")}" method="post">{_token(reader)}'
        f'<input type="hidden" name="next" value="{escaped(reader.request.get_full_path())}">'
        f'<button class="menu-do" type="submit" name="language" value="{code}" lang="{lang}">'
        f"{icon('language')}{words}</button></form>"
    )


def _recording_banner(user: User) -> str:
    room = recording_alarm(user)
    return get_template("components/recording_banner.html").render({"room": room, "user": user}) if room else ""


def _tabbar(entries: list[Entry]) -> str:
    tabs, more = tabs_of(entries)
    links = "".join(
        f'<a href="{address(entry.page.view)}"{_current(entry)}>{icon(entry.page.icon)}'
        f'<span class="ell">{escaped(entry.page.label)}</span></a>'
        for entry in tabs
    )
    main = escaped(_("Main"))
    return f'<nav class="tabbar mob-only" aria-label="{main}">{links}{_more(more) if more else ""}</nav>'


def _more(entries: list[Entry]) -> str:
    links = "".join(
        f'<a class="menu-do" href="{address(entry.page.view)}"{_current(entry)}>{icon(entry.page.icon)}'
        f"{escaped(entry.page.label)}"
        + (f'<span class="push micro muted">{_whole(entry.count)}</span></a>' if entry.count else "</a>")
        for entry in entries
    )
    words = escaped(pgettext("pages", "More"))
    return (
        f'<details class="menu tab-more"><summary>{icon("dots")}{words}</summary>'
        f'<div class="menu-box">{links}</div></details>'
    )


def _current(entry: Entry) -> str:
    return ' aria-current="page"' if entry.current else ""


def _token(reader: Reader) -> str:
    return f'<input type="hidden" name="csrfmiddlewaretoken" value="{escaped(reader.csrf_token)}">'


def _whole(count: int) -> str:
    return formats.whole(count, get_language() or "pt-br")


def _is_portuguese() -> bool:
    return get_language() == "pt-br"
