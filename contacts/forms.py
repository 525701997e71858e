"""Forms of lists."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import ContactList
from screens.choices import OneRowField


class UploadForm(forms.Form):
    """A file, and the list it goes into: a new one (by name) or an existing one."""

    file = forms.FileField(
        label=_("File"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={"required": _("Choose the file to upload.")},
    )  # fmt: skip
    list_name = forms.CharField(
        label=_("Name of the list"), max_length=120, required=False,
        help_text=_("Empty: the file’s name."),
    )  # fmt: skip
    contact_list = OneRowField(
        label=_("Add to an existing list"), queryset=ContactList.objects.none(), required=False,
        empty_label=_("No, make a new list"),
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["contact_list"]
        assert isinstance(field, OneRowField)
        field.queryset = ContactList.objects.all()
