"""`test-agent`: an agent without a desktop, to try a line before the first agent arrives."""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer
from msgspec.structs import replace

from cti_bridge.cli import passwords
from cti_bridge.cli.client import Client, Credentials
from cti_bridge.cli.exits import CliError, Exit, told
from cti_bridge.cli.wire_options import DEFAULT_URL, Ca, LoginOption, Url
from cti_bridge.protocol.codec import AUDIO_SAMPLES, decode_audio, encode_audio
from cti_bridge.protocol.commands import (
    AcceptOffer,
    CompleteWrapUp,
    DeclineOffer,
    Refused,
    SetMode,
    SignOut,
)
from cti_bridge.protocol.events import (
    AgentChanged,
    InteractionChanged,
    LineChanged,
    OfferEnded,
    OfferMade,
    SessionEnded,
)
from cti_bridge.protocol.vocabulary import AgentMode, Channel, InteractionState, OfferState
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.protocol.codec import AudioFrame
    from cti_bridge.protocol.commands import AnyCommand, AnyReply, SignedIn
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import InteractionView, LineView, OfferView, Snapshot
    from cti_bridge.protocol.vocabulary import AgentId, InteractionId

FRAME_SECONDS: Final = 0.02
MAX_DELAY: Final = 10.0
WAITING: Final = 50  # frames


def answer(
    login: LoginOption,
    url: Url = DEFAULT_URL,
    calls: Annotated[int, typer.Option(min=0, help="Stop after so many calls; 0: never.")] = 0,
    delay: Annotated[
        float, typer.Option(min=0, max=MAX_DELAY, help="Seconds between hearing and playing back.")
    ] = 0.0,
    disposition: Annotated[
        str, typer.Option(help="How each contact ends. Default: the first one.")
    ] = "",
    password_stdin: passwords.FromStdin = False,
    password_file: passwords.FromFile = None,
    ca: Ca = None,
) -> None:
    """Be an agent without a desktop: answer each call, play back what is heard, wrap up.

    What is no call goes back to its queue, and this ends.
    """
    with told():
        password = passwords.ask(stdin=password_stdin, file=password_file)
        credentials = Credentials(url=url, login=login, password=password, ca=ca)
        agent = EchoAgent(calls=calls, delay=delay, disposition=disposition, say=_say)
        try:
            asyncio.run(agent.run(credentials))
        except KeyboardInterrupt:
            raise typer.Exit(0) from None


