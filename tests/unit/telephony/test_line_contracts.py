"""What bare pyVoIP does, and what the named subclasses make of it.

Every contract is asked of both. Of pyVoIP 1.6.8 as it comes it must fail, so that it is known
that the contract can fail; `BARE` says with which error.
"""

from __future__ import annotations

import socket
import threading
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import pyVoIP
from pyVoIP.VoIP import VoIP

from cti_bridge.telephony.media.codec import PCMA, PCMU
from cti_bridge.telephony.media.playout import Playout
from cti_bridge.telephony.media.rtp import RtpError, parse
from cti_bridge.telephony.pyvoip.call import LineCall
from cti_bridge.telephony.pyvoip.client import LineClient, Request
from cti_bridge.telephony.pyvoip.message import LineMessage
from cti_bridge.telephony.pyvoip.phone import LinePhone
from cti_bridge.telephony.pyvoip.registration import Registration
from tests.unit.telephony.ladder import PEER, SDP, Ladder, invite, request, response

if TYPE_CHECKING:
    from collections.abc import Callable

SIP, RTP = VoIP.SIP, VoIP.RTP  # pyVoIP can only be imported by this door
CHALLENGE = 'WWW-Authenticate: Digest realm="pbx, es", nonce="n1", qop="auth,auth-int"'


