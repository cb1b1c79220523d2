"""Simulated telephones calling each other: real SIP and RTP over loopback, on a quick clock."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from cti_bridge.telephony.simulator import sip
from cti_bridge.telephony.simulator.caller import (
    CallOver,
    CallState,
    SimulatedCall,
    SimulatedCaller,
    SimulatedPhone,
    is_melody,
    is_silent,
)
from cti_bridge.telephony.simulator.tones import Speech, tone, tones_heard
from tests.helpers.voice import run_quick

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HERE = "127.0.0.1"


@asynccontextmanager
async def laboratory(
    answer_after: float | None = 0.5, reject_with: int = 0
) -> AsyncIterator[tuple[SimulatedCaller, SimulatedPhone]]:
    phone = await SimulatedPhone.open(answer_after=answer_after, reject_with=reject_with)
    caller = await SimulatedCaller.open()
    try:
        yield caller, phone
    finally:
        await caller.close()
        await phone.close()


async def talking(
    caller: SimulatedCaller, phone: SimulatedPhone, **who: Any
) -> tuple[SimulatedCall, SimulatedCall]:
    call = await caller.call(HERE, phone.port, "900100200", **who)
    await call.answered()
    return call, await phone.incoming.get()


def test_ring_answer_talk_and_hang_up() -> None:
    async def main() -> None:
        async with laboratory() as (caller, phone):
            call, far = await talking(caller, phone, number="612345099")
            assert is_melody(await call.heard(2), phone.tones)
            assert is_melody(await far.heard(2), caller.phone.tones)
            call.send_digits("19#")
            far.send_digits("0")
            await asyncio.sleep(1)
            assert (far.digits, call.digits) == ("19#", "0")
            await call.hang_up()
            await far.ended()
            assert far.ended_by_far_end
            assert not call.ended_by_far_end
            states = [change.state for change in call.changes]
            assert states == [CallState.RINGING, CallState.ANSWERED, CallState.ENDED]
            times = [call.invited_ns, *(change.at_ns for change in call.changes)]
            assert times == sorted(times)

    run_quick(main)


def test_the_far_end_hangs_up() -> None:
    async def main() -> None:
        async with laboratory() as (caller, phone):
            call, far = await talking(caller, phone)
            await far.hang_up()
            await call.ended()
            assert call.ended_by_far_end

    run_quick(main)


def test_hold_is_silence_from_the_held_and_retrieve_ends_it() -> None:
    async def main() -> None:
        async with laboratory() as (caller, phone):
            call, far = await talking(caller, phone)
            await call.hold()
            assert far.held_by_far_end
            sent = far.rtp.sent
            assert is_melody(await far.heard(1), caller.phone.tones)  # it still hears
            assert far.rtp.sent == sent
            await call.retrieve()
            assert not far.held_by_far_end
            assert is_melody(await call.heard(2), phone.tones)

    run_quick(main)


def test_a_caller_who_gives_up() -> None:
    async def main() -> None:
        async with laboratory(answer_after=None) as (caller, phone):
            call = await caller.call(HERE, phone.port, "900")
            await call.ringing()
            call.cancel()
            await call.ended()
            far = await phone.incoming.get()
            await far.ended()
            assert (call.code, far.code, far.ended_by_far_end) == (487, 487, True)
            with pytest.raises(CallOver):
                await call.answered()

    run_quick(main)


def test_a_cancel_that_crosses_the_answer_ends_with_a_bye() -> None:
    async def main() -> None:
        async with laboratory(answer_after=0) as (caller, phone):
            call = await caller.call(HERE, phone.port, "900")
            await call.ringing()
            far = await phone.incoming.get()
            far.answer()
            call.cancel()
            await call.ended()
            await far.ended()
            assert call.at_ns(CallState.ANSWERED) is not None
            assert far.ended_by_far_end

    run_quick(main)


@pytest.mark.parametrize("status", [486, 503, 603])
def test_a_refusal_is_told_by_its_status(status: int) -> None:
    async def main() -> None:
        async with laboratory(reject_with=status) as (caller, phone):
            call = await caller.call(HERE, phone.port, "900")
            await call.ended()
            assert call.code == status

    run_quick(main)


def test_nobody_there_is_given_up_after_32_s() -> None:
    async def main() -> None:
        silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        silent.bind((HERE, 0))
        silent.setblocking(False)
        caller = await SimulatedCaller.open()
        started = asyncio.get_running_loop().time()
        call = await caller.call(HERE, silent.getsockname()[1], "900")
        await call.ended(60)
        assert call.code == 408
        assert 32 <= asyncio.get_running_loop().time() - started <= 37
        sent = []
        while True:
            try:
                sent.append(silent.recv(4096))
            except BlockingIOError:
                break
        assert len(sent) >= 7
        assert set(sent) == {sent[0]}
        silent.close()
        await caller.close()

    run_quick(main)


def test_who_calls_is_said_as_the_rfcs_say() -> None:
    async def main() -> None:
        async with laboratory() as (caller, phone):
            _, far = await talking(
                caller,
                phone,
                number="612345099",
                display_name='Ana "Ñ"',
                asserted="+34612345099",
                headers=[("Diversion", "<sip:900@x>")],
            )
            invite = far.dialog.invite
            assert invite is not None
            assert invite.uri == f"sip:900100200@{HERE}:{phone.port}"
            assert invite.get("From").startswith('"Ana \\"Ñ\\"" <sip:612345099@127.0.0.1>;tag=')
            assert (
                invite.get("P-Asserted-Identity") == '"Ana \\"Ñ\\"" <sip:+34612345099@127.0.0.1>'
            )
            assert invite.get("Diversion") == "<sip:900@x>"
            assert invite.get("Privacy") == ""
            _, far = await talking(caller, phone, number="612", withheld=True, asserted="+34612")
            invite = far.dialog.invite
            assert invite is not None
            assert invite.get("From").startswith(
                '"Anonymous" <sip:anonymous@anonymous.invalid>;tag='
            )
            assert invite.get("Privacy") == "id"
            assert "+34612" in invite.get("P-Asserted-Identity")

    run_quick(main)


def test_many_callers_at_once_each_hear_their_own() -> None:
    async def main() -> None:
        async with laboratory() as (caller, phone):
            calls = [await caller.call(HERE, phone.port, "900") for _ in range(20)]
            await asyncio.gather(*(call.answered() for call in calls))
            for number, call in enumerate(phone.calls):
                call.speak(Speech(tone(400 + 100 * number, 3)))
            await asyncio.sleep(0.3)
            heard = await asyncio.gather(*(call.heard(1) for call in calls))
            tones = sorted(tones_heard(pcm)[5] or 0 for pcm in heard)
            assert tones == [pytest.approx(400 + 100 * number, abs=4) for number in range(20)]
            await asyncio.gather(*(call.hang_up() for call in calls))

    run_quick(main)


def test_who_says_nothing_is_heard_as_silence() -> None:
    async def main() -> None:
        async with laboratory() as (caller, phone):
            call, far = await talking(caller, phone)
            call.speak(None)
            await asyncio.sleep(0.5)
            assert is_silent(await far.heard(1))

    run_quick(main)


def test_lost_datagrams_are_sent_again() -> None:
    """The first copy of everything the caller sends is lost on the way."""

    async def main() -> None:
        async with laboratory() as (caller, phone):
            lost: set[tuple[str, tuple[int, str]]] = set()
            send = caller.phone._wire.send

            def lossy(packet: bytes, address: tuple[str, int]) -> None:
                message = sip.parse(packet)
                what = message.method, message.cseq
                if what in lost:
                    send(packet, address)
                lost.add(what)

            caller.phone._wire.send = lossy  # type: ignore[method-assign]
            call = await caller.call(HERE, phone.port, "900")
            await call.answered()
            far = await phone.incoming.get()
            assert is_melody(await far.heard(2), caller.phone.tones)
            await call.hang_up()
            await far.ended()
            assert len(phone.calls) == 1
            assert phone._wire.waiting == 0
            assert len(lost) == 3  # INVITE, ACK, BYE

    run_quick(main)


def test_a_far_end_that_died_does_not_keep_the_caller() -> None:
    """Killed in the call: the BYE is not answered, a re-INVITE neither."""

    async def main() -> None:
        async with laboratory() as (caller, phone):
            call, other = [(await talking(caller, phone))[0] for _ in range(2)]
            phone._wire.close()
            with pytest.raises(CallOver, match="32 s"):
                await other.hold()
            await call.hang_up()
            await call.ended()
            await asyncio.sleep(60)
            assert caller.phone._wire.waiting == 0

    run_quick(main)


def test_noise_at_the_telephone_is_passed_over() -> None:
    async def main() -> None:
        async with laboratory() as (caller, phone):
            noise = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for data in (
                b"",
                b"\0" * 500,
                b"SIP/2.0 200 OK\r\n\r\n",
                b"BYE sip:x SIP/2.0\r\n\r\n",
            ):
                noise.sendto(data, (HERE, phone.port))
            await asyncio.sleep(0.1)
            noise.close()
            call, _ = await talking(caller, phone)
            assert call.state is CallState.ANSWERED

    run_quick(main)


def test_closing_hangs_up_and_cancels() -> None:
    async def main() -> None:
        phone = await SimulatedPhone.open(answer_after=None)
        caller = await SimulatedCaller.open()
        answered = await caller.call(HERE, phone.port, "1")
        ringing = await caller.call(HERE, phone.port, "2")
        await answered.ringing()
        await ringing.ringing()
        first, second = await phone.incoming.get(), await phone.incoming.get()
        first.answer()
        await answered.answered()
        await caller.close()
        await asyncio.sleep(0.1)
        assert first.ended_by_far_end
        assert second.ended_by_far_end
        assert {call.state for call in caller.phone.calls} == {CallState.ENDED}
        await phone.close()

    run_quick(main)
