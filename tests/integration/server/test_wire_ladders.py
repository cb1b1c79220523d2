"""The wire as ladders over a real loopback WebSocket: what goes in, what must come out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from cti_bridge.protocol.codec import AudioFrame, decode_audio, encode_audio
from cti_bridge.protocol.commands import (
    AcceptOffer,
    AddNote,
    ChangePassword,
    CustomersFound,
    Done,
    Hello,
    Ping,
    Refused,
    SearchCustomers,
    SetMode,
    SignedIn,
    SignIn,
    SignOut,
    Welcome,
)
from cti_bridge.protocol.events import QueueChanged, SessionEnded
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    CustomerId,
    OfferId,
    Permission,
    RefusalCode,
)
from tests.helpers.wire import (
    PASSWORD,
    account,
    offer_made,
    queue_changed,
    refuse,
    to_agent,
    to_queue,
    until,
)


async def test_greeting_sign_in_event_command(bench):
    async with bench.desktop() as ana:
        assert await ana.hello() == Welcome(
            request_id=1, version=1, server="cti-bridge", site_name=""
        )
        opened = await ana.ask(SignIn, login="ana", password=PASSWORD)
        assert isinstance(opened, SignedIn)
        assert (opened.agent_id, opened.epoch, opened.seq) == ("a-ana", bench.hub.epoch, 0)
        assert opened.snapshot is not None
        assert opened.snapshot.agent.login == "ana"
        assert Permission.HANDLE_CONTACTS in opened.settings.permissions
        assert bench.rooms.log == [("signed_in", "ana", False)]

        bench.publish(offer_made(), to_agent("ana"))
        made = await ana.next()
        assert (made.seq, made.offer.offer_id) == (1, "o1")
        assert await ana.ask(AcceptOffer, offer_id=OfferId("o1")) == Done(request_id=3)
        assert bench.rooms.handled == [AcceptOffer(request_id=3, offer_id=OfferId("o1"))]


async def test_a_sign_in_tells_the_bridge_s_time(bench):
    """A desk whose clock is wrong shows right running times from the first second."""
    async with bench.desktop() as ana:
        await ana.hello()
        before = datetime.now(UTC)
        opened = await ana.ask(SignIn, login="ana", password=PASSWORD)
        assert before <= opened.now <= datetime.now(UTC)


async def test_events_go_only_to_whom_they_concern(bench):
    async with bench.desktop() as ana, bench.desktop() as luis:
        await ana.sign_in("ana")
        await luis.sign_in("luis")
        bench.publish(offer_made(1), to_agent("ana"))
        bench.publish(queue_changed(1, "sales"), to_queue("sales"))
        bench.publish(queue_changed(2, "all"))
        assert [(await ana.next()).seq, (await ana.next()).seq] == [1, 3]
        assert [(await luis.next()).seq, (await luis.next()).seq] == [2, 3]


async def test_a_refusal_of_a_room_reaches_the_desktop(bench):
    bench.rooms.answer = refuse(RefusalCode.TOO_LATE, detail="gone")
    async with bench.desktop() as ana:
        await ana.sign_in()
        assert await ana.ask(AcceptOffer, offer_id=OfferId("o1")) == Refused(
            request_id=3, code=RefusalCode.TOO_LATE, detail="gone"
        )


async def test_a_fault_of_a_room_is_one_refusal_and_the_session_goes_on(bench, caplog):
    async def broken(_account, command):
        if isinstance(command, AcceptOffer):
            raise RuntimeError("boom")
        return Done(request_id=command.request_id)

    bench.rooms.answer = broken
    async with bench.desktop() as ana:
        await ana.sign_in()
        refused = await ana.ask(AcceptOffer, offer_id=OfferId("o1"))
        assert (refused.request_id, refused.code) == (3, RefusalCode.INTERNAL)
        assert "boom" not in refused.detail
        assert await ana.ask(SetMode, mode=AgentMode.READY) == Done(request_id=4)
    assert "AcceptOffer of a-ana failed" in caplog.text


async def test_a_room_that_never_answers_is_refused_for(bench, monkeypatch, caplog):
    monkeypatch.setattr("cti_bridge.server.limits.COMMAND_SECONDS", 0.05)

    async def never(_account, _command):
        await asyncio.sleep(60)

    bench.rooms.answer = never
    async with bench.desktop() as ana:
        await ana.sign_in()
        refused = await ana.ask(AcceptOffer, offer_id=OfferId("o1"))
        assert refused.code is RefusalCode.INTERNAL
    assert "failed" in caplog.text


async def test_a_slow_search_and_a_slow_save_do_not_block_an_answer(bench):
    gate = asyncio.Event()

    async def slow(_account, command):
        if not isinstance(command, AcceptOffer):
            await gate.wait()
        if isinstance(command, SearchCustomers):
            return CustomersFound(request_id=command.request_id, customers=())
        return Done(request_id=command.request_id)

    bench.rooms.answer = slow
    async with bench.desktop() as ana:
        await ana.sign_in()
        for _ in range(6):
            await ana.send(SearchCustomers, text="x")
        note = await ana.send(AddNote, customer_id=CustomerId("c"), text="t")
        accept = await ana.send(AcceptOffer, offer_id=OfferId("o1"))
        assert await ana.next() == Done(request_id=accept)
        searching = [c for c in bench.rooms.handled if isinstance(c, SearchCustomers)]
        assert len(searching) == 4  # bounded: the others wait
        gate.set()
        rest = [await ana.next() for _ in range(7)]
        assert sorted(reply.request_id for reply in rest) == [*range(3, 9), note]


async def test_calls_are_handled_in_order(bench):
    order = []

    async def answer(_account, command):
        await asyncio.sleep(0.02 if command.request_id % 2 else 0)
        order.append(command.request_id)
        return Done(request_id=command.request_id)

    bench.rooms.answer = answer
    async with bench.desktop() as ana:
        await ana.sign_in()
        sent = [await ana.send(SetMode, mode=AgentMode.READY) for _ in range(8)]
        assert [(await ana.next()).request_id for _ in sent] == sent
    assert order == sent


async def test_too_many_waiting_commands_are_refused_not_kept(bench):
    gate = asyncio.Event()

    async def slow(_account, command):
        await gate.wait()
        return Done(request_id=command.request_id)

    bench.rooms.answer = slow
    async with bench.desktop() as ana:
        await ana.sign_in()
        for _ in range(40):
            await ana.send(SetMode, mode=AgentMode.READY)
        early = [await ana.next() for _ in range(7)]
        assert {reply.code for reply in early} == {RefusalCode.OVERLOADED}
        gate.set()
        assert [type(await ana.next()) for _ in range(33)] == [Done] * 33


async def test_sign_out_ends_the_session_and_its_token(bench):
    from cti_bridge.protocol.commands import Resume

    async with bench.desktop() as ana:
        opened = await ana.sign_in()
        assert await ana.ask(SignOut) == Done(request_id=3)
        assert (await ana.next()).reason == "signed_out"
        assert await ana.close_code() == 1000
    await until(lambda: len(bench.rooms.log) == 2)
    assert bench.rooms.log[-1] == ("signed_out", AgentId("a-ana"))
    async with bench.desktop() as again:
        await again.hello()
        refused = await again.ask(Resume, token=opened.token, epoch=opened.epoch, seq=0)
        assert refused.code is RefusalCode.NOT_SIGNED_IN


async def test_a_lost_socket_starts_the_grace_time(bench):
    async with bench.desktop() as ana:
        await ana.sign_in()
        ana.connection.transport.abort()
    await until(lambda: ("session_lost", "a-ana") in bench.rooms.log)


async def test_signing_in_again_within_the_grace_time_finds_the_agent_present(bench):
    async with bench.desktop() as ana:
        await ana.sign_in()
    await until(lambda: ("session_lost", "a-ana") in bench.rooms.log)
    async with bench.desktop() as ana:
        await ana.sign_in()
    assert ("signed_in", "ana", True) in bench.rooms.log


async def test_a_second_session_takes_over(bench):
    async with bench.desktop() as first, bench.desktop() as second:
        await first.sign_in()
        await second.sign_in()
        ended = await first.next()
        assert isinstance(ended, SessionEnded)
        assert ended.reason == "taken_over"
        assert await first.close_code() == 1000
        bench.publish(offer_made(), to_agent("ana"))
        assert (await second.next()).offer.offer_id == "o1"
        assert bench.rooms.log == [("signed_in", "ana", False), ("signed_in", "ana", True)]


async def test_a_second_session_that_will_not_take_over_is_refused(bench):
    async with bench.desktop() as first, bench.desktop() as second:
        await first.sign_in()
        refused = await second.sign_in(take_over=False)
        assert refused.code is RefusalCode.BUSY
        assert await first.ask(Ping) == Done(request_id=3)


async def test_twenty_sign_ins_of_one_agent_at_once_leave_one_session(bench):
    async def one(stay):
        async with bench.desktop() as desktop:
            reply = await desktop.sign_in()
            await stay.wait()
            return type(reply), desktop.connection.close_code

    stay = asyncio.Event()
    tasks = [asyncio.ensure_future(one(stay)) for _ in range(5)]
    await until(lambda: sum(entry[0] == "signed_in" for entry in bench.rooms.log) == 5)
    await asyncio.sleep(0.05)
    stay.set()
    codes = [code for _kind, code in await asyncio.gather(*tasks)]
    assert sorted(map(str, codes)) == ["1000"] * 4 + ["None"]


async def test_watching_shows_everything_and_signs_no_agent_in(bench):
    async with bench.desktop() as watcher:
        opened = await watcher.sign_in("sara", watch=True)
        assert opened.snapshot is None
        bench.publish(offer_made(1), to_agent("ana"))
        bench.publish(queue_changed(1, "sales"), to_queue("sales"))
        assert [(await watcher.next()).seq, (await watcher.next()).seq] == [1, 2]
        refused = await watcher.ask(SetMode, mode=AgentMode.READY)
        assert refused.code is RefusalCode.NOT_ALLOWED
    assert bench.rooms.log == []


async def test_an_agent_may_not_watch(bench):
    async with bench.desktop() as ana:
        refused = await ana.sign_in("ana", watch=True)
        assert refused.code is RefusalCode.NOT_ALLOWED
        assert bench.rooms.log == []


async def test_no_command_before_the_sign_in(bench):
    async with bench.desktop() as ana:
        refused = await ana.ask(SetMode, mode=AgentMode.READY)
        assert refused.code is RefusalCode.NOT_SIGNED_IN
        refused = await ana.ask(SignIn, login="ana", password=PASSWORD)
        assert refused.code is RefusalCode.WRONG_STATE  # Hello comes first
        assert bench.accounts.looked_up == 0


@pytest.mark.parametrize("command", [Hello, SignIn])
async def test_the_opening_is_said_once(bench, command):
    fields = {"versions": (1,)} if command is Hello else {"login": "ana", "password": PASSWORD}
    async with bench.desktop() as ana:
        await ana.sign_in()
        assert (await ana.ask(command, **fields)).code is RefusalCode.WRONG_STATE


async def test_no_common_version(bench):
    async with bench.desktop() as old:
        refused = await old.ask(Hello, versions=(0, 99))
        assert refused.code is RefusalCode.NO_COMMON_VERSION
        assert refused.detail == "this bridge speaks 1"
        assert await old.close_code() == 4001


async def test_password_change_asks_the_old_one_and_the_policy(bench):
    async with bench.desktop() as ana:
        await ana.sign_in()
        wrong = await ana.ask(ChangePassword, current="not the one", new="long enough 1")
        assert wrong.code is RefusalCode.WRONG_CREDENTIALS
        short = await ana.ask(ChangePassword, current=PASSWORD, new="short")
        assert (short.code, short.field) == (RefusalCode.INVALID, "new")
        done = await ana.ask(ChangePassword, current=PASSWORD, new="long enough 1")
        assert isinstance(done, Done)
    async with bench.desktop() as again:
        assert isinstance(await again.sign_in(password="long enough 1"), SignedIn)


async def test_a_disabled_user_is_put_out(bench, monkeypatch):
    async with bench.desktop() as ana:
        await ana.sign_in()
        bench.accounts.disable("ana")
        await bench.listener._desk.expel_disabled()
        assert (await ana.next()).reason == "disabled"
        assert await ana.close_code() == 1000
    assert bench.rooms.log[-1] == ("signed_out", "a-ana")


async def test_stopping_tells_everybody_and_loses_nobody(open_bench):
    bench = await open_bench(account("ana"))
    async with bench.desktop() as ana:
        await ana.sign_in()
        await bench.listener.stop()
        assert (await ana.next()).reason == "stopping"
        assert await ana.close_code() == 1001
    assert ("session_lost", "a-ana") not in bench.rooms.log


async def test_the_headset_speaks_and_hears(bench):
    heard = []
    async with bench.desktop() as ana:
        await ana.sign_in()
        end = bench.headsets.listen(AgentId("a-ana"), heard.append)
        spoken = [bytes([n]) * 320 for n in range(3)]
        for number, pcm in enumerate(spoken):
            frame = AudioFrame(sequence=number, timestamp=number * 160, pcm=pcm)
            await ana.connection.send(encode_audio(frame))
        await until(lambda: len(heard) == 3)
        assert heard == spoken
        end()
        for pcm in spoken:
            bench.headsets.send(AgentId("a-ana"), pcm)
        bench.publish(queue_changed(1))
        assert isinstance(await ana.next(), QueueChanged)
        assert [decode_audio(data).pcm for data in ana.audio] == spoken
        assert [decode_audio(data).sequence for data in ana.audio] == [0, 1, 2]


async def test_the_headset_follows_a_take_over(bench):
    async with bench.desktop() as first, bench.desktop() as second:
        await first.sign_in()
        await second.sign_in()
        await first.close_code()
        bench.headsets.send(AgentId("a-ana"), bytes(320))
        bench.publish(queue_changed(1))
        await second.next()
        assert len(second.audio) == 1


async def test_200_sessions_each_get_their_own(open_bench):
    bench = await open_bench(*(account(f"u{n}") for n in range(200)))
    opened = asyncio.Semaphore(40)

    async def one(number, go):
        async with bench.desktop() as desktop:
            async with opened:
                assert isinstance(await desktop.sign_in(f"u{number}"), SignedIn)
            ready.append(number)
            await go.wait()
            first, second = await desktop.next(), await desktop.next()
            return first.offer.offer_id, second.queue.waiting

    ready, go = [], asyncio.Event()
    tasks = [asyncio.ensure_future(one(n, go)) for n in range(200)]
    await until(lambda: len(ready) == 200, timeout=30)
    for number in range(200):
        bench.publish(offer_made(number), to_agent(f"u{number}"))
    bench.publish(queue_changed(7))
    go.set()
    assert await asyncio.gather(*tasks) == [(f"o{n}", 7) for n in range(200)]
