"""Pages of a company's numbers."""

from __future__ import annotations

from django.urls import path

from campaigns import number_views

app_name = "numbers"
urlpatterns = [
    path("", number_views.number_list, name="list"),
    path("<int:number_id>/lead/", number_views.lead, name="lead"),
]
