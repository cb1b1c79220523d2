"""One line: its socket, its phone, and its registration or its trunk."""

from __future__ import annotations

import asyncio
import logging
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.tasks import Scope
from cti_bridge.telephony.media.pool import PortPool
from cti_bridge.telephony.media.session import RtpSession
from cti_bridge.telephony.numbers import prepare
from cti_bridge.telephony.ports import (
    DialPlan,
    LineDown,
    LineId,
    LineStatus,
    LineUp,
    SwitchError,
)
from cti_bridge.telephony.pyvoip.call import LegListener
from cti_bridge.telephony.pyvoip.digest import Credentials
from cti_bridge.telephony.pyvoip.gate import Gate
from cti_bridge.telephony.pyvoip.outgoing import OutgoingCall
from cti_bridge.telephony.pyvoip.phone import LinePhone, PhoneSettings
from cti_bridge.telephony.pyvoip.registration import Registration
from cti_bridge.telephony.pyvoip.transport import LineTransport, OwnAddress, look_up
from cti_bridge.telephony.pyvoip.trunk import TrunkWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cti_bridge.config.values import Line
    from cti_bridge.telephony.pyvoip.client import LineClient
    from cti_bridge.telephony.pyvoip.incoming import IncomingCall
    from cti_bridge.telephony.pyvoip.message import LineMessage
    from cti_bridge.telephony.pyvoip.transactions import Endpoint, Timers

logger = logging.getLogger(__name__)
FAREWELL: Final = 1.0  # seconds that BYEs may take when the line stops
LOOK_UP_PATIENCE: Final = 5.0


def secret_of(line: Line) -> str:
    """The password: given, or in a file, or in the environment. Raises OSError."""
    if line.password:  # the configuration's reader has looked already
        return line.password
    if line.password_file:
        return Path(line.password_file).read_text(encoding="utf-8").strip()
    return os.environ.get(line.password_env, "") if line.password_env else ""


def next_of(found: Sequence[Endpoint], tried: Endpoint | None) -> Endpoint:
    """The next address of a server: a look-up happens only where the last one failed."""
    return found[(found.index(tried) + 1) % len(found)] if tried in found else found[0]


class LineListener(LegListener, Protocol):
    def ringing(self, line: PyVoipLine, leg: IncomingCall, received_ns: int) -> None: ...


