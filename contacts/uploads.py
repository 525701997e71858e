"""Taking a large file out of a request: spooled to disk by Django, refused with a word when that can't go on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from contacts.exceptions import DiskFullError, FileRefusedError, NoFileError
from contacts.files import check_size, told_when_full
from contacts.mailing.reasons import MailingError

OVERHEAD_BYTES = 1_000_000
"""What a multipart body may hold beside the file."""
_FAULT = "upload_fault"


class SpoolHandler(TemporaryFileUploadHandler):
    """Spools to a temporary file. With the disk full or the file too large it stops reading, and the view can tell.

    An exception would become a 500: request.POST is first touched by middleware, where no view can catch it.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        try:
            with told_when_full():
                super().new_file(*args, **kwargs)
        except DiskFullError as error:
            self._stop(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        try:
            check_size(start + len(raw_data))
            with told_when_full():
                super().receive_data_chunk(raw_data, start)
        except MailingError as error:
            self._stop(FileRefusedError.of(error))
        except DiskFullError as error:
            self._stop(error)
        return None

    def _stop(self, error: FileRefusedError) -> None:
        setattr(self.request, _FAULT, error)
        raise StopUpload(connection_reset=True)


def max_body_bytes() -> int:
    """The largest request that may carry a mailing."""
    return int(settings.MAILING_MAX_BYTES) + OVERHEAD_BYTES


def uploaded_file(request: HttpRequest, name: str = "file") -> UploadedFile[bytes]:
    """Give the uploaded file of a request. Raises NoFileError, FileTooLargeError, DiskFullError."""
    file = request.FILES.get(name)
    if fault := getattr(request, _FAULT, None):
        raise fault
    if not isinstance(file, UploadedFile):
        raise NoFileError
    return file
