"""Where webhooks may go: every trick that would have our servers call themselves is refused."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from integrations.webhooks.addresses import RefusedUrlError, check_url, is_inner

INNER = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "200.160.2.3", "172.15.255.255", "172.32.0.1", "100.128.0.1", "2001:4860:4860::8888",
          "2804:14c::1", "2606:4700:4700::1111"]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_refused(address: str) -> None:
    assert is_inner(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_called(address: str) -> None:
    assert not is_inner(ip_address(address))


def test_the_setting_for_tests_opens_loopback_and_nothing_else() -> None:
    opened = [address for address in INNER if not is_inner(ip_address(address), loopback=True)]

    assert opened == ["127.0.0.1", "::1"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/hook", "not_https"),
        ("ftp://example.com/hook", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("gopher://example.com/", "not_https"),
        ("javascript:alert(1)", "not_https"),
        ("//example.com/hook", "not_https"),
        ("example.com/hook", "not_https"),
        ("", "not_https"),
        ("https://", "malformed"),
        ("https:///hook", "malformed"),
        ("https://user:secret@example.com/", "credentials"),
        ("https://example.com@127.0.0.1/", "credentials"),
        ("https://@example.com/", "credentials"),
        ("https://example.com:22/", "port"),
        ("https://example.com:25/", "port"),
        ("https://example.com:80/", "port"),
        ("https://example.com:99999/", "port"),
        ("https://example.com:x/", "port"),
        ("https://example.com:0/", "port"),
        ("https://127.0.0.1/", "inner"),
        ("https://127.1/", "inner"),
        ("https://2130706433/", "inner"),
        ("https://0x7f000001/", "inner"),
        ("https://0x7f.0.0.1/", "inner"),
        ("https://0177.0.0.1/", "inner"),
        ("https://[::1]/", "inner"),
        ("https://[::ffff:10.0.0.1]/", "inner"),
        ("https://[fe80::1%25eth0]/", "malformed"),
        ("https://[::1/", "malformed"),
        ("https://169.254.169.254/latest/meta-data/", "inner"),
        ("https://localhost/", "inner"),
        ("https://localhost./", "inner"),
        ("https://redis/", "inner"),
        ("https://app.localhost/", "inner"),
        ("https://db.internal/", "inner"),
        ("https://metadata.google.internal/", "inner"),
        ("https://printer.local/", "inner"),
        ("https://example..com/", "malformed"),
        ("https://example.com/#part", "malformed"),
        ("https://example.com/a b", "malformed"),
        ("https://example.com\\@127.0.0.1/", "malformed"),
        ("https://example.com/\r\nHost: x", "malformed"),
        ("https://example.com/\x00", "malformed"),
        ("https://exãmple.com/", "malformed"),
        ("https://example.com/" + "a" * 500, "malformed"),
    ],
)
def test_urls_that_may_not_be_called_say_why(url: str, code: str) -> None:
    with pytest.raises(RefusedUrlError) as refused:
        check_url(url)

    assert refused.value.code == code


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com/hook?tenant=1",
        "https://hooks.example.com.br:8443/a/b",
        "https://200.160.2.3/hook",
        "https://[2001:4860:4860::8888]:8443/",
        "https://xn--exmple-qta.com/",
    ],
)
def test_ordinary_urls_are_taken(url: str) -> None:
    assert check_url(url).geturl() == url


def test_with_loopback_open_plain_http_goes_to_the_own_machine_only() -> None:
    assert check_url("http://127.0.0.1:9000/hook", loopback=True).port == 9000
    for url in ("http://example.com/", "https://10.0.0.1/", "https://127.0.0.2/", "http://redis:9000/"):
        with pytest.raises(RefusedUrlError):
            check_url(url, loopback=True)
