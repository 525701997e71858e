"""What happens on the wire: certificates, names that lead inwards, names that change their mind."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from integrations.choices import DeliveryError
from integrations.webhooks import sending
from integrations.webhooks.sending import Answer, Message, Target, send_batch
from integrations.webhooks.signing import new_secret
from tests.fakes.receiver import Receiver

NAME = "hooks.example.com"
MESSAGES = [Message(number, f"id-{number}", b"{}") for number in range(3)]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for hooks.example.com that signs itself, with its key, in one file."""
    key, at = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Receiver]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Receiver(tls=context)
    yield server
    server.close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """A resolver of our own: name → its answers, one after the other; the last one stays."""
    answers: dict[str, list[list[str]]] = {}

    async def resolve(self: Any, host: str, port: int, **kwargs: Any) -> list[tuple[Any, ...]]:
        known = answers[host]
        found = known.pop(0) if len(known) > 1 else known[0]
        return [(2, 1, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", resolve)
    return answers


def target(url: str, **more: Any) -> Target:
    return Target(url, [new_secret()], loopback=more.pop("loopback", True), **more)


def send(where: Target, messages: list[Message] | None = None) -> list[Answer]:
    return asyncio.run(send_batch(where, messages or MESSAGES[:1]))


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def test_over_https_certificate_and_host_are_the_names_while_the_connection_goes_to_the_checked_address(
    secure: Receiver, certificate: Path, names: dict[str, list[list[str]]]
) -> None:
    names[NAME] = [["127.0.0.1"]]
    (answer,) = send(target(f"https://{NAME}:{secure.port}/a?b=1", trust=trusting(certificate)))

    assert (answer.status, answer.error) == (200, "")
    assert secure.received[0].headers["host"] == f"{NAME}:{secure.port}"
    assert secure.received[0].path == "/a?b=1"


def test_a_certificate_of_another_name_or_of_nobody_known_is_not_accepted(
    secure: Receiver, certificate: Path, names: dict[str, list[list[str]]]
) -> None:
    names[NAME] = names["other.example.com"] = [["127.0.0.1"]]

    (other,) = send(target(f"https://other.example.com:{secure.port}/", trust=trusting(certificate)))
    (unknown,) = send(target(f"https://{NAME}:{secure.port}/"))

    assert (other.error, unknown.error) == (DeliveryError.TLS, DeliveryError.TLS)
    assert secure.received == []


@pytest.mark.parametrize(
    "found",
    [["127.0.0.1"], ["10.1.2.3"], ["169.254.169.254"], ["::1"], ["::ffff:10.0.0.1"], ["8.8.8.8", "10.1.2.3"]],
)
def test_a_name_that_leads_inwards_is_not_called(
    receiver: Receiver, names: dict[str, list[list[str]]], found: list[str]
) -> None:
    names[NAME] = [found]
    (answer,) = send(target(f"https://{NAME}:{receiver.port}/", loopback=False))

    assert (answer.status, answer.error) == (None, DeliveryError.INNER)
    assert receiver.received == []


def test_a_name_that_changes_its_mind_after_the_check_is_asked_only_once(
    secure: Receiver, certificate: Path, names: dict[str, list[list[str]]]
) -> None:
    names[NAME] = [["127.0.0.1"], ["10.9.9.9"]]
    answers = send(target(f"https://{NAME}:{secure.port}/", trust=trusting(certificate)), MESSAGES)

    assert [answer.status for answer in answers] == [200, 200, 200]


def test_nothing_of_the_environment_leads_requests_elsewhere(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")

    assert send(target(receiver.url))[0].status == 200


def test_the_next_address_is_tried_where_the_first_does_not_answer(
    receiver: Receiver, names: dict[str, list[list[str]]]
) -> None:
    names["localhost"] = [["::1", "127.0.0.1"]]
    (answer,) = send(target(f"http://localhost:{receiver.port}/hook"))

    assert answer.status == 200


def test_a_url_that_was_allowed_once_is_judged_again_at_every_sending(receiver: Receiver) -> None:
    (answer,) = send(target(receiver.url, loopback=False))

    assert answer.error == DeliveryError.URL
    assert receiver.received == []


def test_a_name_that_does_not_exist_is_said(names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch) -> None:
    names["empty.example.com"] = [[]]

    assert send(target("https://empty.example.com/"))[0].error == DeliveryError.NAME


def test_what_is_no_http_is_said() -> None:
    async def talk() -> list[Answer]:
        async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"{}")
            writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(babble, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await send_batch(target(f"http://127.0.0.1:{port}/"), MESSAGES[:1])

    assert [answer.error for answer in asyncio.run(talk())] == [DeliveryError.PROTOCOL]


def test_a_receiver_that_drips_its_headers_does_not_hold_the_sender() -> None:
    async def talk() -> list[Answer]:
        left = asyncio.Event()

        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\n")
            try:
                while True:
                    writer.write(b"x-more: yes\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            except ConnectionError:
                writer.close()
                left.set()

        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        answers = await send_batch(target(f"http://127.0.0.1:{port}/", timeout_s=0.5), MESSAGES[:1])
        await left.wait()
        server.close()
        return answers

    assert [answer.error for answer in asyncio.run(talk())] == [DeliveryError.TIMEOUT]


def test_the_time_of_a_turn_is_bounded_and_the_rest_goes_back(receiver: Receiver) -> None:
    answers = send(target(receiver.url, budget_s=0), [Message(n, str(n), b"{}") for n in range(20)])

    assert len(answers) == sending.AT_ONCE
