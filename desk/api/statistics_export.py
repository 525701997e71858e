"""The figures of a period as CSV: what ``statistics/`` adds up, one row for each group."""

from __future__ import annotations

from dataclasses import fields

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.permissions import IsSupervisor
from calls.report import Totals
from desk.api.exports import cell, lines
from desk.api.statistics import PeriodSerializer, asked_period, groups
from screens.spreadsheet import BOM

FIGURES = tuple(field.name for field in fields(Totals))


class StatisticsExportView(APIView):
    scope_family = "statistics"
    permission_classes = (IsSupervisor,)

    @extend_schema(
        operation_id="exports_statistics",
        parameters=[PeriodSerializer],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        """Figures by hour, day, campaign, list, operator or disposition, as CSV (UTF-8, ``;``)."""
        period, zone = asked_period(request)
        rows = [
            [row["key"], row["name"], *(getattr(row["figures"], name) for name in FIGURES)]
            for row in groups(period, zone)
        ]
        text = lines([[period["by"], "name", *FIGURES], *([cell(value) for value in row] for row in rows)])
        headers = {"Content-Disposition": f'attachment; filename="statistics-{period["by"]}.csv"'}
        return HttpResponse(BOM + text, content_type="text/csv; charset=utf-8", headers=headers)
