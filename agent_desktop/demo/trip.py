"""The main trip without a hand on the mouse: each step presses what a person would press, and
says whether what should happen did."""

from __future__ import annotations

import asyncio
from typing import Final

from agent_desktop.demo.steps import expect, share_near, tones_of, until
from agent_desktop.demo.written import WrittenSteps
from cti_bridge.protocol.demo import CallerState, DemoCase
from cti_bridge.protocol.searching import (
    InteractionOpened,
    ListTimeline,
    OpenInteraction,
    TimelineListed,
)
from cti_bridge.protocol.vocabulary import AgentMode, InteractionState, MatchKind, MatchReason

TALK_SECONDS: Final = 2.0


class Trip(WrittenSteps):
    async def run(self) -> None:
        """Every step in turn; one that fails is on record, and the next ones are tried."""
        self._report.begin()
        await self._step("a chat and an e-mail wait", self._both_wait)
        await self._step("signed in and ready", self._ready)
        await self._step("chat accepted", self._accept_chat)
        await self._step("chat answered", self._answer_chat)
        await self._step("chat finished", self._finish_chat)
        await self._step("e-mail opened", self._open_mail)
        await self._step("e-mail answered", self._answer_mail)
        await self._step("e-mail finished", self._finish_mail)
        await self._step("known customer rings", self._known_rings)
        await self._step("answer", self._answer)
        await self._step("talk", self._talk)
        await self._step("hold", self._hold)
        await self._step("retrieve", self._retrieve)
        await self._step("hang up", self._hang_up)
        await self._step("wrap up", self._wrap_up)
        await self._step("contact in the file", self._in_the_file)
        await self._step("several customers", self._several)
        await self._step("chosen among several", self._choose)
        await self._step("unknown caller", self._unknown)
        await self._step("saved as a customer", self._save)
        await self._step("rings again and is known", self._again)
        await self._step("number withheld", self._withheld)
        await self._step("caller gives up", self._gives_up)
        await self._step("missed calls", self._missed)
        await self._step("three at once", self._three)
        await self._step("all three served", self._serve_three)
        await self._step("history", self._history)

    # -- steps ---------------------------------------------------------------------------------

    async def _ready(self) -> str:
        self._running.desktop.shell.set_mode(AgentMode.READY)
        await until(lambda: self._agent_is(AgentMode.READY))
        customers = self._bridge.ready.customers if self._bridge.ready else 0
        return f"{customers} customers on file"

    async def _known_rings(self) -> str:
        offer = await self._ring(DemoCase.KNOWN)
        view = offer.interaction
        known = self._bridge.ready.known_name if self._bridge.ready else ""
        expect(view.match and view.match.kind is MatchKind.ONE, f"match {view.match}")
        expect(view.customer_name == known, f"{view.customer_name!r} is not {known!r}")
        await until(lambda: self._driver.file_shows(known))
        pop = await self._pop(DemoCase.KNOWN)
        return f"{known}: file open, INVITE to paint {pop:.1f} ms"

    async def _answer(self) -> str:
        self._driver.answer()
        await self._reaches(InteractionState.CONNECTED)
        await until(lambda: self._caller().state is CallerState.ANSWERED)
        return "the caller's telephone is answered"

    async def _talk(self) -> str:
        self._sound.heard.clear()
        heard = await self._listen(TALK_SECONDS)
        share = share_near(heard.tones, (self._sound.pitch,))
        expect(share >= 0.8, f"the caller heard {share:.0%} of the agent")
        own = share_near(
            tones_of(b"".join(self._sound.heard)),
            self._bridge.ready.caller_tones if self._bridge.ready else (),
        )
        expect(own >= 0.8, f"the agent heard {own:.0%} of the caller")
        self._note("talk", heard, caller_heard_agent=share, agent_heard_caller=own)
        return f"caller heard {share:.0%} of the agent, agent {own:.0%} of the caller"

    async def _hold(self) -> str:
        self._driver.press_hold()
        await self._reaches(InteractionState.HELD)
        await asyncio.sleep(0.3)
        heard = await self._listen(TALK_SECONDS)
        expect(heard.hold_music, "the caller does not hear the music")
        self._note("hold", heard, hold_music=True)
        return "the caller hears the hold music"

    async def _retrieve(self) -> str:
        self._driver.press_hold()
        await self._reaches(InteractionState.CONNECTED)
        await asyncio.sleep(0.3)
        heard = await self._listen(1.0)
        share = share_near(heard.tones, (self._sound.pitch,))
        expect(share >= 0.8, f"the caller heard {share:.0%} of the agent")
        self._note("retrieve", heard, caller_heard_agent=share)
        return f"caller heard {share:.0%} of the agent"

    async def _hang_up(self) -> str:
        self._driver.hang_up()
        await self._reaches(InteractionState.WRAP_UP)
        await until(lambda: self._caller().state is CallerState.ENDED)
        return "the caller's telephone is on the hook"

    async def _wrap_up(self) -> str:
        self._driver.type_notes("Router restarted, the light is green again.")
        return await self._finish(0)

    async def _in_the_file(self) -> str:
        view = self._current()
        opened = await self._ask(OpenInteraction(request_id=0, interaction_id=view.interaction_id))
        expect(isinstance(opened, InteractionOpened), f"{opened}")
        assert isinstance(opened, InteractionOpened)
        contact = opened.file.interaction
        expect(contact.disposition == "resolved", f"disposition {contact.disposition!r}")
        expect("light is green" in contact.notes, f"notes {contact.notes!r}")
        [segment] = opened.file.segments
        expect(segment.hold_seconds > 1, f"hold {segment.hold_seconds} s")
        assert contact.customer_id is not None
        listed = await self._ask(ListTimeline(request_id=0, customer_id=contact.customer_id))
        expect(
            isinstance(listed, TimelineListed)
            and listed.contacts[0].interaction_id == view.interaction_id,
            "it is not the newest contact of the file",
        )
        self._driver.show_customer(contact.customer_id)  # the picture: its file, at its newest
        await until(lambda: self._driver.file_lists(view.interaction_id))
        media = segment.media
        lost = f"{media.packets_lost} of {media.packets_received} packets lost" if media else ""
        return f"newest contact of the file, held {segment.hold_seconds:.1f} s, {lost}"

    async def _several(self) -> str:
        self._driver.show_page("work")
        offer = await self._ring(DemoCase.SEVERAL)
        match = offer.interaction.match
        expect(match and match.kind is MatchKind.SEVERAL and match.total == 3, f"match {match}")
        await self._pop(DemoCase.SEVERAL)
        self._driver.answer()
        await self._reaches(InteractionState.CONNECTED)
        return "three customers share the number: a chooser"

    async def _choose(self) -> str:
        name = self._driver.choose_candidate(1)
        await until(lambda: self._current().customer_id is not None)
        expect(self._current().customer_name == name, "another customer was attached")
        await until(lambda: self._driver.file_shows(name))
        self._bridge.hang_up()
        await self._reaches(InteractionState.WRAP_UP)
        return f"{name} attached, the number learnt"

    async def _unknown(self) -> str:
        await self._finish(1)  # of the step before: its picture shows the contact
        offer = await self._ring(DemoCase.UNKNOWN)
        match = offer.interaction.match
        expect(match and match.kind is MatchKind.NONE, f"match {match}")
        await self._pop(DemoCase.UNKNOWN)
        self._driver.answer()
        await self._reaches(InteractionState.CONNECTED)
        return f"a draft for {offer.interaction.ani}, {offer.interaction.display_name!r}"

    async def _save(self) -> str:
        self._driver.save_unknown("Talleres Ibáñez, S. L.")
        await until(lambda: self._current().customer_id is not None)
        self._bridge.hang_up()
        await self._reaches(InteractionState.WRAP_UP)
        return f"{self._current().customer_name} is on file"

    async def _again(self) -> str:
        await self._finish(4)
        offer = await self._ring(DemoCase.UNKNOWN)
        match = offer.interaction.match
        expect(match and match.kind is MatchKind.ONE, f"match {match}")
        assert match is not None
        reason = match.matches[0].reason
        expect(reason is MatchReason.NUMBER_CONFIRMED, f"reason {reason}")
        await self._pop(DemoCase.UNKNOWN)
        await self._serve()
        return "one match: the number was confirmed by an agent"

    async def _withheld(self) -> str:
        await self._finish(0)
        offer = await self._ring(DemoCase.WITHHELD)
        view = offer.interaction
        expect(view.match and view.match.kind is MatchKind.WITHHELD, f"match {view.match}")
        expect(view.ani == "" and view.ani_withheld, f"number {view.ani!r} shown")
        await self._pop(DemoCase.WITHHELD)
        await self._serve()
        return "no number, no match tried, no customer made"

    async def _gives_up(self) -> str:
        await self._finish(4)
        offer = await self._ring(DemoCase.GIVES_UP)
        await self._pop(DemoCase.GIVES_UP)
        key = offer.interaction.interaction_id
        await until(lambda: not self._store.state.offers)
        await until(lambda: key in self._store.state.missed)
        return "the offer is gone, the call stands on the missed list"

    async def _missed(self) -> str:
        self._driver.show_page("missed")
        await asyncio.sleep(0.3)
        rows = self._driver.missed_rows()
        expect(rows >= 1, "no missed call is shown")
        return f"{rows} missed call waits for somebody"

    async def _three(self) -> str:
        self._driver.show_page("work")
        await self._ring(DemoCase.THREE)
        await until(lambda: len(self._store.state.waiting()) >= 3)
        waiting = len(self._store.state.waiting())
        return f"one rings, {waiting - 1} wait in the list"

    async def _serve_three(self) -> str:
        for served in range(3):
            await until(lambda: bool(self._store.state.offers))
            self._view = next(iter(self._store.state.offers.values())).view.interaction
            await self._serve()
            await self._finish(0)
            expect(self._current() is not None, f"contact {served + 1} is gone")
        expect(not self._store.state.own(), "a contact is left over")
        return "answered one after the other, in the order they came"

    async def _history(self) -> str:
        self._driver.show_page("history")
        await until(lambda: self._driver.history_rows() > 20)
        return f"{self._driver.history_rows()} rows shown, more behind them"
