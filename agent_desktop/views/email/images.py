"""Images of mails: those that came with it, and, only when asked for, those of strange servers."""

from __future__ import annotations

import ipaddress
import logging
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QByteArray, QObject, QSize, QUrl, Signal
from PySide6.QtNetwork import (
    QNetworkAccessManager,
    QNetworkCookie,
    QNetworkCookieJar,
    QNetworkReply,
    QNetworkRequest,
)

from agent_desktop.views import pictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from agent_desktop.viewmodels.blobs import Blobs
    from cti_bridge.protocol.values import MessageView

    Got = Callable[[QImage | None], None]

logger = logging.getLogger(__name__)

MOST: Final = QSize(1600, 4000)  # pixels shown
MAX_IMAGES: Final = 80  # of one message
MAX_BYTES: Final = 5 * 1024 * 1024  # of one remote image
TIMEOUT_MS: Final = 10_000
MAX_REDIRECTS: Final = 3
KEPT: Final = 64
REMOTE: Final = "remote:"
AGENT: Final = b"Mozilla/5.0"  # says nothing of whose desk this is


def may_fetch(url: QUrl) -> bool:
    """Only https, and only what can stand in the open Internet: a mail must not make a desk ask
    the machines of its own house for anything."""
    if not url.isValid() or url.scheme() != "https" or url.userInfo():
        return False
    host = url.host().lower().rstrip(".")
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        inside = host.endswith((".local", ".localhost", ".internal", ".lan", ".home", ".intranet"))
        return "." in host and not inside and not host.replace(".", "").isdigit()


class NoCookies(QNetworkCookieJar):
    def cookiesForUrl(self, url: QUrl | str) -> list[QNetworkCookie]:
        return []

    def setCookiesFromUrl(self, cookies: object, url: QUrl | str) -> bool:
        return False


class RemoteImages(QObject):
    """Fetches images without cookies, referrer, cache or log-ins; bounded in size and time."""

    def __init__(
        self, parent: QObject | None = None, *, allowed: Callable[[QUrl], bool] = may_fetch
    ) -> None:
        super().__init__(parent)
        self._allowed = allowed
        self._network: QNetworkAccessManager | None = None
        self._kept: dict[str, QImage] = {}
        self._waiting: dict[str, list[tuple[QObject, Got]]] = {}

    def fetch(self, address: str, asker: QObject, on_done: Got) -> None:
        url = QUrl(address)
        if address in self._kept:
            on_done(self._kept[address])
        elif not self._allowed(url):
            on_done(None)
        elif address in self._waiting:
            self._waiting[address].append((asker, on_done))
        else:
            self._waiting[address] = [(asker, on_done)]
            self._get(address, url)

    def _get(self, address: str, url: QUrl) -> None:
        if self._network is None:
            self._network = QNetworkAccessManager(self)
            self._network.setCookieJar(NoCookies(self._network))
            self._network.setAutoDeleteReplies(True)
        reply = self._network.get(plain_request(url))
        data = bytearray()
        reply.redirected.connect(lambda to: self._redirected(reply, to))
        reply.readyRead.connect(lambda: self._read(reply, data))
        reply.finished.connect(lambda: self._finished(address, reply, data))

    def _redirected(self, reply: QNetworkReply, to: QUrl) -> None:
        if self._allowed(to):
            reply.redirectAllowed.emit()
        else:
            reply.abort()

    @staticmethod
    def _read(reply: QNetworkReply, data: bytearray) -> None:
        data += bytes(reply.readAll().data())
        if len(data) > MAX_BYTES:
            reply.abort()

    def _finished(self, address: str, reply: QNetworkReply, data: bytearray) -> None:
        image = None
        if reply.error() is QNetworkReply.NetworkError.NoError:
            image = pictures.decode(bytes(data), MOST)
        if image is None:
            logger.info("a remote image was not shown: %s", reply.error().name)
        else:
            self._kept[address] = image
            while len(self._kept) > KEPT:
                self._kept.pop(next(iter(self._kept)))
        for asker, on_done in self._waiting.pop(address, []):
            if shiboken6.isValid(asker):
                on_done(image)


def plain_request(url: QUrl) -> QNetworkRequest:
    request = QNetworkRequest(url)
    attribute, manual = QNetworkRequest.Attribute, QNetworkRequest.LoadControl.Manual
    for one in (
        attribute.CookieLoadControlAttribute,
        attribute.CookieSaveControlAttribute,
        attribute.AuthenticationReuseAttribute,
    ):
        request.setAttribute(one, manual.value)
    request.setAttribute(
        attribute.CacheLoadControlAttribute, QNetworkRequest.CacheLoadControl.AlwaysNetwork.value
    )
    request.setAttribute(
        attribute.RedirectPolicyAttribute,
        QNetworkRequest.RedirectPolicy.UserVerifiedRedirectPolicy.value,
    )
    request.setMaximumRedirectsAllowed(MAX_REDIRECTS)
    request.setTransferTimeout(TIMEOUT_MS)
    request.setRawHeader(QByteArray(b"User-Agent"), QByteArray(AGENT))
    request.setRawHeader(QByteArray(b"Accept"), QByteArray(b"image/*"))
    request.setRawHeader(QByteArray(b"Accept-Language"), QByteArray(b"en"))
    return request


class MailImages(QObject):
    """The images of one message. Signals: `came(name, image)`."""

    came = Signal(str, object)

    def __init__(self, blobs: Blobs, remote: RemoteImages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._blobs, self._remote = blobs, remote
        self._message: MessageView | None = None
        self._allowed = False
        self._count = 0

    def show_message(self, message: MessageView, *, remote: bool) -> None:
        """`remote`: the agent has asked for the images of strange servers."""
        self._message, self._allowed, self._count = message, remote, 0

    def want(self, name: str) -> None:
        """Brings an image by the name that it has in the text, where it may be shown."""
        self._count += 1
        if self._message is None or self._count > MAX_IMAGES:
            return
        message_id = self._message.message_id

        def done(image: QImage | None) -> None:
            here = self._message is not None and self._message.message_id == message_id
            if image is not None and here:
                self.came.emit(name, image)

        if name.lower().startswith("cid:"):
            self._inline(name[4:], done)
        elif name.startswith(REMOTE) and self._allowed:
            self._remote.fetch(name.removeprefix(REMOTE), self, done)

    def _inline(self, content_id: str, done: Got) -> None:
        files = self._message.attachments if self._message else ()
        file = next((f for f in files if f.inline and f.inline == content_id), None)
        if file is not None and file.size <= pictures.MAX_BYTES:
            self._blobs.fetch(
                file.blob_id,
                self,
                lambda data: done(pictures.decode(data, MOST) if data else None),
            )
