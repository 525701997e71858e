from django.urls import path

from desk.api import call_views, dialing_views, views

urlpatterns = [
    path("desk/", views.StateView.as_view(), name="api-desk"),
    path("desk/shift/start/", views.StartView.as_view(), name="api-desk-start"),
    path("desk/shift/end/", views.EndView.as_view(), name="api-desk-end"),
    path("desk/shift/pause/", views.PauseView.as_view(), name="api-desk-pause"),
    path("desk/shift/resume/", views.ResumeView.as_view(), name="api-desk-resume"),
    path("desk/shift/wrap-up/finish/", views.FinishWrapUpView.as_view(), name="api-desk-finish-wrap-up"),
    path("desk/shift/reloading/", views.ReloadingView.as_view(), name="api-desk-reloading"),
    path("desk/phone/take-over/", views.TakePhoneOverView.as_view(), name="api-desk-take-phone-over"),
    path("desk/call/hold/", call_views.HoldView.as_view(), name="api-desk-hold"),
    path("desk/call/resume/", call_views.CallResumeView.as_view(), name="api-desk-call-resume"),
    path("desk/call/digits/", call_views.DigitsView.as_view(), name="api-desk-digits"),
    path("desk/call/hang-up/", call_views.CallHangUpView.as_view(), name="api-desk-hang-up"),
    path("desk/call/transfer/", call_views.TransferView.as_view(), name="api-desk-transfer"),
    path("desk/call/consult/", call_views.ConsultView.as_view(), name="api-desk-consult"),
    path("desk/call/consult/end/", call_views.EndConsultView.as_view(), name="api-desk-consult-end"),
    path("desk/call/consult/complete/", call_views.CompleteConsultView.as_view(), name="api-desk-consult-complete"),
    path("desk/call/consult/conference/", call_views.ConferenceView.as_view(), name="api-desk-conference"),
    path("desk/call/recording/", call_views.CallRecordingView.as_view(), name="api-desk-recording"),
    path("desk/call/disposition/", call_views.DisposeView.as_view(), name="api-desk-disposition"),
    path("desk/call/amd/", call_views.CorrectAmdView.as_view(), name="api-desk-amd"),
    path("desk/contact/", call_views.DeskContactView.as_view(), name="api-desk-contact"),
    path("desk/manual/", dialing_views.ManualView.as_view(), name="api-desk-manual"),
    path("desk/preview/next/", dialing_views.PreviewNextView.as_view(), name="api-desk-preview-next"),
    path("desk/preview/dial/", dialing_views.PreviewDialView.as_view(), name="api-desk-preview-dial"),
    path("desk/preview/skip/", dialing_views.PreviewSkipView.as_view(), name="api-desk-preview-skip"),
    path("desk/callbacks/<int:pk>/", dialing_views.OwnCallbackView.as_view(), name="api-desk-callback"),
    path("desk/messages/<int:pk>/read/", dialing_views.MessageReadView.as_view(), name="api-desk-message-read"),
    path("desk/targets/", dialing_views.TargetsView.as_view(), name="api-desk-targets"),
]
