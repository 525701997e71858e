"""Pages of campaigns: one campaign's own page puts the other apps together, the others are the app's."""

from __future__ import annotations

from django.urls import path

from campaigns.urls import urlpatterns as own_pages
from desk import campaign_page

app_name = "campaigns"
urlpatterns = [
    path("<int:campaign_id>/", campaign_page.detail, name="detail"),
    *own_pages,
]
