"""Mistakes in [web] and [[chats]] are told with their line and what to do."""

from __future__ import annotations

import tomllib

import pytest

from cti_bridge.config import chat_checks
from cti_bridge.config.locate import locate
from cti_bridge.config.shape import Places, build

SITE = '[[chats]]\nid = "shop"\nqueue = "main"\n'
PAGES = SITE + 'origins = ["https://www.example.com"]\n'
SHORT = "x" * 31


def told(text):
    places = Places(locate(text))
    config = build(tomllib.loads(text), places)
    for check in chat_checks.CHECKS:
        check(config, places)
    return places.mistakes


MISTAKES = {
    "no origin": (SITE, 1, "no page may hold it"),
    "any origin": (SITE + 'origins = ["*"]\n', 4, "must begin with https"),
    "null": (SITE + 'origins = ["null"]\n', 4, "must begin with https"),
    "part of a host": (SITE + 'origins = ["https://*.x.es"]\n', 4, "named by itself"),
    "a path": (SITE + 'origins = ["https://x.es/a"]\n', 4, "must end after the host"),
    "the second of them": (
        SITE + 'origins = [\n"https://x.es",\n"x.es"]\n', 6, "must begin with https",
    ),
    "letters of no host": (SITE + 'origins = ["https://españa.es"]\n', 4, "xn--"),
    "no queue": (PAGES.replace("main", "mian"), 3, 'there is no queue "mian"'),
    "a field twice": (
        PAGES + 'form = [{ name = "email" }, { name = "email" }]\n', 5, 'asks for "email" twice',
    ),
    "a language": (PAGES + 'title = { fr = "Aide" }\n', 5, 'does not speak "fr"'),
    "a long greeting": (PAGES + f'greeting = {{ es = "{"x" * 301}" }}\n', 5, "301 characters"),
    "an ending with its dot": (PAGES + 'attachments = [".pdf"]\n', 5, "no ending"),
    "programs": (PAGES + 'attachments = ["pdf", "exe"]\n', 5, "is a program's"),
    "gone at once": (PAGES + "gone_seconds = 3\n", 5, "a page that is reloaded"),
    "a secret to guess": (PAGES + f'identity_secret = "{SHORT}"\n', 5, "has 31 characters"),
    "the web's secret": (f'[web]\nsecret = "{SHORT}"\n', 2, "has 31 characters"),
    "no network": ('[web]\nbehind_proxy = ["proxy"]\n', 2, "no address and no network"),
    "everybody a proxy": ('[web]\nbehind_proxy = ["0.0.0.0/0"]\n', 2, "would believe everybody"),
    "the address of a page": ('[web]\npublic_url = "https://x.es/chat"\n', 2, "must end after"),
    "without TLS": ('[web]\npublic_url = "http://x.es"\n', 2, "must be https"),
    "the agents' port": (
        "[server]\nport = 8765\n[web]\nenabled = true\nport = 8765\n", 5, "are both 8765",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told(name):
    text, line, what = MISTAKES[name]
    [mistake] = told(text)
    assert what in mistake.what
    assert mistake.line == line
    assert mistake.fix
    assert SHORT not in f"{mistake.what} {mistake.fix}"


def test_what_is_right():
    assert not told(
        PAGES.replace('"]', '", "http://localhost:8080"]')
        + 'title = { es = "Tienda", en = "Shop" }\nattachments = []\ngone_seconds = 0\n'
        + '[web]\nbehind_proxy = ["10.0.0.5", "fd00::/8"]\npublic_url = "https://chat.x.es"\n'
    )


def test_the_sample_page_needs_no_origin():
    assert not told("[web]\ndemo_page = true\n" + SITE)


def test_one_mistake_in_a_queue_is_not_told_again_of_its_chat():
    text = '[[queues]]\nid = "Main"\nname = "x"\n' + PAGES
    places = Places(locate(text))
    config = build(tomllib.loads(text), places)
    before = len(places.mistakes)
    for check in chat_checks.CHECKS:
        check(config, places)
    assert before
    assert len(places.mistakes) == before
