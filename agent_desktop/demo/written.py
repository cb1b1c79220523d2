"""The steps of the trip that are written: a chat from the web page, and an e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agent_desktop.demo.steps import StepFailed, Steps, expect, until
from cti_bridge.protocol.demo import DemoCase
from cti_bridge.protocol.vocabulary import Author, Channel, InteractionState, MatchKind

if TYPE_CHECKING:
    from cti_bridge.protocol.values import InteractionView

MAIL_SECONDS: Final = 20.0
ANSWERS: Final = {
    "es": "Buenos días. Desenchufe el router diez segundos, por favor, y vuelva a enchufarlo.",
    "en": "Good morning. Please unplug the router for ten seconds, and plug it in again.",
}
THANKS: Final = {"es": "¡Ya funciona, gracias!", "en": "It works again, thank you!"}
MAILS: Final = {
    "es": "Tiene razón: hoy mismo le abonamos la instalación que cobramos dos veces.",
    "en": "You are right: we are refunding the installation that was charged twice today.",
}


class WrittenSteps(Steps):
    async def _both_wait(self) -> str:
        ready = self._bridge.ready
        await until(lambda: self._waits(Channel.CHAT) and self._waits(Channel.EMAIL))
        chat, mail = self._waits(Channel.CHAT), self._waits(Channel.EMAIL)
        assert chat is not None and mail is not None and ready is not None  # noqa: PT018
        expect(chat.customer_name == ready.chat_name, f"the chat is {chat.customer_name!r}")
        expect(mail.customer_name == ready.mail_name, f"the mail is {mail.customer_name!r}")
        return f"{chat.customer_name} and {mail.customer_name}; web page: {ready.page}"

    async def _accept_chat(self) -> str:
        view = await self._accept(Channel.CHAT)
        match = view.match
        expect(match and match.kind is MatchKind.ONE, f"match {match}")
        await until(lambda: self._driver.file_shows(view.customer_name))
        await until(lambda: self._driver.chat_shows(view.last_text[:20]))
        return f"{view.customer_name}, known by the address: the file is open"

    async def _answer_chat(self) -> str:
        language = self._language
        self._driver.say_in_chat(ANSWERS[language])
        await until(lambda: self._got(DemoCase.CHAT, ANSWERS[language]))
        self._bridge.say(THANKS[language])
        await until(lambda: self._driver.chat_shows(THANKS[language]))
        return "the visitor has the answer, and thanks"

    async def _finish_chat(self) -> str:
        self._driver.hang_up()
        await self._reaches(InteractionState.WRAP_UP)
        await until(lambda: any(w.ended for w in self._written))
        return await self._finish(0)

    async def _open_mail(self) -> str:
        view = await self._accept(Channel.EMAIL)
        await until(lambda: self._driver.mail_shows(view.subject))
        await until(lambda: self._driver.file_shows(view.customer_name))
        return f"{view.customer_name}: {view.subject!r}, with the file beside it"

    async def _answer_mail(self) -> str:
        text = MAILS[self._language]
        self._driver.begin_reply()
        await until(self._driver.can_write_mail)
        self._driver.write_mail(text)
        await until(self._driver.can_send_mail)
        self._driver.send_mail()
        await until(lambda: self._got(DemoCase.EMAIL, text), MAIL_SECONDS)
        return "the customer has the answer, by SMTP"

    async def _finish_mail(self) -> str:
        self._driver.show_result()
        return await self._finish(0)

    # -- what they are made of

    @property
    def _language(self) -> str:
        return "es" if self._driver.language() == "es" else "en"

    def _waits(self, channel: Channel) -> InteractionView | None:
        return next((i for i in self._store.state.waiting() if i.channel is channel), None)

    def _got(self, case: DemoCase, text: str) -> bool:
        return any(w.case is case and text in " ".join(w.text.split()) for w in self._written)

    async def _accept(self, channel: Channel) -> InteractionView:
        """Presses the button on the card of this channel's offer."""
        await until(lambda: self._driver.offer_row(channel) is not None)
        row = self._driver.offer_row(channel)
        if row is None:
            raise StepFailed(f"no offer of {channel}")
        offers = self._running.desktop.offers.offers
        self._view = offers[row].view.interaction
        self._driver.answer(row)
        await self._reaches(InteractionState.CONNECTED)
        view = self._current()
        await until(lambda: self._messages(view))
        return view

    def _messages(self, view: InteractionView) -> bool:
        conversation = self._running.desktop.conversations.get(view.interaction_id)
        return conversation is not None and any(
            message.author is Author.CUSTOMER for message in conversation.messages
        )
