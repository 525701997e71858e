"""The pages of errors, each brought about in earnest: too much sent, an address used in the wrong way, a lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from playwright.sync_api import Browser, Page, Response, StorageState

from tools.screens.camera import SHAPES, Camera, opened
from tools.screens.visits import Site

GIVEN_UP_S = 5
"""After so long PostgreSQL gives a page's statement up (CADENCIA_STATEMENT_TIMEOUT_S of the pictures' stack).

Sooner than the ten seconds that anything waits for a lock, which would be another page.
"""
LOCK = "LOCK TABLE acme.campaigns_announcement IN ACCESS EXCLUSIVE MODE"
"""What the page of messages reads, and hardly anything else of the running company."""
SEND = """({ fields, bytes, files }) => {
  const form = document.createElement("form");
  form.method = "post";
  if (files) form.enctype = "multipart/form-data";
  const put = (name, value) => {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    form.append(field);
  };
  put("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  for (let n = 0; n < fields; n++) put(`field_${n}`, "x".repeat(bytes));
  const chosen = new DataTransfer();
  for (let n = 0; n < files; n++) chosen.items.add(new File(["x"], `file_${n}.txt`));
  const field = Object.assign(document.createElement("input"), { type: "file", name: "file", multiple: true });
  field.files = chosen.files;
  form.append(field);
  document.body.append(form);
  form.submit();
}"""
"""A form of the page, with more in it than anybody types."""


Act = Callable[[Page, Site], Response | None]


@dataclass(frozen=True)
class Refusal:
    """A page of an error: its pictures' name, its status, and what brings it about from the page of a new person."""

    name: str
    status: int
    act: Act


def _send(*, fields: int = 0, bytes_each: int = 1, files: int = 0) -> Act:
    def act(page: Page, site: Site) -> Response | None:
        with page.expect_navigation() as answer:
            page.evaluate(SEND, {"fields": fields, "bytes": bytes_each, "files": files})
        return answer.value

    return act


def _open(path: str) -> Act:
    return lambda page, site: page.goto(site.base("master") + path)


def _wait_in_vain(page: Page, site: Site) -> Response | None:
    with _locked(site):
        return page.goto(f"{site.base('master')}campaigns/messages/")


REFUSALS = (
    Refusal("400-too-many-files", 400, _send(files=101)),
    Refusal("405-address-of-a-button", 405, _open("lists/contacts/1/suppress/")),
    Refusal("413-too-many-fields", 413, _send(fields=1_100)),
    Refusal("413-form", 413, _send(fields=1, bytes_each=6_000_000)),
    Refusal("413-any-body", 413, _send(fields=1, bytes_each=11_000_000)),
    Refusal("503-too-slow", 503, _wait_in_vain),
)


def take_all(browser: Browser, camera: Camera, site: Site, state: StorageState) -> None:
    """Each page of an error as the master sees it, on both shapes."""
    for shape, size in SHAPES.items():
        with opened(browser, camera, size, state) as page:
            for refusal in REFUSALS:
                page.goto(f"{site.base('master')}people/new/")
                with camera.allowing(refusal.status):
                    answer = refusal.act(page, site)
                if answer is None or answer.status != refusal.status:
                    camera.complaints.append(f"{refusal.name} {shape}: it was not {refusal.status} that came")
                camera.shoot(page, f"errors/{refusal.name}", shape, whole=False)


@contextmanager
def _locked(site: Site) -> Iterator[None]:
    with psycopg.connect(site.stack.env["DATABASE_URL"]) as connection:
        connection.execute(LOCK)
        yield
        connection.rollback()
