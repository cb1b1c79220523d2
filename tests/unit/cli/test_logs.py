from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from cti_bridge.cli import logs
from cti_bridge.config.values import Log


@pytest.fixture
def written():
    """Sets the log up on a text buffer, and puts the old one back."""
    root, levels = (
        logging.getLogger(),
        {name: logging.getLogger(name).level for name in logs.QUIET},
    )
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()

    def set_up(**config):
        logs.set_up(Log(**config), stream)
        return stream

    yield set_up
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


def test_json_is_one_object_a_line_whoever_logs(written):
    stream = written(format="json")
    logging.getLogger("cti_bridge.x").warning("line %s down", "pbx")
    structlog.get_logger("cti_bridge.y").info("ready", sessions=3)
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["event"], first["level"], first["logger"]) == (
        "line pbx down",
        "warning",
        "cti_bridge.x",
    )
    assert (second["event"], second["sessions"]) == ("ready", 3)
    assert first["timestamp"].endswith("Z")


def test_text_is_for_people(written):
    stream = written(format="text")
    logging.getLogger("cti_bridge.x").warning("line %s down", "pbx")
    assert "line pbx down" in stream.getvalue()
    assert "\x1b[" not in stream.getvalue()


def test_no_secret_is_written(written):
    stream = written(format="json")
    structlog.get_logger().info("sign-in", password="hunter2", api_token="hunter2", login="ana")
    logging.getLogger("x").info("sign-in", extra={"user_password": "hunter2"})
    assert "hunter2" not in stream.getvalue()
    assert '"login": "ana"' in stream.getvalue()


def test_the_level_is_kept_and_libraries_are_quiet(written):
    stream = written(level="warning")
    logging.getLogger("cti_bridge").info("no")
    written(level="debug")
    logging.getLogger("sqlalchemy").info("no")
    logging.getLogger("cti_bridge").debug("yes")
    assert "no" not in stream.getvalue().replace("not", "")
    assert "yes" in stream.getvalue()


def test_an_exception_is_one_json_line_too(written):
    stream = written(format="json")
    try:
        raise RuntimeError("boom")
    except RuntimeError:
        logging.getLogger("x").exception("failed")
    (line,) = stream.getvalue().splitlines()
    assert "RuntimeError: boom" in json.loads(line)["exception"]


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_exception_shows_no_values_of_variables(written, form):
    stream = written(format=form)

    def sign_in(password):
        raise RuntimeError("boom")

    try:
        sign_in("".join(("hun", "ter2")))
    except RuntimeError:
        logging.getLogger("x").exception("failed")
    assert "RuntimeError: boom" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


def test_a_flood_of_one_line_is_thinned_and_hides_no_other(written, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: now[0])
    stream = written(format="json")
    for at in range(100_000):
        now[0] += 0.001  # 100 s
        logging.getLogger("x").info("frame %d of a stranger", at)
    logging.getLogger("y").error("the store is away")
    lines = [json.loads(line)["event"] for line in stream.getvalue().splitlines()]
    assert len(lines) == pytest.approx(logs.BURST + 100 * logs.LINES_PER_SECOND + 1, abs=2)
    assert lines[0] == "frame 0 of a stranger"
    assert lines[-1] == "the store is away"
    told = sum(int(line.partition("(")[2].split()[0]) for line in lines if "left out" in line)
    assert told == pytest.approx(100_000 - len(lines), abs=1100)


@pytest.mark.parametrize(
    "library",
    ["aiohttp.websocket", "imapclient.imaplib", "imapclient.imapclient", "websockets.server"],
)
def test_what_libraries_pass_on_is_in_no_level(written, library):
    stream = written(level="debug")
    logging.getLogger("cti_bridge.x").debug("ours")
    logging.getLogger(library).debug("LOGIN ana hunter2; Dear Sirs")
    logging.getLogger(library).info("Connection closed")
    assert "ours" in stream.getvalue()
    assert "Sirs" not in stream.getvalue()
    assert "closed" not in stream.getvalue()
