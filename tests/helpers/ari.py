"""A pretended Asterisk: takes requests, says yes unless told otherwise, and tells events.

async with FakeAri.started() as asterisk:
    asterisk.tell("StasisStart", channel=asterisk.channel("c1"), args=["choice=2"])
    await asterisk.asked("POST", "channels/c1/answer")
    asterisk.refuses("POST", r"bridges/.*/addChannel", 409)
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
import wave
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from aiohttp import encode_basic_auth, web

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

WITHIN = 10.0


def _silence() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16_000))
    return file.getvalue()


ONE_SECOND = _silence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    path: str  # below /ari/, unquoted
    params: dict[str, str]
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(slots=True)
class FakeAri:
    password: str = "secret"
    version: str = "22.10.1"
    startup: str = "2026-11-30T08:00:00.000+0000"
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    bridges: dict[str, list[str]] = field(default_factory=dict)
    variables: dict[tuple[str, str], str] = field(default_factory=dict)
    globals: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)  # stored recordings
    details: set[str] = field(default_factory=set)  # channels that are still there, if asked
    recording: set[str] = field(default_factory=set)  # live ones
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    connections: int = 0
    over_socket: int = 0  # requests that came on the socket of the events
    on_connect: Callable[[], None] = lambda: None
    _refusals: list[tuple[str, str, int]] = field(default_factory=list)
    _silent: list[tuple[str, str]] = field(default_factory=list)
    _sockets: set[web.WebSocketResponse] = field(default_factory=set)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def started(cls, tls: ssl.SSLContext | None = None) -> AsyncIterator[FakeAri]:
        fake = cls()
        await fake.listen(tls=tls)
        try:
            yield fake
        finally:
            await fake.close()

    async def listen(self, port: int = 0, *, tls: ssl.SSLContext | None = None) -> None:
        app = web.Application()
        app.router.add_get("/ari/events", self._events)
        app.router.add_route("*", "/ari/{path:.*}", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, ssl_context=tls).start()
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        await self.cut()
        if self._runner is not None:
            await self._runner.cleanup()

    # -- what happens there

    def channel(self, channel: str, /, **changes: Any) -> dict[str, Any]:
        """A caller in the application, ringing; known from now on."""
        fields = {
            "id": channel,
            "name": f"PJSIP/trunk-{channel}",
            "state": "Ring",
            "caller": {"name": "Ana Prieto", "number": "+34612345099"},
            "connected": {"name": "", "number": ""},
            "dialplan": {
                "context": "trunk",
                "exten": "8001",
                "app_name": "Stasis",
                "app_data": "ficha,choice=2",
            },
        } | changes
        self.channels[channel] = fields
        return fields

    def tell(self, kind: str, **fields: Any) -> None:
        self.say(json.dumps({"type": kind, "application": "ficha", **fields}))

    def say(self, text: str) -> None:
        """A frame as it is."""
        for socket in self._sockets:
            self._send(socket, text)

    def _send(self, socket: web.WebSocketResponse, text: str) -> None:
        writer = socket._writer  # in order, without a task for each
        assert writer is not None
        asyncio.get_running_loop().create_task(writer.send_frame(text.encode(), 1))

    def destroyed(self, name: str, cause: int = 16, tech_cause: int = 0) -> None:
        channel = self.channels.pop(name, None) or {"id": name}
        for members in self.bridges.values():
            if name in members:
                members.remove(name)
        self.tell("StasisEnd", channel=channel)
        self.tell("ChannelDestroyed", channel=channel, cause=cause, tech_cause=tech_cause)

    def picked_up(self, name: str) -> None:
        """A channel that the application dialled is answered."""
        self.channels[name]["state"] = "Up"
        self.tell("StasisStart", channel=self.channels[name], args=[])

    def recorded(
        self, name: str, *, told: bool = True, failed: bool = False, sound: bytes = ONE_SECOND
    ) -> None:
        """A recording is over, and `sound` is stored."""
        self.recording.discard(name)
        if not failed:
            self.files[name] = sound
        if told:
            kind = "RecordingFailed" if failed else "RecordingFinished"
            self.tell(kind, recording={"name": name, "state": "done", "silence_duration": None})

    async def cut(self) -> None:
        """The sockets, as a network that goes does."""
        for socket in tuple(self._sockets):
            await socket.close()

    def refuses(self, method: str, path: str, status: int) -> None:
        self._refusals.append((method, path, status))

    def never_answers(self, method: str, path: str) -> None:
        self._silent.append((method, path))

    def agrees(self) -> None:
        self._refusals.clear()

    # -- what was asked

    async def asked(self, method: str, path: str, *, after: int = 0) -> Request:
        """The first request that matches, waited for. Raises TimeoutError with what came."""
        try:
            async with asyncio.timeout(WITHIN):
                while True:
                    for one in self.requests[after:]:
                        if one.method == method and re.fullmatch(path, one.path):
                            return one
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            raise TimeoutError(f"no {method} {path}: {[*map(str, self.requests)]}") from None

    def ladder(self, after: int = 0) -> list[str]:
        return [str(one) for one in self.requests[after:]]

    # -- the server

    def _authorised(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        return given == encode_basic_auth("ficha", self.password)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if not self._authorised(request):
            return web.json_response({"message": "Authentication required"}, status=401)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        self._sockets.add(socket)
        self.on_connect()
        try:
            async for message in socket:
                self._over(socket, json.loads(message.data))
        finally:
            self._sockets.discard(socket)
        return socket

    def _over(self, socket: web.WebSocketResponse, said: dict[str, Any]) -> None:
        """A request on the socket of the events: worked off in its order, answered there."""
        where = urlsplit(said["uri"])
        asked = Request(
            method=said["method"],
            path=unquote(where.path),
            params=dict(parse_qsl(where.query)),
            body=json.loads(said["message_body"]) if said.get("message_body") else None,
        )
        self.requests.append(asked)
        self.over_socket += 1
        self._moved.set()
        if self._is_silent(asked):
            return
        answer = self._refusal(asked) or self._answer(asked)
        told = {
            "type": "RESTResponse",
            "transaction_id": "",
            "request_id": said["request_id"],
            "status_code": answer.status,
            "reason_phrase": answer.reason or "",
            "uri": where.path,
        }
        if answer.text:
            told |= {"content_type": "application/json", "message_body": answer.text}
        self._send(socket, json.dumps(told))

    def _is_silent(self, asked: Request) -> bool:
        return any(m == asked.method and re.fullmatch(p, asked.path) for m, p in self._silent)

    def _refusal(self, asked: Request) -> web.Response | None:
        for method, pattern, status in self._refusals:
            if method == asked.method and re.fullmatch(pattern, asked.path):
                return web.json_response({"message": "refused by the test"}, status=status)
        return None

    async def _take(self, request: web.Request) -> web.StreamResponse:
        path = unquote(request.match_info["path"])
        body = await request.read()
        asked = Request(
            method=request.method,
            path=path,
            params=dict(request.query),
            body=json.loads(body) if body else None,
        )
        self.requests.append(asked)
        self._moved.set()
        if not self._authorised(request):
            return web.json_response({"message": "Authentication required"}, status=401)
        if self._is_silent(asked):
            await asyncio.sleep(3600)
        return self._refusal(asked) or self._answer(asked)

    def _answer(self, asked: Request) -> web.Response:  # noqa: C901 - one arm a request
        match asked.method, asked.path.split("/"):
            case "GET", ["asterisk", "info"]:
                return web.json_response(
                    {
                        "system": {"version": self.version},
                        "status": {"startup_time": self.startup},
                    }
                )
            case "GET", ["channels"]:
                return web.json_response([*self.channels.values()])
            case "GET", ["bridges"]:
                return web.json_response(
                    [{"id": name, "channels": inside} for name, inside in self.bridges.items()]
                )
            case "GET", ["applications", _] if self._sockets:
                return web.json_response({"name": "ficha"})
            case "GET", ["asterisk", "variable"]:
                return web.json_response({"value": self.globals.get(asked.params["variable"], "")})
            case "POST", ["asterisk", "variable"]:
                self.globals[asked.params["variable"]] = asked.params["value"]
            case "POST", ["events", "user", name]:
                self.tell("ChannelUserevent", eventname=name, userevent={})
            case "GET", ["channels", name, "variable"]:
                value = self.variables.get((name, asked.params["variable"]))
                return web.json_response({"value": value}, status=404 if value is None else 200)
            case "POST", ["channels", name, "variable"]:
                self.variables[name, asked.params["variable"]] = asked.params.get("value", "")
            case "GET", ["recordings", "stored"]:
                return web.json_response([{"name": n, "format": "wav"} for n in self.files])
            case "GET", ["recordings", "stored", name, "file"] if name in self.files:
                return web.Response(body=self.files[name])
            case "DELETE", ["recordings", "stored", name]:
                self.files.pop(name, None)
            case "POST", ["channels"]:
                return web.json_response(self._dialled(asked))
            case "GET", ["channels", name] if name in self.details:
                return web.json_response(self.channels[name])
            case "GET", ["recordings", "live", name] if name in self.recording:
                return web.json_response({"name": name, "state": "recording"})
            case "POST", ["channels", _, "record"]:
                self.recording.add(asked.params["name"])
            case "POST", ["recordings", "live", name, "stop"]:
                self.recorded(name)
            case "POST", ["channels", _, "snoop", name]:
                snoop = self.channel(name, state="Up", name=f"Snoop/{name}")
                self.tell("StasisStart", channel=snoop, args=[])
                return web.json_response(snoop)
            case "POST", ["bridges", name]:
                self.bridges[name] = []
                return web.json_response({"id": name})
            case "GET", ["bridges", name] if name in self.bridges:
                return web.json_response({"id": name, "channels": self.bridges[name]})
            case "DELETE", ["bridges", name]:
                self.bridges.pop(name, None)
            case "POST", ["bridges", name, "addChannel"]:
                for inside in self.bridges.values():
                    inside[:] = [
                        one for one in inside if one not in asked.params["channel"].split(",")
                    ]
                self.bridges.setdefault(name, []).extend(asked.params["channel"].split(","))
            case "POST", ["bridges", name, "removeChannel"]:
                self.bridges[name].remove(asked.params["channel"])
            case "POST", ["channels", name, "answer"] if name in self.channels:
                self.channels[name]["state"] = "Up"
            case "DELETE", ["channels", name]:
                if name not in self.channels:
                    return web.json_response({"message": "Channel not found"}, status=404)
                self.destroyed(name)
            case "GET", _:
                return web.json_response({"message": "not there"}, status=404)
        return web.Response(status=204)

    def _dialled(self, asked: Request) -> dict[str, Any]:
        name = asked.params["channelId"]
        self.variables.update(
            ((name, key), value) for key, value in (asked.body or {}).get("variables", {}).items()
        )
        return self.channel(
            name,
            state="Down",
            name=f"{asked.params['endpoint']}-0001",
            dialplan={"app_name": "Stasis", "app_data": asked.params["app"]},
        )
