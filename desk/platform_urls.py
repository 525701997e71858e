"""Pages of the platform's own site."""

from __future__ import annotations

from django.urls import path

from desk import platform_views, style_views

app_name = "platform"
urlpatterns = [
    path("companies/", platform_views.companies, name="companies"),
    path("companies/<int:company_id>/approve/", platform_views.approve, name="company-approve"),
    path("companies/<int:company_id>/reject/", platform_views.reject, name="company-reject"),
    path("style/", style_views.style, name="style"),
    path("style/chosen/", style_views.chosen, name="style-chosen"),
    path("style/undone/", style_views.undone, name="style-undone"),
]
