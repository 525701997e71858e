from django.urls import include, path
from rest_framework.routers import SimpleRouter

from campaigns.api.views import CampaignViewSet

router = SimpleRouter()
router.register("campaigns", CampaignViewSet, basename="api-campaigns")

urlpatterns = [path("", include(router.urls))]
