"""A process that is gone is told from one that lives, and from one that nobody can judge."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from cti_bridge.telephony.asterisk import processes
from cti_bridge.telephony.asterisk.processes import is_gone, mark_of

pytestmark = pytest.mark.skipif(not mark_of(), reason="this system does not tell of processes")


@pytest.fixture
def child():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as running:
        yield running
        running.kill()


def test_this_process_and_a_child_are_there(child):
    assert not is_gone(mark_of())
    assert not is_gone(mark_of(child.pid))


def test_a_child_that_was_killed_is_gone_before_and_after_it_is_waited_for(child):
    mark = mark_of(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_gone(mark)
    child.wait()
    assert is_gone(mark)
    assert mark_of(child.pid) == ""


def test_a_number_that_was_given_out_again_is_another_process():
    boot, space, pid, started = mark_of().split(" ")
    assert is_gone(f"{boot} {space} {pid} {int(started) - 1}")


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "nonsense",
        "a b c d",
        "  1 ",
        "{boot} {space} -1 5",
        "{boot} {space} ²  5",
        "other {space} 999999999 5",
        "{boot} pid:[1] 999999999 5",
        "{boot} {space} 999999999 5 6",
    ],
)
def test_of_what_nobody_can_judge_nothing_is_said(mark):
    boot, space, _pid, _started = mark_of().split(" ")
    assert not is_gone(mark.format(boot=boot, space=space))


def test_a_number_without_end_is_nobody_s():
    boot, space, _pid, started = mark_of().split(" ")
    assert is_gone(f"{boot} {space} {'9' * 400} {started}")


def test_one_that_may_not_be_looked_at_is_there(monkeypatch, child):
    mark = mark_of(child.pid)

    def denied(_pid, _signal):
        raise PermissionError

    monkeypatch.setattr(processes, "os", SimpleNamespace(kill=denied))
    monkeypatch.setattr(processes, "_started", lambda _pid: None)
    monkeypatch.setattr(processes, "mark_of", lambda: mark)
    assert not is_gone(mark)


def test_a_system_without_proc_leaves_no_mark(monkeypatch, tmp_path):
    mark = mark_of()
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert mark_of() == ""
    assert not is_gone(mark)
