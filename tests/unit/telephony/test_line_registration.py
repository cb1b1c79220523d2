"""Staying registered, through challenges and outages of any length."""

from __future__ import annotations

import pytest

from cti_bridge.telephony.pyvoip.registration import Registration, RegistrationState
from tests.unit.telephony.ladder import Ladder, response

CHALLENGE = 'WWW-Authenticate: Digest realm="pbx", nonce="n1", algorithm=MD5'


class Registrar:
    """A line with a phone on a ladder, and a name server that obeys."""

    def __init__(self, *, problem: str = "", password: str = "secret") -> None:
        self.ladder = Ladder(password=password)
        self.told: list[tuple[str, str]] = []
        self.problem = problem
        self.timers, self.sip = self.ladder.timers, self.ladder.phone.sip
        self.register = self.ladder.phone.register
        self.registration = Registration(
            self, server="pbx.example", user="1000", expires=300, jitter=lambda: 0.5
        )

    def look_up(self, done):
        done(self.problem)

    def line_up(self, detail):
        self.told.append(("up", detail))

    def line_down(self, detail):
        self.told.append(("down", detail))

    @property
    def last(self):
        return self.ladder.messages(len(self.ladder.sent) - 1)[0]

    @property
    def registers(self):
        return sum(data.startswith(b"REGISTER") for data, _ in self.ladder.sent)

    def answer(self, code, *extra):
        return self.ladder.receive(response(self.last, code, extra=extra))

    def seconds_to_next(self):
        """Until a new REGISTER goes out."""
        start, last = self.timers.time(), self.last.cseq if self.ladder.sent else 0
        while not self.ladder.sent or self.last.cseq == last:
            self.ladder.advance(0.1)
        return self.timers.time() - start

    def up(self):
        self.registration.start()
        self.answer(401, CHALLENGE)
        self.answer(200, "Expires: 300")
        return self


def test_it_registers_with_its_credentials():
    line = Registrar()
    line.registration.start()
    first = line.last
    assert (first.method, first.uri) == ("REGISTER", "sip:pbx.example")
    assert first.first("Expires") == "300"
    assert first.first("Authorization") == ""
    line.answer(401, CHALLENGE)
    second = line.last
    assert (second.call_id, second.cseq) == (first.call_id, first.cseq + 1)
    assert 'uri="sip:pbx.example"' in second.first("Authorization")
    line.answer(200)
    assert line.told == [("up", "registered at pbx.example as 1000")]
    assert line.registration.state is RegistrationState.UP


def test_it_refreshes_each_half_minute_with_the_nonce_it_has_and_says_nothing_again():
    line = Registrar().up()
    for _ in range(10):
        line.ladder.advance(30)
        assert line.last.first("Authorization")
        line.answer(200)
    assert len(line.told) == 1


def test_a_short_binding_is_refreshed_before_it_ends():
    line = Registrar().up()
    line.ladder.advance(30)
    line.answer(200, "Contact: <sip:1000@192.0.2.1:5070>;expires=10", "Expires: 3600")
    before = line.registers
    line.ladder.advance(7.6)
    assert line.registers == before + 1


@pytest.mark.parametrize("outage", [10, 115, 3_600, 28_800])
def test_an_outage_of_any_length_is_told_once_and_recovered_from(outage):
    line = Registrar().up()
    line.ladder.advance(30 + outage)
    assert [what for what, _ in line.told] == ["up", "down"]
    assert "does not answer" in line.told[-1][1]
    # The PBX is back: within seconds the next REGISTER reaches it.
    assert line.seconds_to_next() < 12
    line.answer(200)
    assert [what for what, _ in line.told] == ["up", "down", "up"]


def test_an_outage_costs_little():
    line = Registrar().up()
    before = line.registers
    line.ladder.advance(3_600)
    assert line.registers - before < 2_000  # with retransmissions


def test_wrong_credentials_are_told_with_what_to_do_and_tried_seldom():
    line = Registrar()
    line.registration.start()
    line.answer(401, CHALLENGE)
    line.answer(401, CHALLENGE)
    assert line.told[-1][0] == "down"
    assert "password" in line.told[-1][1]
    before = line.registers
    line.ladder.advance(20)
    assert line.registers == before


@pytest.mark.parametrize(
    ("code", "words"), [(403, "allow-list"), (404, "user 1000"), (503, "503")]
)
def test_a_refusal_is_told_in_words_an_admin_understands(code, words):
    line = Registrar()
    line.registration.start()
    line.answer(code)
    assert line.told[-1][0] == "down"
    assert words in line.told[-1][1]


def test_a_registrar_that_wants_longer_gets_longer():
    line = Registrar()
    line.registration.start()
    line.answer(423, "Min-Expires: 1800")
    assert line.last.first("Expires") == "1800"


@pytest.mark.parametrize("least", ["", "abc", "10", "999999999"])
def test_a_foolish_min_expires_does_not_loop(least):
    line = Registrar()
    line.registration.start()
    line.answer(423, f"Min-Expires: {least}")
    assert line.registers == 1
    assert line.told[-1][0] == "down"


def test_a_name_that_cannot_be_looked_up_is_tried_again():
    line = Registrar(problem="the name has no address")
    line.registration.start()
    assert line.told == [
        ("down", "pbx.example: the name has no address; check `server` of the line and the DNS")
    ]
    line.problem = ""
    line.seconds_to_next()
    line.answer(200)
    assert line.told[-1][0] == "up"


def test_a_stale_nonce_costs_one_more_message():
    line = Registrar().up()
    line.ladder.advance(30)
    line.answer(401, CHALLENGE.replace("n1", "n2"))
    assert 'nonce="n2"' in line.last.first("Authorization")
    line.answer(200)
    assert len(line.told) == 1


def test_a_late_answer_of_an_older_attempt_changes_nothing():
    line = Registrar()
    line.registration.start()
    old = line.last
    line.ladder.advance(6)
    assert line.told[-1][0] == "down"
    line.ladder.receive(response(old, 200))
    assert line.told[-1][0] == "down"


def test_stopping_unregisters_and_is_done():
    line, gone = Registrar().up(), []
    line.registration.stop(lambda: gone.append(1))
    assert line.last.first("Expires") == "0"
    line.answer(200)
    assert gone == [1]
    assert line.ladder.advance(120) == []


def test_stopping_does_not_wait_for_a_dead_registrar():
    line, gone = Registrar().up(), []
    line.registration.stop(lambda: gone.append(1))
    line.ladder.advance(4.1)
    assert gone == [1]


def test_stopping_before_it_was_up_is_at_once():
    line, gone = Registrar(), []
    line.registration.start()
    line.registration.stop(lambda: gone.append(1))
    assert gone == [1]
    line.ladder.advance(5)  # what was asked already is repeated until its patience ends
    assert line.ladder.advance(120) == []
    assert line.told == []
