"""HTTP over ASGI: each request's synchronous work in one piece, in a thread of a fixed few (ADR 30).

Django's own handler makes a thread for every request, with a database connection of its own, and goes there and back
for signals, middleware, view and end. Here all of that is one visit to a thread that lasts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Executor, Future
from contextlib import suppress
from contextvars import copy_context
from typing import IO, Any, cast

from asgiref.sync import ThreadSensitiveContext
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from dialer.lanes import Lanes

_CHANGES_NOTHING = {"GET", "HEAD", "OPTIONS"}


class LaneHandler(ASGIHandler):
    """Answers requests of the ASGI type ``http``. Settings' middleware and views run synchronously."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002  the base's
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is answered here, not {scope['type']}")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        leaving = asyncio.create_task(self._leaves(receive), name="the client leaves")
        try:
            response = await self._worked_out(scope, body, leaving)
            if response is None:
                return
            if isinstance(response, StreamingHttpResponse):
                if scope["method"] == "HEAD":
                    response.streaming_content = ()  # else all of it would be read, for nobody
                await self._stream(response, send, leaving)
            else:
                await self.send_response(response, send)
        finally:
            leaving.cancel()

    async def _worked_out(self, scope: Any, body: IO[bytes], leaving: asyncio.Task[None]) -> HttpResponseBase | None:
        """Give the answer; None where nobody waits for it any more.

        Who has left before his turn came is passed over, unless he asked for a change: that is done all the same.
        """
        # A context of its own: language, time zone and the like end with the request, though the thread goes on.
        work = self._lanes.of(scope).submit(copy_context().run, self._answer, scope, body)
        work.add_done_callback(lambda done: body.close() if done.cancelled() else None)
        try:
            answer = asyncio.wrap_future(work)
            await asyncio.wait((answer, leaving), return_when=asyncio.FIRST_COMPLETED)
            if leaving.done() and scope["method"] in _CHANGES_NOTHING and work.cancel():
                return None
            response = await answer
        except asyncio.CancelledError:  # the process ends
            _drop(work)
            raise
        if leaving.done():
            await _in_thread(self._lanes.files, _end, response)
            return None
        return response

    def _answer(self, scope: Any, body: IO[bytes]) -> HttpResponseBase:
        """All that a request needs of a thread. The answer has ended but for what it streams."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: HttpResponseBase
        if request is None:
            body.close()
            response = cast(HttpResponseBase, refusal)
        else:
            response = self.get_response(request)
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        return response

    async def _stream(self, response: StreamingHttpResponse, send: Any, leaving: asyncio.Task[None]) -> None:
        """Send what comes in pieces, until its end or until the client leaves. No lane waits for a slow client."""
        with self._lanes.download() as thread:
            closes = thread if response.is_async else self._lanes.files
            if not response.is_async:
                response.streaming_content = _pieces(response.streaming_content, closes)  # type: ignore[arg-type]
            try:
                # Where synchronous work goes that the answer's own generator waits for.
                async with ThreadSensitiveContext(executor=thread):
                    sending = asyncio.create_task(self.send_response(response, send), name="streaming")
                    try:
                        await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        if not sending.done():
                            sending.cancel()
                    with suppress(asyncio.CancelledError):
                        await sending
            finally:
                await _in_thread(closes, response.close)

    async def _leaves(self, receive: Any) -> None:
        with suppress(RequestAborted):
            await self.listen_for_disconnect(receive)


async def _pieces(blocks: Iterable[bytes], threads: Executor) -> AsyncIterator[bytes]:
    """Give the blocks of a file, each read in a thread."""
    reading = iter(blocks)
    while (block := await _in_thread(threads, next, reading, None)) is not None:
        yield block


async def _in_thread(threads: Executor, act: Callable[..., Any], *given: Any) -> Any:
    """As asyncio.to_thread, whose threads are everybody's: signs of life and sockets would wait for a slow disk."""
    return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, act, *given)


def _drop(work: Future[HttpResponseBase]) -> None:
    """Take a request back if it hasn't begun, else let it come to its end."""
    if not work.cancel():
        work.add_done_callback(lambda done: None if done.exception() else _end(done.result()))


def _end(response: HttpResponseBase) -> None:
    """Close an answer that nobody takes; one that doesn't stream is closed already."""
    if response.streaming:
        response.close()