class EchoAgent:
    """Does what an agent does, as soon as it can."""

    def __init__(
        self, *, calls: int, delay: float, disposition: str, say: Callable[[str], None]
    ) -> None:
        self._left, self._counts = calls, calls > 0
        self._disposition, self._say = disposition, say
        self._echo = Echo(delay)
        self._scope = Scope("test-agent")
        self._todo: asyncio.Queue[tuple[AnyCommand, str]] = asyncio.Queue()
        self._me: AgentId | None = None
        self._known: dict[InteractionId, InteractionState] = {}
        self._spoken: asyncio.Queue[bytes] = asyncio.Queue(WAITING)
        self._refused = 0
        self._unfit: Channel | None = None
        self._client: Client | None = None

    async def run(self, credentials: Credentials) -> None:
        """Until `calls` are wrapped up or the session ends; raises `CliError`."""
        self._client = Client(credentials, self)
        self._scope.spawn(self._work(self._client), "work")
        self._scope.spawn(self._speak(self._client), "speak")
        try:
            await self._client.run()
        finally:
            await self._scope.close()
        if self._unfit is not None:
            raise CliError(Exit.REFUSALS, _calls_only(self._unfit, credentials.login))
        if self._refused:
            raise CliError(Exit.REFUSALS, f"{self._refused} commands were refused.")

    # -- what the bridge tells -----------------------------------------------------------------

    def opened(self, reply: SignedIn) -> None:
        self._me = reply.agent_id
        codes = [choice.code for choice in reply.settings.dispositions]
        if not self._disposition and codes:
            self._disposition = codes[0]
        site = reply.settings.site_name or "the bridge"
        if reply.snapshot is None:  # what was missed follows as events
            self._say(f"back at {site}")
            return
        self._say(f"signed in as {reply.snapshot.agent.login} at {site}")
        self._found(reply.snapshot)

    def _found(self, snapshot: Snapshot) -> None:
        if not snapshot.lines:
            self._say("the bridge has no line: no call will come")
        for line in snapshot.lines:
            self._line(line)
        if snapshot.agent.mode is not AgentMode.READY:
            self._ready()
        for offer in snapshot.offers:
            self._offered(offer)
        for interaction in snapshot.interactions:
            self._changed(interaction)

    def event(self, event: AnyEvent, _text: str) -> None:
        match event:
            case OfferMade():
                self._offered(event.offer)
            case OfferEnded() if event.state is not OfferState.ACCEPTED:
                self._say(f"offer {event.state.replace('_', ' ')}")
            case InteractionChanged():
                self._changed(event.interaction)
            case AgentChanged() if event.agent.agent_id == self._me:
                if event.agent.mode is AgentMode.NOT_READY and self._unfit is None:
                    self._say(f"not ready: {event.agent.reason or 'no reason'}")
                    self._ready()
            case LineChanged():
                self._line(event.line)
            case SessionEnded():
                self._say(f"session ended: {event.reason.replace('_', ' ')}")
            case _:
                pass

    def unknown(self, text: str) -> None:
        """A newer bridge says more than a test needs."""

    def audio(self, data: bytes) -> None:
        try:
            frame = decode_audio(data)
        except ValueError as error:
            self._say(f"audio not understood: {error}")
            return
        for again in self._echo.heard(frame):
            if self._spoken.full():  # a slow link: the oldest voice is worth the least
                self._spoken.get_nowait()
            self._spoken.put_nowait(encode_audio(again))

    def cut(self, why: str) -> None:
        self._say(f"connection lost ({why}), trying again")

    # -- what an agent does --------------------------------------------------------------------

    def _line(self, line: LineView) -> None:
        self._say(f"line {line.name or line.line_id} {'up' if line.up else 'DOWN'}: {line.detail}")

    def _ready(self) -> None:
        self._do(SetMode(request_id=0, mode=AgentMode.READY), "ready")

    def _offered(self, offer: OfferView) -> None:
        contact = offer.interaction
        caller = "withheld" if contact.ani_withheld else contact.ani or "unknown"
        who = contact.customer_name or contact.display_name
        self._say(
            f"rings: {caller}{f' ({who})' if who else ''}, dialled {contact.dnis or '?'}, "
            f"queue {contact.queue_name or '?'}"
        )
        if contact.channel is Channel.VOICE:
            self._do(AcceptOffer(request_id=0, offer_id=offer.offer_id), "answered")
        elif self._unfit is None:
            self._unfit = contact.channel
            self._do(DeclineOffer(request_id=0, offer_id=offer.offer_id), "passed on")
            self._do(SignOut(request_id=0), "signed out")

    def _changed(self, contact: InteractionView) -> None:
        if (
            contact.agent_id != self._me
            or self._known.get(contact.interaction_id) is contact.state
        ):
            return
        self._known[contact.interaction_id] = contact.state
        match contact.state:
            case InteractionState.CONNECTED:
                self._say("talking: what is heard is said back")
            case InteractionState.HELD:
                self._say("held")
            case InteractionState.WRAP_UP:
                self._say(f"call ended after {self._echo.take_seconds():.1f} s of voice")
                self._do(
                    CompleteWrapUp(
                        request_id=0,
                        interaction_id=contact.interaction_id,
                        disposition=self._disposition,
                        notes="test-agent",
                    ),
                    f"wrapped up: {self._disposition}",
                )
            case InteractionState.CLOSED | InteractionState.ABANDONED:
                del self._known[contact.interaction_id]
            case _:
                pass

    def _do(self, command: AnyCommand, said: str) -> None:
        self._todo.put_nowait((command, said))

    async def _work(self, client: Client) -> None:
        """Commands one after the other; what is refused is told and counted."""
        while True:
            command, said = await self._todo.get()
            reply = await client.ask(command)
            self._say(said if not isinstance(reply, Refused) else _refusal(said, reply))
            self._refused += isinstance(reply, Refused)
            if isinstance(command, CompleteWrapUp) and self._counts:
                self._left -= 1
                if self._left == 0:
                    await client.ask(SignOut(request_id=0))

    async def _speak(self, client: Client) -> None:
        while True:
            await client.send_audio(await self._spoken.get())


class Echo:
    """Frames heard, given back `delay` seconds of voice later with numbers of its own."""

    def __init__(self, delay: float) -> None:
        self._behind = int(delay / FRAME_SECONDS)
        self._held: deque[AudioFrame] = deque()
        self._sent = 0
        self._heard = 0

    def heard(self, frame: AudioFrame) -> list[AudioFrame]:
        """What is to be said now: at most one frame for each that is heard."""
        self._heard += 1
        self._held.append(frame)
        if len(self._held) <= self._behind:
            return []
        again = replace(
            self._held.popleft(), sequence=self._sent, timestamp=self._sent * AUDIO_SAMPLES
        )
        self._sent += 1
        return [again]

    def take_seconds(self) -> float:
        """How long was heard since the last asking; forgets what was not said yet."""
        seconds, self._heard = self._heard * FRAME_SECONDS, 0
        self._held.clear()
        return seconds


def _calls_only(channel: Channel, login: str) -> str:
    return (
        f"offered: {channel.replace('_', ' ')}; only calls are tried here, and it waits on at its "
        f'place. Leave "{login}" calls only, in bridge.toml: [[agents]] with '
        "capacity = { chat = 0, email = 0, callback = 0, voicemail = 0 }."
    )


def _refusal(said: str, reply: AnyReply) -> str:
    code = reply.code.replace("_", " ") if isinstance(reply, Refused) else ""
    detail = f" ({reply.detail})" if isinstance(reply, Refused) and reply.detail else ""
    return f"refused: {said}: {code}{detail}"


def _say(text: str) -> None:
    typer.echo(f"{datetime.now(UTC).astimezone():%H:%M:%S} {text}")
