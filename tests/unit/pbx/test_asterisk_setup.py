"""The files that `cti-bridge asterisk init` writes: what they say, in both languages."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from cti_bridge.config.values import Agent, Asterisk, Config, Menu, Queue, Treatment
from cti_bridge.telephony.asterisk.setup.files import (
    FILES,
    Plan,
    Ports,
    SetupError,
    agents_of,
    configuration,
    endpoint_of,
    musics_of,
    passwords_in,
)
from cti_bridge.telephony.asterisk.setup.template import fill, folder

NODE = Asterisk(id="office", password="pass;word", variables=("customer",), max_calls=50)
ANA, EVA = Agent(login="ana", phone="1003"), Agent(login="eva", phone="1004", node="office")
PLAN = Plan(node=NODE, agents=(ANA, EVA))


def section(text: str, name: str) -> str:
    """What stands under `[name]`, with its template."""
    found = re.search(rf"^\[{re.escape(name)}\](.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


@pytest.mark.parametrize("language", ["es", "en"])
def test_each_file_is_whole_and_its_comments_are_in_one_language(language: str) -> None:
    files = configuration(Plan(node=NODE, agents=(ANA,), language=language))
    assert set(files) == set(FILES)
    other = {"es": " the ", "en": " de "}[language]
    for name, text in files.items():
        assert not re.search(r"@[A-Z_]+@", text), name
        assert not re.search(r"^;(es|en)( |$)", text, re.MULTILINE)
        comments = [line for line in text.splitlines() if line.startswith("; ")]
        assert name == "README.txt" or comments
        assert not [line for line in comments if other in line]


def test_every_comment_is_there_in_both_languages() -> None:
    for template in folder().iterdir():
        marks = re.findall(r"^;(es|en)(?: |$)", template.read_text(), re.MULTILINE)
        groups = re.sub(r"(es)+(en)+", "", "".join(marks))
        assert groups == "", template.name
        assert all(len(line) < 120 for line in template.read_text().splitlines())


def test_the_bridge_is_let_in() -> None:
    ari = configuration(PLAN)["ari.conf"]
    assert "password = pass\\;word\n" in section(ari, "ficha")
    assert "read_only = no" in section(ari, "ficha")
    [told] = re.findall(r"^channelvars = (.*)$", section(ari, "general"), re.MULTILINE)
    assert {"FICHA_CALL", "FICHA_ROOM", "CALLERID(pres)", "customer"} <= {*told.split(",")}


def test_on_this_machine_there_is_no_tls_and_nothing_off_loopback() -> None:
    http = configuration(PLAN)["http.conf"]
    assert "bindaddr = 127.0.0.1\nbindport = 8088\n" in http
    assert "tls" not in http
    assert "sessionlimit = 250" in http


def test_off_this_machine_there_is_tls_and_the_plain_port_stays_on_loopback() -> None:
    node = replace(NODE, url="https://pbx.example.com:8089/asterisk")
    files = configuration(Plan(node=node))
    assert "bindaddr = 127.0.0.1\nbindport = 8088\nprefix = asterisk\n" in files["http.conf"]
    assert "tlsbindaddr = 0.0.0.0:8089" in files["http.conf"]
    assert "asterisk.crt" in files["README.txt"]


def test_each_agent_has_a_telephone_with_a_password_of_its_own() -> None:
    pjsip = configuration(Plan(node=NODE, agents=(ANA, EVA), ports=Ports(sip=5070)))["pjsip.conf"]
    known = passwords_in(pjsip)
    assert known.keys() == {"1003", "1004"}
    assert len({*known.values()}) == 2
    assert all(len(one) >= 20 for one in known.values())
    assert "bind = 0.0.0.0:5070" in pjsip
    again = configuration(Plan(node=NODE, agents=(ANA, EVA), passwords=known))["pjsip.conf"]
    assert passwords_in(again) == known


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_trunk_of_the_example_is_whole_once_its_marks_are_gone(language: str) -> None:
    pjsip = configuration(Plan(node=NODE, language=language))["pjsip.conf"]
    trunk = re.findall(r"^;(\S.*)$", pjsip.partition("[agent](!)")[0], re.MULTILINE)
    assert [line for line in trunk if line.startswith("[")] == ["[trunk]"] * 3
    assert "endpoint = trunk" in trunk
    assert "context = ficha-in" in trunk
    assert all(re.fullmatch(r"\[trunk\]|\w+ = \S+", line) for line in trunk)


def test_what_comes_in_goes_to_the_application() -> None:
    dial_plan = configuration(Plan(node=replace(NODE, app="two"), language="en"))
    assert "Stasis(two,diverted=${FILTER(+0-9,${REDIRECTING(from-num)})})" in section(
        dial_plan["extensions.conf"], "ficha-in"
    )
    assert "Playback(ficha/en-busy,noanswer)" in dial_plan["extensions.conf"]
    assert "Set(customer=${PJSIP_HEADER(read,X-customer)})" in dial_plan["extensions.conf"]


def test_telephones_may_ring_each_other_and_nothing_else() -> None:
    internal = section(configuration(PLAN)["extensions.conf"], "ficha-agents")
    dialled = re.findall(r"exten => (\S+?),1,(\S+)", internal)
    assert dialled == [("1003", "Dial(PJSIP/1003,60)"), ("1004", "Dial(PJSIP/1004,60)")]
    alone = section(configuration(Plan(node=NODE))["extensions.conf"], "ficha-agents")
    assert "Hangup(1)" in alone


@pytest.mark.parametrize(
    ("template", "endpoint"),
    [
        ("PJSIP/{phone}", "1003"),
        ("PJSIP/{phone}-desk", "1003-desk"),
        ("PJSIP/{phone}@edge", "1003"),
        ("Local/{phone}@phones", "1003"),
    ],
)
def test_an_endpoint_is_what_the_template_rings(template: str, endpoint: str) -> None:
    assert endpoint_of(replace(NODE, phone=template), "1003") == endpoint


def test_a_telephone_with_a_name_of_the_configuration_s_own_is_refused() -> None:
    with pytest.raises(SetupError, match='cannot be called "trunk"'):
        configuration(Plan(node=NODE, agents=(Agent(login="ana", phone="trunk"),)))


def test_telephones_belong_to_their_node() -> None:
    elsewhere = Agent(login="rosa", phone="1005", node="other")
    config = Config(agents=(ANA, EVA, elsewhere, Agent(login="luis")), asterisk=(NODE,))
    assert agents_of(config, NODE) == (ANA, EVA)


def test_the_music_of_a_queue_is_a_class_of_its_own() -> None:
    queues = tuple(
        Queue(id=f"q{number}", name="Q", waiting=Treatment(music=music))
        for number, music in enumerate(("hold", "waltz", "waltz", "default"))
    )
    assert musics_of(Config(queues=queues), NODE) == ("waltz",)
    music = configuration(Plan(node=NODE, musics=("waltz",)))["musiconhold.conf"]
    assert "directory = sounds/ficha/music-waltz" in section(music, "waltz")


def test_so_is_the_music_between_the_words_of_a_menu() -> None:
    menus = (Menu(id="a", music="harp"), Menu(id="b"), Menu(id="c", music="harp"))
    assert musics_of(Config(menus=menus), NODE) == ("harp",)


def test_an_address_of_ipv6_is_written_in_brackets() -> None:
    assert (
        "bind = [::1]:5060"
        in configuration(Plan(node=NODE, ports=Ports(bind="::1")))["pjsip.conf"]
    )


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    assert fill("a = @A@", "es", {"A": "@B@", "B": "x"}) == "a = @B@\n"


@pytest.mark.parametrize(
    ("url", "direct_url", "tls"),
    [
        ("http://127.0.0.1:8088", "", ""),
        ("http://127.0.0.1:8088", "wss://pbx.example.com:8089", "0.0.0.0:8089"),
        ("http://127.0.0.1:8088", "wss://127.0.0.1:8089", "127.0.0.1:8089"),
        ("http://127.0.0.1:8088", "wss://pbx.example.com", ""),  # a proxy's
        ("http://127.0.0.1:8088", "wss://pbx.example.com:443/voice", ""),
        ("http://127.0.0.1:8088", "ws://127.0.0.1:8088", ""),
        ("https://pbx.example.com:8090", "wss://pbx.example.com:8089", "0.0.0.0:8090"),
    ],
)
def test_desktops_that_come_to_it_are_let_in_by_tls(url: str, direct_url: str, tls: str) -> None:
    node = replace(NODE, url=url, headset="direct", direct_url=direct_url)
    files = configuration(Plan(node=node))
    assert re.findall(r"^tlsbindaddr = (.*)$", files["http.conf"], re.M) == ([tls] if tls else [])
    assert ("asterisk.crt" in files["README.txt"]) is bool(tls)
    assert "bindaddr = 127.0.0.1\n" in files["http.conf"]
