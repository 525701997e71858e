"""The figures of a period as a file: what ``statistics/`` adds up, one row for each group."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.permissions import IsSupervisor
from calls.report import Totals
from desk.api.exports import cell, lines, refuse_unknown
from desk.api.statistics import PeriodSerializer, asked_period, groups
from screens.spreadsheet import BOM
from screens.workbook import XLSX, workbook

FIGURES = Totals._fields


class _ExportView(APIView):
    scope_family = "statistics"
    permission_classes = (IsSupervisor,)


class StatisticsExportView(_ExportView):
    @extend_schema(
        operation_id="exports_statistics",
        parameters=[PeriodSerializer],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        """Figures by hour, day, campaign, list, operator or disposition, as CSV (UTF-8, ``;``)."""
        refuse_unknown(request, PeriodSerializer().fields)
        period, zone = asked_period(request)
        text = lines([[cell(value) for value in row] for row in _rows(period["by"], groups(period, zone))])
        return _file(BOM + text, f"statistics-{period['by']}.csv", "text/csv; charset=utf-8")


class StatisticsWorkbookView(_ExportView):
    @extend_schema(
        operation_id="exports_statistics_workbook",
        parameters=[PeriodSerializer],
        responses={(200, XLSX): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponse:
        """The same figures as a workbook (XLSX), whose cells are numbers."""
        refuse_unknown(request, PeriodSerializer().fields)
        period, zone = asked_period(request)
        content = workbook("statistics", _rows(period["by"], groups(period, zone)), zone=zone)
        return _file(content, f"statistics-{period['by']}.xlsx", XLSX)


def _rows(by: str, found: list[dict[str, Any]]) -> list[list[Any]]:
    """Give the heads, then each group's figures."""
    rows = [[row["key"], row["name"], *(getattr(row["figures"], name) for name in FIGURES)] for row in found]
    return [[by, "name", *FIGURES], *rows]


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
