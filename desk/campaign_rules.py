"""A campaign's rules as its page tells them: what is set, and one sentence on what that does; its numbers and lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from campaigns.caller_ids import Shown
from campaigns.choices import AmdMode, Dialing, RecordingMode
from campaigns.models import Campaign
from desk import formats
from screens.escape import escaped


class Rule(NamedTuple):
    label: str
    value: str
    sentence: str


def rules_of(campaign: Campaign) -> list[Rule]:
    """Give the rules in the order of the form."""
    language = get_language() or "pt-br"
    predictive = campaign.dialing == Dialing.PREDICTIVE
    rules = [Rule(pgettext("way of", "Dialing"), *_dialing(campaign))]
    if predictive:
        limit = formats.percent_short(campaign.target_abandon_rate, language)
        rules += [
            Rule(
                _("Abandoned, at most"),
                f"{limit}\N{NO-BREAK SPACE}%",
                _("The dialer slows down near it, and no longer dials ahead beyond it."),
            ),
            Rule(
                _("Lines per free operator, at most"),
                formats.tenths(campaign.max_lines_per_operator, language),
                _("A ceiling, however few people answer."),
            ),
            Rule(
                _("Channels at once, at most"),
                formats.whole(campaign.max_channels, language),
                _("Calls of this campaign that may be up together."),
            ),
        ]
    rules += [
        Rule(
            _("Ring time"),
            f"{campaign.ring_timeout_s} s",
            _("Who doesn’t answer within it counts as no answer."),
        ),
        Rule(
            _("Attempts per contact"),
            str(campaign.max_attempts),
            _("Over all phones. Then the contact is exhausted."),
        ),
        Rule(
            _("Wrap-up"),
            f"{campaign.wrap_up_s} s" if campaign.wrap_up_s else pgettext("wrap-up", "none"),
            _("Afterwards the operator is free by himself.") if campaign.wrap_up_s else _("Free right after the call."),
        ),
        Rule(_("Recording"), *_recording(campaign)),
    ]
    if predictive:
        rules.append(Rule(_("Answering machines"), *_machines(campaign)))
    rules.append(
        Rule(
            _("Priority"),
            str(campaign.priority),
            _("0 to 9. Of customers waiting in several campaigns, the higher one’s is served first."),
        )
    )
    return rules


def _dialing(campaign: Campaign) -> tuple[str, str]:
    if campaign.dialing == Dialing.PREDICTIVE:
        return _("predictive"), _("Dials before an operator is free, by what the last minutes foretell.")
    if campaign.dialing == Dialing.PREVIEW:
        return _("with preview"), _("The operator sees the contact first and starts the call.")
    return _("by hand"), _("Only numbers that operators dial.")


def _recording(campaign: Campaign) -> tuple[str, str]:
    told = _("People are told that they are recorded.") if campaign.recording_is_announced else ""
    value = str(campaign.get_recording_display())
    if campaign.recording == RecordingMode.PERCENTAGE:
        value = f"{value}, {campaign.recording_percent}\N{NO-BREAK SPACE}%"
    if campaign.recording == RecordingMode.NONE:
        return value, _("Nothing is kept of the conversations.")
    return value, told or _("Nobody is told that he is recorded.")


def _machines(campaign: Campaign) -> tuple[str, str]:
    if campaign.amd == AmdMode.OFF:
        return _("not detected"), _("Every answer goes to an operator.")
    control = _("%(percent)s %% of the answers are left out, to measure its error.") % {
        "percent": campaign.amd_control_percent
    }
    return (_("hung up on") if campaign.amd == AmdMode.HANG_UP else _("left a message")), control


def drawn(rules: Iterable[Rule]) -> SafeString:
    """The rules as entries of a list of definitions."""
    return mark_safe(  # noqa: S308  each part is escaped
        "".join(
            f'<div><dt>{escaped(label)}</dt><dd>{escaped(value)}</dd><dd class="un">{escaped(sentence)}</dd></div>\n'
            for label, value, sentence in rules
        )
    )


def shown_numbers(shown: Sequence[Shown]) -> SafeString:
    """The numbers that people see when it calls them."""
    numbers = ", ".join(f'<span class="nw">{escaped(formats.phone(one.number))}</span>' for one in shown)
    return mark_safe(numbers or escaped(_("the trunk’s own")))  # noqa: S308  as above


def campaign_lists(lists: Iterable[tuple[str, int]]) -> SafeString:
    """Its lists, each with how many contacts it holds."""
    language = get_language() or "pt-br"
    return mark_safe(  # noqa: S308  as above
        "".join(f"<dt>{escaped(name)}</dt><dd>{formats.whole(count, language)}</dd>" for name, count in lists)
    )
