"""What ARI says of channels, bridges, playbacks and recordings: only what is read here."""

from __future__ import annotations

from msgspec import Struct, field


class Model(Struct, frozen=True, kw_only=True): ...


class Party(Model, frozen=True, kw_only=True):
    name: str = ""
    number: str = ""


class Place(Model, frozen=True, kw_only=True):
    """Where a channel is in the dial plan; `app_data` of Stasis begins with the application."""

    context: str = ""
    exten: str = ""
    app_name: str = ""
    app_data: str = ""


class Channel(Model, frozen=True, kw_only=True):
    id: str
    name: str = ""  # "PJSIP/1003-0000002a"
    state: str = ""  # "Down", "Ring", "Ringing", "Up", …
    caller: Party = Party()
    connected: Party = Party()
    dialplan: Place = Place()
    channelvars: dict[str, str] = field(default_factory=dict)  # those of ari.conf's setting

    @property
    def up(self) -> bool:
        return self.state == "Up"


class Bridge(Model, frozen=True, kw_only=True):
    id: str
    name: str = ""
    channels: tuple[str, ...] = ()


class Playback(Model, frozen=True, kw_only=True):
    id: str
    media_uri: str = ""
    state: str = ""  # "done", "failed", …


class Recording(Model, frozen=True, kw_only=True):
    """A live recording. Durations in seconds; `talking_duration` only where silence ends it."""

    name: str
    state: str = ""  # "recording", "paused", "done", "failed", "canceled"
    duration: int | None = None
    talking_duration: int | None = None
    silence_duration: int | None = None
    cause: str = ""  # of "failed"


class StoredRecording(Model, frozen=True, kw_only=True):
    name: str
    format: str = ""


class System(Model, frozen=True, kw_only=True):
    version: str = ""


class Running(Model, frozen=True, kw_only=True):
    startup_time: str = ""


class Info(Model, frozen=True, kw_only=True):
    """Of one Asterisk; another start-up time is another life of it."""

    system: System = System()
    status: Running = Running()


class Values(Model, frozen=True, kw_only=True):
    value: str = ""
