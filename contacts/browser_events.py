"""What live pages learn about imports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from contacts.models import Import
from live.event import BrowserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress(BrowserEvent):
    """How far an import is; also its beginning and its end."""

    type: ClassVar[str] = "import.progress"

    import_id: int
    contact_list_id: int
    state: str
    rows_total: int | None
    rows_read: int
    contacts_created: int
    rows_refused: int

    @classmethod
    def of(cls, import_: Import) -> ImportProgress:
        return cls(
            import_id=import_.pk,
            contact_list_id=import_.contact_list_id,
            state=import_.state,
            rows_total=import_.rows_total,
            rows_read=import_.rows_read,
            contacts_created=import_.contacts_created,
            rows_refused=import_.rows_refused,
        )
