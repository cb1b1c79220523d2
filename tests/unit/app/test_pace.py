"""How work that follows what was written rests."""

from __future__ import annotations

import pytest

from cti_bridge import pace


def test_it_rests_nine_times_as_long_as_it_worked(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [10.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    one = pace.Pace(2.0)
    one.begins()
    now[0] += 0.05
    assert one.rest(more=True) == pytest.approx(0.45)
    assert one.rest(more=False) == 2.0
    one.begins()
    assert one.rest(more=True) == 0.0
