"""The commands as processes: ready lines, signals, exit codes, two of them at once."""

from __future__ import annotations

import json
import signal
import socket
import time
import urllib.request

import pytest

from tests.helpers.command_line import PASSWORD, process
from tests.helpers.ports import free_port


def test_serve_says_when_it_is_ready_and_stops_cleanly_on_sigterm(served):
    _url, bridge = served
    bridge.send_signal(signal.SIGTERM)
    _out, err = bridge.communicate(timeout=60)
    assert bridge.returncode == 0, err
    assert "Traceback" not in err


def test_watch_prints_events_and_test_agent_goes_ready(served, tmp_path):
    url, _bridge = served
    watching = process(tmp_path, "watch", "--url", url, "--login", "sara", "--password-stdin")
    answering = None
    try:
        watching.stdin.write(f"{PASSWORD}\n")
        watching.stdin.flush()
        assert watching.stderr.readline().startswith("watching, epoch")
        answering = process(
            tmp_path, "test-agent", "--url", url, "--login", "ana", "--password-stdin"
        )
        answering.stdin.write(f"{PASSWORD}\n")
        answering.stdin.flush()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            event = json.loads(watching.stdout.readline())
            if event["type"] == "agent-changed" and event["agent"]["mode"] == "ready":
                break
        else:
            pytest.fail("the test agent did not go ready")
        assert event["seq"] > 0
        answering.send_signal(signal.SIGINT)
        assert answering.wait(60) == 0
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 0
    finally:
        for one in (watching, answering):
            if one is not None:
                if one.poll() is None:
                    one.kill()
                one.communicate(timeout=60)


@pytest.mark.parametrize(
    ("words", "password", "code", "said"),
    [
        (["watch", "--login", "sara"], "the wrong one", 3, "wrong credentials"),
        (["watch", "--login", "ana"], PASSWORD, 3, "only a supervisor"),
        (["test-agent", "--login", "nobody"], PASSWORD, 3, "wrong credentials"),
    ],
)
def test_who_cannot_sign_in_ends_with_3(served, tmp_path, words, password, code, said):
    url, _bridge = served
    with process(tmp_path, *words, "--url", url, "--password-stdin") as command:
        _out, err = command.communicate(f"{password}\n", timeout=60)
    assert (command.returncode, said in err) == (code, True), err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("url", "code"),
    [("ws://127.0.0.1:9/v1", 3), ("http://127.0.0.1:9/", 2), ("nonsense", 2)],
)
def test_no_bridge_there(cli, url, code):
    result = cli("watch", "--url", url, "--login", "x", "--password-stdin", typed=f"{PASSWORD}\n")
    assert result.exit_code == code
    assert url in result.stderr


def test_an_authority_that_is_no_certificate(cli, tmp_path):
    (tmp_path / "ca.pem").write_text("nonsense")
    words = ["watch", "--url", "wss://127.0.0.1:9/v1", "--login", "x", "--password-stdin"]
    result = cli(*words, "--ca", "ca.pem", typed=f"{PASSWORD}\n")
    assert result.exit_code == 2
    assert "--ca ca.pem" in result.stderr


def test_the_second_bridge_on_a_port_ends_with_5(served, tmp_path):
    url, _bridge = served
    port = url.rpartition(":")[2].partition("/")[0]
    (tmp_path / "bridge.toml").write_text(
        f'[store]\nurl = "sqlite:///ficha.db"\n[server]\nport = {port}\n'
    )
    with process(tmp_path, "serve") as second:
        out, err = second.communicate(timeout=60)
    assert (second.returncode, out) == (5, ""), err
    assert f"127.0.0.1:{port} is in use by another program." in err
    assert "Traceback" not in err


def test_a_second_bridge_on_a_database_ends_with_4_and_disturbs_nobody(served, tmp_path):
    url, bridge = served
    words = ("test-agent", "--url", url, "--login", "ana", "--password-stdin")
    with process(tmp_path, *words) as agent:
        agent.stdin.write(f"{PASSWORD}\n")
        agent.stdin.flush()
        while not agent.stdout.readline().endswith(" ready\n"):
            pass
        with process(tmp_path, "serve") as second:  # on any free port, as the first
            out, err = second.communicate(timeout=60)
        assert (second.returncode, out) == (4, ""), err
        assert "another bridge serves this database" in err
        agent.send_signal(signal.SIGINT)
        assert agent.wait(60) == 0
    bridge.send_signal(signal.SIGTERM)
    _out, err = bridge.communicate(timeout=60)
    assert "another writer" not in err  # than the bridge: nobody logged its agents out
    assert "ana signed in from 127.0.0.1" in err


def test_the_metrics_say_whether_a_line_is_up(cli, tmp_path):
    """A registrar that does not answer, and a trunk that only listens."""
    port = free_port()
    (tmp_path / "bridge.toml").write_text(
        '[store]\nurl = "sqlite:///ficha.db"\n'
        f"[server]\nport = 0\nmetrics_port = {port}\n"
        '[[lines]]\nid = "pbx"\nserver = "127.0.0.1:9"\nuser = "1003"\npassword = "x"\n'
        'bind = "127.0.0.1"\n[[lines]]\nid = "trunk"\nmode = "trunk"\n'
        'bind = "127.0.0.1"\npeers = ["127.0.0.1"]\n'
    )
    with process(tmp_path, "serve") as bridge:
        try:
            assert "ready" in bridge.stdout.readline()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                lines = answer.read().decode().splitlines()
        finally:
            bridge.terminate()
            bridge.communicate(timeout=60)
    told = {line for line in lines if line.startswith(("ficha_line_up{", "ficha_contacts "))}
    assert told == {
        'ficha_line_up{line="pbx"} 0.0',
        'ficha_line_up{line="trunk"} 1.0',
        "ficha_contacts 0.0",
    }


def test_a_sip_port_in_use_ends_with_5(cli, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        (tmp_path / "bridge.toml").write_text(
            '[store]\nurl = "sqlite:///ficha.db"\n[server]\nport = 0\n[[lines]]\nid = "t"\n'
            f'mode = "trunk"\nbind = "127.0.0.1"\nport = {port}\npeers = ["127.0.0.1"]\n'
        )
        with process(tmp_path, "serve") as bridge:
            out, err = bridge.communicate(timeout=60)
    assert (bridge.returncode, out) == (5, ""), err
    assert f"line t: cannot listen on 127.0.0.1:{port} (Address already in use)" in err
    assert "Traceback" not in err
