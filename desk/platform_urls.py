"""Pages of the platform's own site."""

from __future__ import annotations

from django.urls import path

from desk import platform_views, style_views
from desk.platform import company_views, log_views, overview_views, people_views, trail_views

app_name = "platform"
urlpatterns = [
    path("companies/", platform_views.companies, name="companies"),
    path("companies/<int:company_id>/approve/", platform_views.approve, name="company-approve"),
    path("companies/<int:company_id>/reject/", platform_views.reject, name="company-reject"),
    path("companies/<int:company_id>/", company_views.company, name="company"),
    path("companies/<int:company_id>/limits/", company_views.limits, name="company-limits"),
    path("companies/<int:company_id>/suspend/", platform_views.suspend, name="company-suspend"),
    path("companies/<int:company_id>/resume/", platform_views.resume, name="company-resume"),
    path("overview/", overview_views.overview, name="overview"),
    path("directory/", people_views.people, name="people"),
    path("directory/<int:entry_id>/", people_views.person, name="person"),
    path("directory/<int:entry_id>/deactivate/", people_views.deactivate, name="person-deactivate"),
    path("directory/<int:entry_id>/reactivate/", people_views.reactivate, name="person-reactivate"),
    path("directory/<int:entry_id>/end-sessions/", people_views.end_sessions, name="person-end-sessions"),
    path("logs/", log_views.logs, name="logs"),
    path("audit/", trail_views.trail, name="trail"),
    path("style/", style_views.style, name="style"),
    path("style/chosen/", style_views.chosen, name="style-chosen"),
    path("style/undone/", style_views.undone, name="style-undone"),
]
