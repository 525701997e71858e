"""Pages of the company's people."""

from __future__ import annotations

from django.urls import path

from desk import people_bulk, people_views

app_name = "people"
urlpatterns = [
    path("people/", people_views.person_list, name="list"),
    path("people/new/", people_views.invite, name="invite"),
    path("people/chosen/deactivate/", people_bulk.deactivate, name="chosen-deactivate"),
    path("people/chosen/reactivate/", people_bulk.reactivate, name="chosen-reactivate"),
    path("people/chosen/invite/", people_bulk.invite, name="chosen-invite"),
    path("people/chosen/join/", people_bulk.join, name="chosen-join"),
    path("people/chosen/leave/", people_bulk.leave, name="chosen-leave"),
    path("people/<int:person_id>/", people_views.edit, name="edit"),
    path("people/<int:person_id>/deactivate/", people_views.deactivate, name="deactivate"),
    path("people/<int:person_id>/reactivate/", people_views.reactivate, name="reactivate"),
    path("people/<int:person_id>/link/", people_views.link, name="link"),
    path("welcome/<int:person_id>/<str:token>/", people_views.WelcomeView.as_view(), name="welcome"),
]
