"""Figures of the wire for Prometheus, served on loopback only."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

if TYPE_CHECKING:
    from threading import Thread
    from wsgiref.simple_server import WSGIServer

logger = logging.getLogger(__name__)


class Metrics:
    """Other rooms may add their own to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.connections = Gauge(
            "ficha_connections", "Open WebSocket connections", registry=self.registry
        )
        self.sessions = Gauge("ficha_sessions", "Sessions signed in", registry=self.registry)
        self.commands = Counter(
            "ficha_commands", "Commands received", ["type"], registry=self.registry
        )
        self.refused = Counter(
            "ficha_refused", "Commands refused", ["code"], registry=self.registry
        )
        self.bad_frames = Counter(
            "ficha_bad_frames", "Frames not understood", registry=self.registry
        )
        self.turned_away = Counter(
            "ficha_turned_away", "Handshakes refused", ["why"], registry=self.registry
        )
        self.cut = Counter(
            "ficha_cut", "Connections closed by the bridge", ["why"], registry=self.registry
        )
        self.events = Gauge("ficha_event_seq", "Events of this epoch", registry=self.registry)
        self.audio_dropped = Gauge(
            "ficha_audio_dropped", "Audio frames not sent", registry=self.registry
        )
        self.lines = Gauge(
            "ficha_line_up", "1 where calls can come on a line", ["line"], registry=self.registry
        )
        self.contacts = Gauge("ficha_contacts", "Contacts not yet closed", registry=self.registry)
        self._server: tuple[WSGIServer, Thread] | None = None

    def serve(self, port: int) -> int:
        """Answers GET on 127.0.0.1; returns the port. Raises OSError where it is taken."""
        self._server = start_http_server(port, addr="127.0.0.1", registry=self.registry)
        return self._server[0].server_port

    def close(self) -> None:
        if self._server is None:
            return
        server, thread = self._server
        self._server = None
        server.shutdown()
        server.server_close()
        thread.join()
