"""Nobody but this machine's own browser on this page: hosts, origins, sizes and what every answer is sent with."""

import pytest
from tests.web.served import BASE, Client, small

from baserate.web.guard import LARGEST_BODY, LONGEST_QUERY, POLICY

OWN = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}
FOREIGN = "http://evil.example"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return Client(small(tmp_path_factory.mktemp("guard")))


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "[::1]:8765"])
def test_the_page_has_three_names(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:80", "localhost.evil.example:8765", ""]
)
def test_every_other_name_is_refused(client, host):
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "not one of the explorer's own" in answer.text


def test_two_names_at_once_are_refused(client):
    assert client.get("/", headers=[("Host", "127.0.0.1:8765"), ("Host", "evil.example")]).status_code == 400


def test_another_machine_is_refused(tmp_path):
    assert Client(small(tmp_path), client="192.0.2.7").get("/").status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),  # a program
        (OWN, 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),  # typed
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),  # a link
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403),  # another port of this machine
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403),
        ({"Origin": FOREIGN}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1234"}, 403),
        ({"Origin": "https://127.0.0.1:8765"}, 403),
    ],
)
def test_who_may_ask(client, headers, status):
    answer = client.get("/scenario/a-small-one", headers=headers)
    assert answer.status_code == status
    assert ("A small" in answer.text) == (status == 200)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": FOREIGN},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    ],
)
def test_another_page_cannot_send_a_form(client, headers):
    assert client.post("/open", files={"file": b""}, headers=headers).status_code == 403
    assert client.post("/open", files={"file": b""}, headers=OWN).status_code == 422


def test_sizes_are_bounded(client):
    assert client.get("/?" + "x" * (LONGEST_QUERY + 1)).status_code == 414
    assert client.post("/open", files={"file": b"x" * LARGEST_BODY}).status_code == 413

    async def without_end():
        yield b"x"

    assert client.post("/open", content=without_end()).status_code == 411
    assert client.ask("PUT", "/").status_code == 405
    assert client.ask("DELETE", "/open").status_code == 405


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/scenario/a-small-one", "/scenario/a-small-one.json", "/static/explorer.js"]
)
def test_every_answer_forbids_what_it_does_not_need(client, path):
    headers = client.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "set-cookie" not in headers
    assert "access-control-allow-origin" not in headers


def test_a_fault_is_owned_up_to_without_its_inner_workings(client, monkeypatch):
    def broken(*_):
        message = "secret of the machine room"
        raise RuntimeError(message)

    monkeypatch.setattr("baserate.web.page.start_page", broken)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "fault of Baserate" in answer.text
    assert "Traceback" not in answer.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/static//etc/passwd"])
def test_only_the_two_static_files_are_there(client, path):
    assert client.get(path).status_code == 404
