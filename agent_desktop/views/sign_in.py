"""Signing in: server, user, password, and in words what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from agent_desktop.link import FaultKind
from agent_desktop.views import words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Card, Field, Notice, Text, row
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from agent_desktop.link import LinkFault
    from agent_desktop.viewmodels.sign_in import SignInViewModel

WIDTH = 376


class SignInPage(Retranslated, QWidget):
    def __init__(self, model: SignInViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._brand = Text("Ficha", "display", tone="accent")
        self._slogan = Text("", "muted")
        self.server = QLineEdit(model.url)
        self.login = QLineEdit(model.login)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        for field in (self.server, self.login, self.password):
            field.setMaxLength(256)
            field.textChanged.connect(self._enable)
            field.returnPressed.connect(self._go)
        self._fields = [Field(f) for f in (self.server, self.login, self.password)]
        self.notice = Notice("bad")
        self.notice.hide()
        self.button = Button("", "primary")
        self.button.clicked.connect(self._go)
        card = Card()
        card.setFixedWidth(WIDTH)
        card.body.setSpacing(12)
        for part in (*self._fields, self.notice, self.button):
            card.body.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        middle = Qt.AlignmentFlag.AlignHCenter
        layout.addStretch(2)
        layout.addWidget(self._brand, 0, middle)
        layout.addWidget(self._slogan, 0, middle)
        layout.addSpacing(20)
        layout.addLayout(row(None, card, None))  # not aligned: it grows with what is said
        layout.addStretch(3)
        model.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self._slogan.setText(self.tr("The phone rings and the file is open"))
        labels = (self.tr("Server"), self.tr("User"), self.tr("Password"))
        for field, label in zip(self._fields, labels, strict=True):
            field.set_label(label)
        self.server.setPlaceholderText(self.tr("bridge.example.org"))
        self.refresh()

    def showEvent(self, event: object) -> None:
        self.focus_first()

    def focus_first(self) -> None:
        for field in (self.server, self.login, self.password):
            if not field.text():
                field.setFocus()
                return

    def refresh(self) -> None:
        model = self._model
        wait = model.wait_seconds
        if wait:
            self.notice.say(
                self.tr("Too many attempts. Try again in %n second(s).", "", wait), tone="warn"
            )
        else:
            self.notice.say(self._fault(model.fault) if model.fault else "", tone="bad")
        self.button.setText(self.tr("Signing in…") if model.busy else self.tr("Sign in"))
        for field in (self.server, self.login, self.password):
            field.setReadOnly(model.busy)
        self._enable()

    def _fault(self, fault: LinkFault) -> str:
        match fault.kind:
            case FaultKind.BAD_ADDRESS:
                return self.tr("This is not the address of a server.")
            case FaultKind.UNREACHABLE:
                return self.tr("The server does not answer. Check its address and the network.")
            case FaultKind.CERTIFICATE:
                return self.tr(
                    "The server's certificate is not trusted. Ask your administrator for the"
                    " certificate file and start with --ca."
                )
            case FaultKind.NOT_A_BRIDGE:
                return self.tr("What answers there is not a Ficha server.")
            case FaultKind.ENDED:
                return words.session_ended(fault.detail)
            case FaultKind.REFUSED:
                code = fault.refusal.code if fault.refusal else RefusalCode.INTERNAL
                return words.refusal(code)

    def _enable(self) -> None:
        filled = all(f.text().strip() for f in (self.server, self.login, self.password))
        self.button.setEnabled(filled and self._model.can_sign_in)

    def _go(self) -> None:
        if self.button.isEnabled():
            password = self.password.text()
            self.password.clear()
            self._model.sign_in(self.server.text(), self.login.text(), password)
