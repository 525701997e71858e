"""The root of the product's own errors. Each failure has its own class below this one, in its app's exceptions."""

from __future__ import annotations

from typing import Any, ClassVar


class DomainError(Exception):
    """A refused action, said in the user's language.

    ``code`` is stable and part of the API; ``http_status`` is what the API answers; ``retryable`` says whether the
    same call may succeed later. ``message`` may be a lazily translated string; ``params`` fill it in.
    """

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 400
    retryable: ClassVar[bool] = False
    message: ClassVar[Any] = "The action could not be done."

    def __init__(self, **params: object) -> None:
        super().__init__(self.code)
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)