class FakeSocket:
    """Where bare pyVoIP sends, and whence it reads."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.waiting: list[bytes] = []

    def sendto(self, data: bytes, _to: Any) -> None:
        self.sent.append(data)

    def recv(self, _size: int) -> bytes:
        if not self.waiting:
            raise BlockingIOError
        return self.waiting.pop(0)

    def setblocking(self, _flag: bool) -> None: ...
    def close(self) -> None: ...


class Bare:
    """pyVoIP 1.6.8 as it comes, with a socket that remembers."""

    name = "bare"

    def __init__(self) -> None:
        self.rung: list[Any] = []
        self.phone = VoIP.VoIPPhone(
            "pbx.example", 5060, "1000", "secret", myIP="127.0.0.1", callCallback=self.rung.append
        )
        self.socket = self.phone.sip.s = self.phone.sip.out = FakeSocket()
        self.client = self.phone.sip

    def receive(self, text: str) -> list[str]:
        before = len(self.socket.sent)
        self.socket.waiting.append(text.encode())
        self.phone.sip.recv()
        return [data.decode() for data in self.socket.sent[before:]]

    @staticmethod
    def message(text: str | bytes) -> Any:
        return SIP.SIPMessage(text.encode() if isinstance(text, str) else text)

    def call_id(self) -> str:
        return str(self.client.gen_call_id())


class Contained:
    """The subclasses, on a ladder."""

    name = "contained"

    def __init__(self) -> None:
        self.ladder = Ladder()
        self.phone, self.client = self.ladder.phone, self.ladder.phone.sip
        self.client.tagLibrary["call-1"] = "ours"

    @property
    def rung(self) -> list[Any]:
        return self.ladder.heard.legs

    def receive(self, text: str) -> list[str]:
        before = len(self.ladder.sent)
        self.ladder.receive(text)
        return [data.decode() for data, _ in self.ladder.sent[before:]]

    @staticmethod
    def message(text: str | bytes) -> Any:
        return LineMessage(text.encode() if isinstance(text, str) else text)

    def call_id(self) -> str:
        return self.client.gen_call_id()


@dataclass(frozen=True)
class Contract:
    check: Callable[[Any], None]
    bare: type[BaseException] | tuple[type[BaseException], ...]


CONTRACTS: dict[str, Contract] = {}


def contract(
    bare: type[BaseException] | tuple[type[BaseException], ...] = AssertionError,
) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    def register(check: Callable[[Any], None]) -> Callable[[Any], None]:
        CONTRACTS[check.__name__] = Contract(check, bare)
        return check

    return register


def status(text: str) -> int:
    return int(text.split(" ")[1])


# LinePhone


@contract()
def an_invite_is_told_at_once(kit: Any) -> None:
    kit.receive(invite())
    time.sleep(0.05)
    assert len(kit.rung) == 1


@contract((AssertionError, KeyError))
def a_cancel_releases_the_call_with_487(kit: Any) -> None:
    kit.receive(invite())
    answers = [status(text) for text in kit.receive(request("CANCEL"))]
    assert answers == [200, 487]
    assert not kit.phone.calls


@contract()
def options_is_answered(kit: Any) -> None:
    assert [status(text) for text in kit.receive(request("OPTIONS"))] == [200]


@contract()
def an_unknown_method_is_answered(kit: Any) -> None:
    assert [status(text) for text in kit.receive(request("FETCH"))] == [501]


@contract()
def a_bye_of_nothing_is_481(kit: Any) -> None:
    answers = kit.receive(request("BYE", to_tag="nothing"))
    assert [status(text) for text in answers] == [481]


@contract()
def a_retransmitted_invite_is_answered_again(kit: Any) -> None:
    kit.receive(invite())
    assert len(kit.receive(invite())) == 1


@contract()
def an_invite_without_a_codec_of_ours_is_488(kit: Any) -> None:
    body = SDP.replace("8 0 101", "3")
    assert [status(text) for text in kit.receive(invite(body=body))] == [488]


@contract((AssertionError, KeyError))
def ringing_is_answered_with_our_own_contact(kit: Any) -> None:
    kit.receive(invite())
    text = kit.client.gen_ringing(kit.message(invite()))
    assert "<sip:ana@192.0.2.10:5060>" not in text


@contract()
def ringing_keeps_the_record_route(kit: Any) -> None:
    text = kit.client.gen_ringing(kit.message(invite(extra=("Record-Route: <sip:p;lr>",))))
    assert "Record-Route: <sip:p;lr>" in text


@contract()
def a_response_in_a_dialog_keeps_its_one_tag(kit: Any) -> None:
    text = kit.client.gen_ok(kit.message(request("BYE", to_tag="ours", cseq=2)))
    (line,) = [line for line in text.split("\r\n") if line.startswith("To:")]
    assert line.endswith(";tag=ours")


@contract(KeyError)
def busy_needs_no_contact(kit: Any) -> None:
    text = invite().replace("Contact: <sip:ana@192.0.2.10:5060>\r\n", "")
    assert kit.client.gen_busy(kit.message(text)).startswith("SIP/2.0 486")


@contract()
def the_via_comes_back_whole(kit: Any) -> None:
    via = "SIP/2.0/UDP 192.0.2.10:5060;maddr=192.0.2.7;x-own=1"
    text = kit.client.gen_ok(kit.message(request("BYE", via=via, to_tag="ours")))
    assert "x-own=1;branch=z9hG4bKone" in text


# LineClient


@contract()
def two_processes_make_different_call_ids(kit: Any) -> None:
    assert kit.call_id() != type(kit)().call_id()


@contract()
def tags_are_not_remembered_for_ever(kit: Any) -> None:
    for _ in range(100):
        kit.client.gen_tag()
    assert len(kit.client.tags) == 0


def _accepted(kit: Any) -> Any:
    kit.client.tagLibrary["call-1"] = "ours"
    sent = LineMessage(request("INVITE", from_tag="ours").encode())
    routes = ("Record-Route: <sip:a;lr>", "Record-Route: <sip:b;lr>")
    return kit.message(response(sent, 200, extra=routes))


@contract()
def the_ack_of_an_answer_carries_its_tag(kit: Any) -> None:
    assert ";tag=far" in kit.client.gen_ack(_accepted(kit))


@contract()
def the_ack_of_an_answer_goes_to_its_contact(kit: Any) -> None:
    assert kit.client.gen_ack(_accepted(kit)).startswith("ACK sip:far@192.0.2.10:5060 SIP/2.0")


@contract()
def the_ack_of_an_answer_follows_the_route_backwards(kit: Any) -> None:
    text = kit.client.gen_ack(_accepted(kit))
    assert "\r\nRoute: <sip:b;lr>\r\nRoute: <sip:a;lr>\r\n" in text


@contract((AssertionError, KeyError, ValueError))
def a_challenge_with_qop_is_answered_with_a_count(kit: Any) -> None:
    sent = LineMessage(request("REGISTER").encode())
    header = kit.client.gen_authorization(kit.message(response(sent, 401, extra=(CHALLENGE,))))
    assert b"nc=00000001" in header


@contract((AssertionError, KeyError))
def a_proxy_challenge_is_answered(kit: Any) -> None:
    sent = LineMessage(request("REGISTER").encode())
    asks = CHALLENGE.replace("WWW-", "Proxy-")
    header = kit.client.gen_authorization(kit.message(response(sent, 407, extra=(asks,))))
    assert header.startswith(b"Proxy-Authorization: Digest")


# LineMessage


@contract()
def a_display_name_keeps_no_stray_quote(kit: Any) -> None:
    assert kit.message(invite()).headers["From"]["caller"] == "Ana Prieto"


@contract()
def what_follows_the_tag_is_not_the_tag(kit: Any) -> None:
    text = invite(from_="<sip:a@b>", from_tag="caller;isup-oli=62")
    assert kit.message(text).headers["From"]["tag"] == "caller"


@contract((IndexError, KeyError))
def a_telephone_uri_is_read(kit: Any) -> None:
    message = kit.message(invite(from_="<tel:+34612345099>"))
    assert message.headers["From"]["number"] == "+34612345099"


@contract((IndexError, KeyError))
def compact_and_unspaced_headers_are_read(kit: Any) -> None:
    text = invite().replace("From: ", "f:").replace("Call-ID: ", "i:").replace("Via: ", "v:")
    assert kit.message(text).headers["Call-ID"] == "call-1"


@contract((IndexError, KeyError))
def folded_headers_are_read(kit: Any) -> None:
    message = kit.message(invite(extra=("Subject: a", " b", "\tc")))
    assert message.first("Subject") == "a b c"


@contract((AttributeError, ValueError, IndexError))
def an_unknown_status_is_its_class(kit: Any) -> None:
    sent = LineMessage(request("INVITE").encode())
    assert int(kit.message(response(sent, 499)).status) == 400


@contract(ValueError)
def an_empty_line_in_the_body_is_body(kit: Any) -> None:
    assert kit.message(request("BYE", body="a\r\n\r\nb", content_type="text/plain"))


@contract(UnicodeDecodeError)
def latin_1_in_a_header_is_read(kit: Any) -> None:
    raw = invite(from_='"Jose" <sip:1@b>').encode().replace(b'"Jose"', b'"Jos\xe9"')
    assert kit.message(raw).headers["From"]["caller"] == "José"


@contract((ValueError, KeyError, UnboundLocalError))
def a_body_that_is_no_plain_audio_does_not_lose_the_message(kit: Any) -> None:
    assert kit.message(invite(body=SDP.replace("RTP/AVP", "UDP/TLS/RTP/SAVPF"))).call_id


@contract(SIP.SIPParseError)
def a_method_it_does_not_know_is_read(kit: Any) -> None:
    message = kit.message(request("UPDATE"))
    assert message.method == "UPDATE"


@pytest.mark.parametrize("kit", [Bare, Contained], ids=["bare", "contained"])
@pytest.mark.parametrize("name", CONTRACTS)
def test_contract(name: str, kit: Any) -> None:
    held = CONTRACTS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if kit is Bare:
            with pytest.raises(held.bare):
                held.check(kit())
        else:
            held.check(kit())


def test_the_subclasses_are_pyvoips_own() -> None:
    assert issubclass(LineMessage, SIP.SIPMessage)
    assert issubclass(LineClient, SIP.SIPClient)
    assert issubclass(LinePhone, VoIP.VoIPPhone)
    assert issubclass(LineCall, VoIP.VoIPCall)
    assert pyVoIP.__version__ == "1.6.8"  # another version: look at every contract again


# Contracts in time: the outbound call, the outage, the re-INVITE


def test_bare_pyvoip_gives_up_registering_and_ours_does_not() -> None:
    assert pyVoIP.REGISTER_FAILURE_THRESHOLD == 3
    bare, fatal = Bare(), []
    bare.client.fatalCallback = lambda: fatal.append(1)
    bare.client.register_timeout = 0.01
    left, right = socket.socketpair()
    try:
        for sock in (left, right):
            sock.setblocking(False)
        bare.client._SIPClient__register = lambda: False
        bare.client._SIPClient__start_register_timer = lambda delay=None: None
        for _ in range(3):
            bare.client.register()
    finally:
        left.close()
        right.close()
    assert fatal == [1]
    told: list[str] = []
    ladder = Ladder()

    class Line:
        timers, sip, register = ladder.timers, ladder.phone.sip, ladder.phone.register
        look_up = staticmethod(lambda done: done(""))
        line_up = staticmethod(lambda detail: told.append("up"))
        line_down = staticmethod(lambda detail: told.append("down"))

    Registration(Line(), server="pbx", user="1000", expires=300).start()
    ladder.advance(3_600)
    cseq = ladder.messages(len(ladder.sent) - 1)[0].cseq
    assert told == ["down"]
    assert cseq > 300


def test_bare_pyvoip_starts_rtp_again_at_a_reinvite_and_ours_does_not() -> None:
    started = []

    class Client:
        inPort, assoc, outIP, outPort = 20_000, {}, "", 0

        def start(self) -> None:
            started.append(1)

    call = object.__new__(VoIP.VoIPCall)
    call.RTPClients = [Client()]
    call.gen_ms()
    call.gen_ms()
    assert len(started) == 2  # ours: test_line_incoming, the hold by the far end
    del call.RTPClients


# The voice: pyVoIP's RTP is not used at all; telephony/media is what took its place


def _silent_rtp() -> Any:
    client = object.__new__(RTP.RTPClient)
    client.preference = RTP.PayloadType.PCMA
    client.assoc = {8: RTP.PayloadType.PCMA, 101: RTP.PayloadType.EVENT}
    client.dtmf = None
    return client


def test_bare_pyvoip_sends_mu_law_for_a_law_and_ours_does_not() -> None:
    tone = bytes(range(100, 150)) * 3
    client = _silent_rtp()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert client.encode_packet(tone) == client.encode_pcmu(tone)
    pcm = b"\x00\x10\x00\x20" * 80
    assert PCMA.encode(pcm) != PCMU.encode(pcm)


@pytest.mark.parametrize("packet", [b"", b"\x80", b"\x80\x08"])
def test_a_hostile_packet_ends_bare_pyvoips_receiver_and_not_ours(packet: bytes) -> None:
    with pytest.raises((IndexError, ValueError, TypeError, RTP.RTPParseError)):
        _silent_rtp().parse_packet(packet)
    with pytest.raises(RtpError):
        parse(memoryview(packet))


def test_bare_pyvoip_never_gives_a_port_back_while_the_call_lives_in_the_collector() -> None:
    phone = Bare().phone
    taken = {phone.request_port() for _ in range(50)}
    assert len(phone.assignedPorts) == len(taken) == 50  # ours: media/pool.py and its tests


def test_nothing_of_pyvoip_starts_a_thread_here() -> None:
    with pytest.raises(RuntimeError, match="transport"):
        Contained().client.start()
    assert isinstance(Request, type)
    assert PEER == ("192.0.2.10", 5060)


def test_bare_pyvoip_hears_in_8_bits_and_ours_in_16() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(_silent_rtp().encode_pcmu(b"\x80" * 320)) == 320  # a byte is a sample
    assert len(PCMU.encode(b"\x00\x80" * 160)) == 160  # two bytes are


def test_the_buffer_of_bare_pyvoip_grows_with_the_call_and_ours_does_not() -> None:
    bare = RTP.RTPPacketManager()
    playout = Playout()
    for turn in range(3_000):  # a minute
        bare.write(160 * turn, bytes(160))
        playout.put(turn, 8, bytes(160), 0.0)
    assert len(bare.buffer.getvalue()) == 3_000 * 160
    assert len(playout.buffer) <= 50


def test_bare_pyvoip_is_deaf_in_its_first_second() -> None:
    """Ours listens from the bind on: tests/integration/telephony/test_line_loopback.py."""
    rung: list[Any] = []
    phone = VoIP.VoIPPhone(
        "127.0.0.1", 5060, "1000", "x", myIP="127.0.0.1", sipPort=0, callCallback=rung.append
    )
    phone.sip.register = lambda: True
    phone.sip.start()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
            caller.sendto(invite().encode(), phone.sip.s.getsockname())
            time.sleep(0.4)
        assert not phone.calls
    finally:
        phone.sip.NSD = False
        for thread in threading.enumerate():
            if thread.name == "SIP Recieve":
                thread.cancel()  # type: ignore[attr-defined]
                thread.join()
        phone.sip._close_sockets()
