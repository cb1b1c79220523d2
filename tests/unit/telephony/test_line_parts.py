"""Digest answers, the gate, and the transaction layer on their own."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.config.values import Line
from cti_bridge.telephony.pyvoip import transactions
from cti_bridge.telephony.pyvoip.digest import Challenge, Credentials, read_challenge
from cti_bridge.telephony.pyvoip.gate import BURST, RATE, SOURCES, Gate
from cti_bridge.telephony.pyvoip.line import next_of, secret_of
from cti_bridge.telephony.pyvoip.transport import OwnAddress, server_endpoint
from tests.unit.telephony.ladder import FakeTimers, Ladder, invite, request

# Digest: the examples of the RFCs


def test_the_example_of_rfc_2617():
    credentials = Credentials(
        user="Mufasa", password="Circle Of Life", make_cnonce=lambda: "0a4f113b"
    )
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    credentials.take(Challenge(realm="testrealm@host.com", nonce=nonce, qop=True))
    header = credentials.header("GET", "/dir/index.html")
    assert 'response="6629fae49393a05397450978507c4ef1"' in header


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_rfc_7616(algorithm, response):
    credentials = Credentials(
        user="Mufasa",
        password="Circle of Life",
        make_cnonce=lambda: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    credentials.take(
        Challenge(
            realm="http-auth@example.org",
            nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            algorithm=algorithm,
            qop=True,
            opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
        )
    )
    assert f'response="{response}"' in credentials.header("GET", "/dir/index.html")


def test_the_nonce_count_goes_on_and_begins_again_with_a_new_nonce():
    credentials = Credentials(user="u", password="p")
    credentials.take(Challenge(realm="r", nonce="n1", qop=True))
    assert "nc=00000001" in credentials.header("INVITE", "sip:x")
    assert "nc=00000002" in credentials.header("INVITE", "sip:x")
    credentials.take(Challenge(realm="r", nonce="n2", qop=True))
    assert "nc=00000001" in credentials.header("INVITE", "sip:x")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Basic realm=x",
        'Digest realm="x"',
        'Digest nonce="x"',
        'Digest realm="r", nonce="n", algorithm=WHIRLPOOL',
        'Digest realm="r", nonce="n", qop="auth-int"',
    ],
)
def test_a_challenge_that_cannot_be_answered_is_none(value):
    assert read_challenge([value], proxy=False) is None


def test_the_stronger_of_two_challenges_is_taken():
    values = [
        'Digest realm="r", nonce="1", algorithm=MD5',
        'Digest realm="a, b", nonce="2", algorithm=SHA-256, qop="auth,auth-int", stale=TRUE',
    ]
    found = read_challenge(values, proxy=True)
    assert found == Challenge(
        realm="a, b", nonce="2", algorithm="SHA-256", qop=True, stale=True, proxy=True
    )


def test_a_hostile_realm_stays_inside_its_quotes():
    credentials = Credentials(user='a"b', password="p")
    credentials.take(Challenge(realm='x"\r\nRoute: <sip:evil>', nonce="n"))
    header = credentials.header("INVITE", "sip:x")
    assert "\r" not in header
    assert 'realm="x\\"Route: <sip:evil>"' in header


def test_the_password_is_in_no_representation():
    assert "secret" not in repr(Credentials(user="u", password="secret"))


@given(st.text(max_size=200))
def test_any_challenge_is_read_or_left(value):
    read_challenge(["Digest " + value], proxy=False)


# The gate


def test_networks_and_addresses_are_allowed():
    gate = Gate("line", ["192.0.2.0/24", "198.51.100.7", "2001:db8::/32"])
    assert gate.admits("192.0.2.200", 0)
    assert gate.admits("198.51.100.7", 0)
    assert gate.admits("2001:db8::5", 0)
    assert not gate.admits("198.51.100.8", 0)
    assert not gate.admits("no address", 0)


def test_the_server_may_speak_once_it_is_looked_up():
    gate = Gate("line", [])
    assert not gate.admits("203.0.113.1", 0)
    gate.serve(["203.0.113.1"])
    assert gate.admits("203.0.113.1", 1)
    gate.serve(["203.0.113.2"])
    assert not gate.admits("203.0.113.1", 2)


def test_strangers_make_one_line_a_minute(caplog):
    gate = Gate("line", [])
    with caplog.at_level(logging.WARNING):
        for second in range(59):
            for each in range(50):
                gate.admits(f"203.0.113.{each}", float(second))
        assert len(caplog.records) == 1
        gate.admits("203.0.113.1", 61.0)
    assert len(caplog.records) == 2
    assert "2950 datagrams" in caplog.text


def test_a_flood_of_one_peer_is_cut_and_forgiven():
    gate = Gate("line", ["192.0.2.1", "192.0.2.2"])
    admitted = sum(gate.admits("192.0.2.1", 0.0) for _ in range(int(BURST) * 2))
    assert admitted == int(BURST)
    assert gate.admits("192.0.2.2", 0.0)
    later = sum(gate.admits("192.0.2.1", 1.0) for _ in range(int(BURST)))
    assert later == pytest.approx(RATE, abs=2)


def test_a_million_sources_cost_no_memory():
    gate = Gate("line", [])
    for each in range(SOURCES * 3):
        gate.admits(f"10.{each >> 16}.{(each >> 8) & 255}.{each & 255}", 0.0)
    assert len(gate._known) <= SOURCES


# Transactions


def test_answers_are_remembered_32_seconds_and_then_forgotten(monkeypatch):
    ladder = Ladder()
    for each in range(100):
        ladder.receive(request("OPTIONS", branch=f"z9hG4bK{each}"))
    assert len(ladder.phone.servers) == 100
    ladder.advance(33)
    ladder.receive(request("OPTIONS", branch="z9hG4bKlast"))
    assert len(ladder.phone.servers) == 1


def test_transactions_are_bounded(monkeypatch):
    monkeypatch.setattr(transactions, "MAX_TRANSACTIONS", 10)
    ladder = Ladder(max_calls=100)
    for each in range(20):
        ladder.receive(invite(branch=f"z9hG4bK{each}", call_id=f"c{each}"))
    assert len(ladder.heard.legs) == 10
    assert ladder.phone.dropped["too many transactions"] == 10


def test_requests_of_rfc_2543_without_the_magic_branch_are_recognised_again():
    ladder = Ladder()
    old = invite(branch="1")
    ladder.receive(old)
    ladder.receive(old)
    assert ladder.heard.names == ["ringing"]


def test_a_thousand_calls_rung_and_cancelled_leave_nothing():
    ladder = Ladder(max_calls=3)
    for each in range(1_000):
        name = {"branch": f"z9hG4bK{each}", "call_id": f"c{each}"}
        ladder.receive(invite(**name))
        ladder.receive(request("CANCEL", **name))
        ladder.receive(request("ACK", **name))
        ladder.timers.advance(0.01)
    assert ladder.heard.names == ["ringing", "ended"] * 1_000
    ladder.advance(40)
    ladder.receive(request("OPTIONS", branch="z9hG4bKend"))
    assert len(ladder.phone.servers) == 1
    assert not ladder.phone.calls
    assert not ladder.phone._invites
    assert not ladder.phone._origins
    assert ladder.timers.waiting == 0


def test_a_repeater_doubles_to_its_cap_and_gives_up():
    timers, sent, gone = FakeTimers(), [], []
    transactions.Repeater(timers, lambda: sent.append(timers.time()), lambda: gone.append(1))
    timers.advance(31.9)
    assert [round(at - 1000, 1) for at in sent[:6]] == [0, 0.5, 1.5, 3.5, 7.5, 11.5]
    assert not gone
    timers.advance(0.2)
    assert gone == [1]


# Addresses


@pytest.mark.parametrize(
    ("server", "endpoint"),
    [
        ("pbx", ("pbx", 5060)),
        ("pbx:5080", ("pbx", 5080)),
        ("192.0.2.1:5080", ("192.0.2.1", 5080)),
        ("[2001:db8::1]:5080", ("2001:db8::1", 5080)),
        ("2001:db8::1", ("2001:db8::1", 5060)),
    ],
)
def test_a_server_is_host_and_port(server, endpoint):
    assert server_endpoint(server) == endpoint


@pytest.mark.parametrize("server", ["pbx:x", "pbx:70000", "pbx:0", "", ":5060"])
def test_a_server_with_a_wrong_port_or_none_at_all_is_refused(server):
    with pytest.raises(OSError, match=r"port|no server"):
        server_endpoint(server)


def test_a_fault_of_ours_is_counted_and_logged_seldom_and_ends_nothing(caplog):
    ladder = Ladder()

    def fail(*_):
        raise RuntimeError("ours")

    ladder.phone._ringing = fail
    for each in range(10):
        ladder.receive(invite(branch=f"z9hG4bK{each}", call_id=f"c{each}"))
    assert ladder.phone.dropped["error"] == 10
    assert not ladder.phone.calls
    assert ladder.messages(len(ladder.sent) - 1)[0].code == 500
    assert len(caplog.records) == 4  # the 1st, 2nd, 4th and 8th
    (answer,) = ladder.receive(request("OPTIONS"))
    assert answer.code == 200


def test_a_server_with_several_addresses_is_tried_at_each_in_turn():
    found = [("192.0.2.1", 5060), ("192.0.2.2", 5060)]
    assert next_of(found, None) == found[0]
    assert next_of(found, found[0]) == found[1]
    assert next_of(found, found[1]) == found[0]
    assert next_of(found[:1], ("192.0.2.9", 5060)) == found[0]


@pytest.mark.parametrize(
    ("fields", "secret"),
    [
        ({"password": "open"}, "open"),
        ({"password_env": "FICHA_TEST_SECRET"}, "from the environment"),
        ({"password_env": "FICHA_TEST_NOTHING"}, ""),
    ],
)
def test_the_password_comes_from_where_the_line_says(fields, secret, monkeypatch, tmp_path):
    monkeypatch.setenv("FICHA_TEST_SECRET", "from the environment")
    assert secret_of(Line(id="l", **fields)) == secret
    file = tmp_path / "secret"
    file.write_text("in a file\n")
    assert secret_of(Line(id="l", password_file=str(file))) == "in a file"
    with pytest.raises(OSError, match="nothing"):
        secret_of(Line(id="l", password_file=str(tmp_path / "nothing")))


def test_our_own_address_is_the_one_that_routes_to_the_peer():
    assert OwnAddress("0.0.0.0", "").towards(("127.0.0.1", 5060)) == "127.0.0.1"
    assert OwnAddress("0.0.0.0", "203.0.113.9").towards(("127.0.0.1", 5060)) == "203.0.113.9"
    assert OwnAddress("127.0.0.5", "").towards(("127.0.0.1", 5060)) == "127.0.0.5"
