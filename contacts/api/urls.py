from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from contacts.api import views

router = SimpleRouter(use_regex_path=False)
router.register("contact-lists", views.ContactListView, basename="api-contact-list")
router.register("contacts", views.ContactView, basename="api-contact")
router.register("imports", views.ImportView, basename="api-import")
urlpatterns = [
    path("imports/<int:pk>/errors.csv", views.ImportView.as_view({"get": "errors"}), name="api-import-errors"),
    *router.urls,
]
