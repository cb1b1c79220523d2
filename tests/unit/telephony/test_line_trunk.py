"""A trunk's server is asked whether it lives."""

from cti_bridge.telephony.pyvoip.trunk import TrunkWatch
from tests.unit.telephony.ladder import Ladder, response


class TrunkLine:
    def __init__(self):
        self.ladder, self.told, self.problem = Ladder(), [], ""
        self.timers, self.options = self.ladder.timers, self.ladder.phone.options
        self.watch = TrunkWatch(self, server="carrier.example", jitter=lambda: 0.5)

    def look_up(self, done):
        done(self.problem)

    def line_up(self, detail):
        self.told.append("up")

    def line_down(self, detail):
        self.told.append(detail)


def test_it_is_up_at_once_and_asked_each_half_minute():
    line = TrunkLine()
    line.watch.start()
    assert line.told == ["up"]
    for _ in range(5):
        (options,) = line.ladder.advance(30)
        assert options.method == "OPTIONS"
        line.ladder.receive(response(options, 404))  # who refuses lives
    assert line.told == ["up"]


def test_two_silences_are_down_and_an_answer_is_up_again():
    line = TrunkLine()
    line.watch.start()
    line.ladder.advance(30 + 6 + 9)
    assert line.told == ["up"]
    line.ladder.advance(7 + 3_600)
    assert line.told[1:] == [
        "carrier.example: it does not answer; check that it runs, `server`, and the firewall"
    ]
    while not (sent := line.ladder.advance(0.1)):
        pass
    line.ladder.receive(response(sent[-1], 200))
    assert line.told[-1] == "up"


def test_a_name_that_is_not_found_is_looked_up_again():
    line = TrunkLine()
    line.problem = "the name has no address"
    line.watch.start()
    assert "DNS" in line.told[0]
    line.problem = ""
    (options,) = line.ladder.advance(10)
    line.ladder.receive(response(options, 200))
    assert line.told[-1] == "up"


def test_a_stopped_watch_says_nothing_more():
    line = TrunkLine()
    line.watch.start()
    line.ladder.advance(30)
    line.watch.stop()
    line.ladder.advance(600)
    assert line.told == ["up"]
