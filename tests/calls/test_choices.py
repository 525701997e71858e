"""The pure lifecycle and the models' choices speak the same words."""

from __future__ import annotations

from calls import choices, lifecycle
from calls.figures import FIGURES, SLOT_FIGURES
from calls.models import DayFigures, SlotFigures


def test_the_lifecycles_words_are_the_models_choices() -> None:
    assert {state.value for state in lifecycle.State} == set(choices.CallState.values)
    assert {outcome.value for outcome in lifecycle.Outcome} == set(choices.Outcome.values)


def test_every_figure_is_a_column_of_the_day() -> None:
    columns = {field.name for field in DayFigures._meta.get_fields()}
    assert columns == {"id", "campaign_id", "day", *FIGURES}


def test_every_figure_is_a_column_of_ten_minutes() -> None:
    columns = {field.name for field in SlotFigures._meta.get_fields()}
    assert columns - {"id", "at", "campaign_id", "contact_list_id", "operator_id", "disposition_id"} == set(
        SLOT_FIGURES
    )
