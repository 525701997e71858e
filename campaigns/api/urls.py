from django.urls import include, path
from rest_framework.routers import SimpleRouter

from campaigns.api.announcements import AnnouncementViewSet
from campaigns.api.callbacks import CallbackViewSet
from campaigns.api.numbers import CompanyCallerIdViewSet, CompanyNumberViewSet
from campaigns.api.views import CampaignViewSet

router = SimpleRouter(use_regex_path=False)
router.register("callbacks", CallbackViewSet, basename="api-callbacks")
router.register("campaigns", CampaignViewSet, basename="api-campaigns")
numbers = SimpleRouter(use_regex_path=False)
numbers.register("announcements", AnnouncementViewSet, basename="api-announcements")
numbers.register("caller-ids", CompanyCallerIdViewSet, basename="api-caller-ids")
numbers.register("numbers", CompanyNumberViewSet, basename="api-numbers")

urlpatterns = [path("", include(router.urls)), path("", include(numbers.urls))]