class PyVoipLine:
    def __init__(
        self,
        config: Line,
        listener: LineListener,
        *,
        region: str,
        clock: Callable[[], datetime],
        tell: Callable[[LineUp | LineDown], None],
    ) -> None:
        self.config = config
        self.id = LineId(config.id)
        self.plan = DialPlan(region=config.region or region, extensions=config.extensions)
        self._listener, self._clock, self._tell = listener, clock, tell
        self._gate = Gate(config.id, config.peers)
        self._pool = PortPool(*config.rtp_ports)
        self._own = OwnAddress(config.bind, config.advertise)
        self._scope = Scope(f"line {config.id}")
        self._registration: Registration | None = None
        self._trunk: TrunkWatch | None = None
        self._transport: LineTransport | None = None
        self._phone: LinePhone | None = None
        self._status = LineStatus(
            line=self.id, name=config.name or config.id, up=False, since=clock(), detail="starting"
        )

    # What the registration asks of its line

    @property
    def timers(self) -> Timers:
        return asyncio.get_running_loop()

    @property
    def sip(self) -> LineClient:
        return self.phone.sip

    @property
    def phone(self) -> LinePhone:
        if self._phone is None:
            raise SwitchError("line_down", f"line {self.id} is not started")
        return self._phone

    @property
    def status(self) -> LineStatus:
        return self._status

    @property
    def port(self) -> int:
        """The UDP port the line listens on, once it is started."""
        assert self._transport is not None
        return self._transport.port

    @property
    def can_call(self) -> bool:
        return (
            self._status.up and self._phone is not None and self._phone.server_endpoint is not None
        )

    async def start(self) -> None:
        """Raises SwitchError when the socket cannot be bound; a PBX that is away is no error."""
        config = self.config
        prepare(self.plan)
        try:
            credentials = Credentials(
                user=config.auth_user or config.user, password=secret_of(config)
            )
            self._transport = await LineTransport.bind(config.bind, config.port, self._receive)
        except OSError as error:
            where = f"{config.bind}:{config.port}"
            what = f"cannot listen on {where} ({error.strerror or error})"
            raise SwitchError("failed", f"line {config.id}: {what}") from error
        self._phone = LinePhone(
            PhoneSettings(
                user=config.user,
                server=config.server or self._own.towards(("127.0.0.1", 5060)),
                max_calls=config.max_calls,
                codecs=config.codecs,
            ),
            self._listener,
            ringing=partial(self._listener.ringing, self),
            credentials=credentials,
            gate=self._gate,
            timers=self.timers,
            send=self._transport.send,
            local=self._local,
            open_media=self._open_media,
        )
        if config.mode == "register":
            self._registration = Registration(
                self, server=config.server, user=config.user, expires=config.expires
            )
            self._registration.start()
        elif config.server:
            self._trunk = TrunkWatch(self, server=config.server)
            self._trunk.start()
        else:
            self.line_up(f"trunk on port {self.port}, calls from {', '.join(config.peers)}")

    async def stop(self) -> None:
        """Legs have been ended by the switch: waits a little for their last words."""
        if self._phone is None or self._transport is None:
            return
        self._phone.closing = True
        if self._trunk is not None:
            self._trunk.stop()
        if self._registration is not None:
            left = asyncio.Event()
            self._registration.stop(left.set)
            await left.wait()
        deadline = asyncio.get_running_loop().time() + FAREWELL
        while self._phone.calls and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # a second at most, once
        self._phone.close()
        self._transport.close()
        await self._scope.close()
        self._transport = self._phone = None
        self._set(up=False, detail="stopped")

    async def dial(self, to: str, *, shown: str = "") -> OutgoingCall:
        """Sends an INVITE to what `numbers.dial_string` gave. Raises OSError or NoPortError."""
        phone = self.phone
        user = shown or self.config.caller_id or self.config.user or "anonymous"
        leg = OutgoingCall(phone, self._listener, phone.new_dialog(to, shown=user))
        phone.calls[leg.dialog.local_tag] = leg
        try:
            await leg.dial()
        except BaseException:
            phone.closed(leg)
            raise
        return leg

    # For the registration

    def register(
        self,
        expires: int,
        authorization: str,
        answered: Callable[[LineMessage], None],
        timed_out: Callable[[], None],
        *,
        patience: float,
    ) -> None:
        self.phone.register(expires, authorization, answered, timed_out, patience=patience)

    def options(
        self,
        answered: Callable[[LineMessage], None],
        timed_out: Callable[[], None],
        *,
        patience: float,
    ) -> None:
        self.phone.options(answered, timed_out, patience=patience)

    def look_up(self, done: Callable[[str], None]) -> None:
        async def run() -> None:
            done(await self._look_up())

        self._scope.spawn(run(), "look-up")

    def line_up(self, detail: str) -> None:
        logger.info("line %s is up: %s", self.id, detail)
        self._set(up=True, detail=detail)
        self._tell(LineUp(line=self.id, at=self._status.since, detail=detail))

    def line_down(self, detail: str) -> None:
        logger.warning("line %s is down: %s", self.id, detail)
        self._set(up=False, detail=detail)
        self._tell(LineDown(line=self.id, at=self._status.since, detail=detail))

    async def _look_up(self) -> str:
        """Finds the server's addresses; "" or what went wrong."""
        try:
            async with asyncio.timeout(LOOK_UP_PATIENCE):
                found = await look_up(self.config.server, ipv6=":" in self.config.bind)
        except TimeoutError:
            return "the name look-up does not answer"
        except (OSError, UnicodeError) as error:
            return f"the name cannot be looked up ({error})"
        if not found:
            return "the name has no address"
        self._own.forget()
        self._gate.serve(host for host, _ in found)
        if self._phone is not None:
            self._phone.server_endpoint = next_of(found, self._phone.server_endpoint)
        return ""

    def _set(self, *, up: bool, detail: str) -> None:
        self._status = LineStatus(
            line=self.id, name=self._status.name, up=up, since=self._clock(), detail=detail
        )

    def _receive(self, data: bytes, source: Endpoint, received_ns: int) -> None:
        if self._phone is not None:
            self._phone.datagram(data, source, received_ns)

    def _local(self, peer: Endpoint) -> Endpoint:
        return self._own.towards(peer), self.port

    async def _open_media(self) -> RtpSession:
        return await RtpSession.open(self.config.bind, self._pool)
