"""Pages of the company's people."""

from __future__ import annotations

from django.urls import path

from desk import people_views

app_name = "people"
urlpatterns = [
    path("people/", people_views.person_list, name="list"),
    path("people/new/", people_views.invite, name="invite"),
    path("people/<int:person_id>/", people_views.edit, name="edit"),
    path("people/<int:person_id>/deactivate/", people_views.deactivate, name="deactivate"),
    path("people/<int:person_id>/reactivate/", people_views.reactivate, name="reactivate"),
    path("people/<int:person_id>/link/", people_views.link, name="link"),
    path("welcome/<int:person_id>/<str:token>/", people_views.WelcomeView.as_view(), name="welcome"),
]
