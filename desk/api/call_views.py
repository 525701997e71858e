"""The conversation and its customer."""

from __future__ import annotations

from calls import talking
from calls.amd import do_correct_amd
from calls.api.serializers import SetDispositionSerializer, tabulation_of
from campaigns import preview_keys
from contacts.editing import do_edit_contact
from contacts.models import Contact
from desk import conversation
from desk.api.base import DeskView, Request, Response, desk_schema
from desk.api.serializers import (
    AmdCorrectionSerializer,
    ConsultSerializer,
    DeskContactSerializer,
    DigitsSerializer,
    RecordingActionSerializer,
    TransferSerializer,
)
from desk.disposing import do_dispose, present_call
from desk.exceptions import NoCallError
from tenants.active import active_schema


class HoldView(DeskView):
    @desk_schema(summary="Put the customer on hold")
    def post(self, request: Request) -> Response:
        operator = self.operator
        talking.do_hold(operator, acting_user=self.person)
        return self.answer(operator)


class CallResumeView(DeskView):
    @desk_schema(summary="Back from hold")
    def post(self, request: Request) -> Response:
        operator = self.operator
        talking.do_resume(operator, acting_user=self.person)
        return self.answer(operator)


class DigitsView(DeskView):
    @desk_schema(DigitsSerializer, summary="Send tones to the customer's side")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(DigitsSerializer), self.operator
        talking.do_send_digits(operator, asked["digits"], acting_user=self.person)
        return self.answer(operator)


class CallHangUpView(DeskView):
    @desk_schema(summary="Hang up")
    def post(self, request: Request) -> Response:
        operator = self.operator
        talking.do_hang_up(operator, acting_user=self.person)
        return self.answer(operator)


class TransferView(DeskView):
    @desk_schema(TransferSerializer, summary="Send the customer on, without announcement")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(TransferSerializer), self.operator
        conversation.do_transfer(operator, asked["kind"], asked["target"], acting_user=self.person)
        return self.answer(operator)


class ConsultView(DeskView):
    @desk_schema(ConsultSerializer, summary="Call a third party while the customer waits")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(ConsultSerializer), self.operator
        conversation.do_consult(operator, asked["kind"], asked["target"], acting_user=self.person)
        return self.answer(operator)


class EndConsultView(DeskView):
    @desk_schema(summary="Let the third party go")
    def post(self, request: Request) -> Response:
        operator = self.operator
        talking.do_end_consult(operator, acting_user=self.person)
        return self.answer(operator)


class CompleteConsultView(DeskView):
    @desk_schema(summary="Leave customer and third party to each other")
    def post(self, request: Request) -> Response:
        operator = self.operator
        talking.do_complete(operator, acting_user=self.person)
        return self.answer(operator)


class ConferenceView(DeskView):
    @desk_schema(summary="Bring customer, third party and operator together")
    def post(self, request: Request) -> Response:
        operator = self.operator
        talking.do_conference(operator, acting_user=self.person)
        return self.answer(operator)


class CallRecordingView(DeskView):
    @desk_schema(RecordingActionSerializer, summary="Start, pause, resume or stop the recording")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(RecordingActionSerializer), self.operator
        conversation.do_control_recording(operator, asked["action"], acting_user=self.person)
        return self.answer(operator)


class DisposeView(DeskView):
    @desk_schema(SetDispositionSerializer, summary="Say what the conversation came to")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(SetDispositionSerializer), self.operator
        do_dispose(operator, tabulation_of(asked), acting_user=self.person)
        return self.answer(operator)


class CorrectAmdView(DeskView):
    @desk_schema(AmdCorrectionSerializer, summary="Say what really answered")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(AmdCorrectionSerializer), self.operator
        do_correct_amd(present_call(operator), asked["status"], acting_user=self.person)
        return self.answer(operator)


class DeskContactView(DeskView):
    @desk_schema(DeskContactSerializer, summary="Correct the customer's card")
    def patch(self, request: Request) -> Response:
        asked, operator = self.asked(DeskContactSerializer), self.operator
        do_edit_contact(
            self._contact(),
            name=asked.get("name"),
            document=asked.get("document"),
            email=asked.get("email"),
            extra=asked["extra"],
            acting_user=self.person,
        )
        return self.answer(operator)

    def _contact(self) -> Contact:
        """The one on the line, wrapped up, or in front of the operator. Raises NoCallError."""
        operator = self.operator
        try:
            contact_id = present_call(operator).contact_id
        except NoCallError:
            previewed = preview_keys.read(active_schema(), operator.pk)
            if previewed is None:
                raise
            contact_id = previewed.contact_id
        contact = Contact.objects.filter(pk=contact_id).first()
        if contact is None:
            raise NoCallError
        return contact
