from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from integrations.api.webhook_views import EventFeedView, WebhookDeliveryViewSet, WebhookEndpointViewSet

router = SimpleRouter(use_regex_path=False)
router.register("webhook-endpoints", WebhookEndpointViewSet, basename="api-webhook-endpoints")
router.register("webhook-deliveries", WebhookDeliveryViewSet, basename="api-webhook-deliveries")
urlpatterns = [*router.urls, path("events/", EventFeedView.as_view(), name="event-feed")]
