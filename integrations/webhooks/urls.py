"""Pages of webhooks, below the company's settings."""

from __future__ import annotations

from django.urls import path

from integrations.webhooks import bulk, views

app_name = "webhooks"
urlpatterns = [
    path("", views.endpoint_list, name="list"),
    path("new/", views.new, name="new"),
    path("<int:endpoint_id>/", views.detail, name="detail"),
    path("<int:endpoint_id>/edit/", views.edit, name="edit"),
    path("<int:endpoint_id>/delete/", views.delete, name="delete"),
    path("<int:endpoint_id>/stop/", views.stop, name="stop"),
    path("<int:endpoint_id>/start/", views.start, name="start"),
    path("<int:endpoint_id>/rotate/", views.rotate, name="rotate"),
    path("<int:endpoint_id>/end-former/", views.end_former, name="end-former"),
    path("<int:endpoint_id>/resend-missed/", views.resend_missed, name="resend-missed"),
    path("<int:endpoint_id>/chosen/resend/", bulk.resend, name="chosen-resend"),
    path("<int:endpoint_id>/test/", views.test, name="test"),
    path("deliveries/<int:delivery_id>/", views.delivery, name="delivery"),
    path("deliveries/<int:delivery_id>/resend/", views.resend, name="resend"),
]
