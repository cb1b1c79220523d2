"""Pictures are taken of what has come to rest."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from tests.helpers.screens import settle

STEPS, APART = 8, 20  # milliseconds: together more than a settle's own


class Growing(QWidget):
    """Its label grows step by step."""

    def __init__(self, steps: int | None, apart: int) -> None:
        super().__init__()
        self.label = QLabel("x")
        self.done = 0
        QVBoxLayout(self).addWidget(self.label)
        self._steps = itertools.count() if steps is None else iter(range(steps))
        self._timer = QTimer(self, interval=apart)
        self._timer.timeout.connect(self._grow)
        self._timer.start()

    def _grow(self) -> None:
        if next(self._steps, None) is None:
            self._timer.stop()
            return
        self.done += 1
        self.label.setMinimumHeight(20 + self.done % 50)


@pytest.fixture
def growing(qtbot):
    def made(steps: int | None, apart: int = APART) -> Growing:
        widget = Growing(steps, apart)
        qtbot.addWidget(widget)
        widget.show()
        return widget

    return made


@pytest.mark.styled
def test_what_is_still_being_laid_out_is_waited_for(growing):
    widget = growing(STEPS)
    settle()
    assert widget.done == STEPS
    assert widget.label.height() >= 20 + STEPS


def test_what_never_comes_to_rest_is_not_waited_for_for_ever(growing):
    widget = growing(None, apart=1)
    settle(60, most=200)
    assert widget.done > 0
