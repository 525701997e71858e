"""The campaigns of the master's first page as rows, as HTML."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from desk import formats
from desk.campaign_rows import state_badge
from desk.overview import CampaignToday
from desk.sparks import HEIGHT, WIDTH
from screens.escape import escaped
from screens.links import addresses_of


def rows(campaigns: Iterable[CampaignToday]) -> SafeString:
    """Each campaign with its figures of today, and its answers of the last two hours as a line."""
    language, detail, tried = get_language() or "pt-br", addresses_of("campaigns:detail"), _("%(n)s attempts today")
    operators, spark, answer = escaped(_("Operators")), escaped(_("Answers, last 2 h")), escaped(_("Answer rate"))
    abandoned, won, cost = escaped(pgettext("figure", "Abandoned")), escaped(_("Successes")), escaped(_("Cost"))

    def draw(row: CampaignToday) -> str:
        campaign, totals = row.campaign, row.totals
        tone = f" {row.abandon_tone}" if row.abandon_tone else ""
        attempts = tried % {"n": formats.whole(totals.attempts, language)}
        return (
            f'<tr><td><a class="strong" href="{detail(campaign.pk)}">{escaped(campaign.name)}</a>'
            f'<div class="micro muted">{escaped(attempts)}</div></td><td>{state_badge(campaign.state)}</td>'
            f'<td class="num" data-l="{operators}">{formats.whole(row.operators, language)}</td>{_spark(row, spark)}'
            f'<td class="num" data-l="{answer}">{formats.percent_sign(totals.answer_rate, language)}</td>'
            f'<td class="num{tone}" data-l="{abandoned}">'
            f"{formats.percent_sign(totals.abandon_rate, language)}</td>"
            f'<td class="num strong" data-l="{won}">{formats.whole(totals.successes, language)}</td>'
            f'<td class="num" data-l="{cost}">{formats.money(totals.price, language)}</td></tr>\n'
        )

    return mark_safe("".join(map(draw, campaigns)))  # noqa: S308  each value is escaped above, or a figure


def _spark(row: CampaignToday, label: str) -> str:
    if not row.spark.line:
        return f'<td class="wspk void" data-l="{label}"><span class="muted">—</span></td>'
    return (
        f'<td class="wspk" data-l="{label}"><svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="none" aria-hidden="true"><path class="ar" d="{row.spark.area}" />'
        f'<path class="ln" d="{row.spark.line}" /></svg></td>'
    )
