from django.urls import include, path
from rest_framework.routers import SimpleRouter

from campaigns.api.announcements import AnnouncementViewSet
from campaigns.api.callbacks import CallbackViewSet
from campaigns.api.defaults import CampaignDefaultsView
from campaigns.api.detection import DetectionView
from campaigns.api.history import CampaignHistoryView
from campaigns.api.numbers import CompanyCallerIdViewSet, CompanyNumberViewSet
from campaigns.api.ties import PersonCampaignsView
from campaigns.api.views import CampaignViewSet

router = SimpleRouter(use_regex_path=False)
router.register("callbacks", CallbackViewSet, basename="api-callbacks")
router.register("campaigns", CampaignViewSet, basename="api-campaigns")
numbers = SimpleRouter(use_regex_path=False)
numbers.register("announcements", AnnouncementViewSet, basename="api-announcements")
numbers.register("caller-ids", CompanyCallerIdViewSet, basename="api-caller-ids")
numbers.register("numbers", CompanyNumberViewSet, basename="api-numbers")

urlpatterns = [
    path("campaign-defaults/", CampaignDefaultsView.as_view(), name="api-campaign-defaults"),
    path("campaigns/<int:pk>/detection/", DetectionView.as_view(), name="api-campaign-detection"),
    path("campaigns/<int:pk>/history/", CampaignHistoryView.as_view({"get": "list"}), name="api-campaign-history"),
    path("people/<int:pk>/campaigns/", PersonCampaignsView.as_view(), name="api-person-campaigns"),
    path("", include(router.urls)),
    path("", include(numbers.urls)),
]
