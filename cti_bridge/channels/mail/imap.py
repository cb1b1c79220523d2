"""One IMAP connection (RFC 9051, RFC 3501), blocking: it lives in a thread of its own."""

from __future__ import annotations

import contextlib
import socket
import ssl
import tempfile
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from cti_bridge.channels.mail.ports import BoxError, RawMail
from cti_bridge.channels.mail.servers import imap_address, tls_context, token_of
from cti_bridge.channels.mail.trouble import denied, explained, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cti_bridge.config.values import Mailbox

T = TypeVar("T")
CONNECT_SECONDS: Final = 15.0
READ_SECONDS: Final = 60.0
PIECE: Final = 1024 * 1024  # of a large mail, by `BODY.PEEK[]<n>`
TOGETHER: Final = 2 * 1024 * 1024  # smaller mails are fetched in one answer up to this
IN_MEMORY: Final = 4 * 1024 * 1024  # a larger one is spooled to a file
MAX_MB: Final = 1024 * 1024
FOLDERS_NAMED: Final = 12


class ImapSession:
    """Signed in, with the mailbox's folder selected. Every method raises BoxError and may block;
    only `abort` may be called from another thread."""

    def __init__(self, box: Mailbox, *, read_seconds: float = READ_SECONDS) -> None:
        self._box, self._timeout = box, read_seconds
        self._client: Any = None
        self.uid_validity = 0
        self.next_uid = 1
        self.idles = False

    def open(self) -> None:
        host, port = imap_address(self._box)
        where = f"{self._box.imap} (imap)"
        timeout = SocketTimeout(CONNECT_SECONDS, self._timeout)
        try:
            context = None if self._box.imap_security == "none" else tls_context(self._box)
            is_tls = self._box.imap_security == "tls"
            self._client = IMAPClient(
                host, port, ssl=is_tls, ssl_context=context if is_tls else None, timeout=timeout
            )
            self._client.normalise_times = False
            if self._box.imap_security == "starttls":
                self._client.starttls(context)
            self._sign_in()
            self.idles = bool(self._client.has_capability("IDLE"))
            self._select()
        except LoginError as error:
            raise BoxError(f"{where}: {denied(error, self._box)}", denied=True) from error
        except (IMAPClientError, OSError, ssl.SSLError) as error:
            raise BoxError(f"{where}: {explained(error, self._box, 'imap')}") from error

    def _sign_in(self) -> None:
        if self._box.oauth2_token_file:
            self._client.oauth2_login(self._box.user, token_of(self._box))
        else:
            self._client.login(self._box.user, self._box.password)

    def _select(self) -> None:
        answer = self._chosen()
        self.uid_validity = int(answer.get(b"UIDVALIDITY", 0))
        if b"UIDNEXT" in answer:
            self.next_uid = int(answer[b"UIDNEXT"])
        else:  # an old server does not say
            self.next_uid = max(self._client.search(["ALL"]), default=0) + 1
        if self._box.done == "move" and not self._client.folder_exists(self._box.done_folder):
            self._client.create_folder(self._box.done_folder)

    def _chosen(self) -> Any:
        try:
            return self._client.select_folder(self._box.folder)
        except IMAPClientError as error:
            names = sorted(str(name) for _, _, name in self._client.list_folders())
            what = f'folder "{self._box.folder}" cannot be opened ({said(error)})'
            what += f": there are {', '.join(names[:FOLDERS_NAMED])}" if names else ""
            raise BoxError(f"{self._box.imap} (imap): {what}") from error

    def new(self, first: int) -> list[int]:
        """UIDs from `first` on, ascending; nothing came after the answer that nobody told of."""
        while True:
            told = self._client._imap.untagged_responses
            told.pop("EXISTS", None)
            found = self._ask(lambda client: client.search(["UID", f"{first}:*"]))
            if "EXISTS" not in told:  # else something came while it was searched
                return sorted(uid for uid in found if uid >= first)  # n:* gives the last always

    def unseen(self, below: int) -> list[int]:
        found = self._ask(lambda client: client.search(["UNSEEN"]))
        return sorted(uid for uid in found if uid < below)

    def unseen_or_since(self, day: datetime, below: int) -> list[int]:
        unseen = self._ask(lambda client: client.search(["UNSEEN"]))
        since = self._ask(lambda client: client.search(["SINCE", day.date()]))
        return sorted({uid for uid in (*unseen, *since) if uid < below})

    def fetch(self, uids: Sequence[int]) -> tuple[list[RawMail], list[int]]:
        """The first of them, as many as go together or one large one, and which of `uids` they
        answer for: those that are not there any more, too."""
        facts = self._ask(lambda client: client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"]))
        together: list[int] = []
        seen: list[int] = []
        total = 0
        for uid in uids:
            size = int(facts.get(uid, {}).get(b"RFC822.SIZE", 0))
            if size > TOGETHER and not together:
                return [self._large(uid, size, facts[uid])], [*seen, uid]
            total += size
            if total > TOGETHER:
                break
            seen.append(uid)
            together += [uid] if uid in facts else []
        return list(self._together(together, facts)), seen

    def _together(self, uids: Sequence[int], facts: dict[int, Any]) -> Iterator[RawMail]:
        if not uids:
            return
        found = self._ask(lambda client: client.fetch(uids, ["BODY.PEEK[]"]))
        for uid in uids:
            if b"BODY[]" in found.get(uid, {}):
                data = found[uid][b"BODY[]"] or b""
                yield _mail(uid, _spooled(data), len(data), facts[uid])

    def _large(self, uid: int, size: int, facts: Any) -> RawMail:
        if size > self._box.max_mb * MAX_MB:
            answer = self._ask(lambda client: client.fetch([uid], ["BODY.PEEK[HEADER]"]))
            head = answer.get(uid, {}).get(b"BODY[HEADER]") or b""
            return _mail(uid, _spooled(head), size, facts, whole=False)
        file = _spooled(b"")
        for begin in range(0, self._box.max_mb * MAX_MB + PIECE, PIECE):
            piece = self._piece(uid, begin)
            file.write(piece)
            if len(piece) < PIECE:
                break
        return _mail(uid, file, file.tell(), facts)

    def _piece(self, uid: int, begin: int) -> bytes:
        wanted = f"BODY.PEEK[]<{begin}.{PIECE}>"
        answer = self._ask(lambda client: client.fetch([uid], [wanted])).get(uid, {})
        found = [value for key, value in answer.items() if key.startswith(b"BODY[]")]
        return bytes(found[0] or b"") if found else b""

    def done(self, uids: Sequence[int]) -> None:
        """Marks them as the mailbox is configured; what was too large to be taken whole stays."""
        keep = self._too_large(uids) if self._box.done == "delete" else []
        gone = [uid for uid in uids if uid not in keep] if self._box.done != "seen" else []
        stay = [uid for uid in uids if uid not in gone]
        if stay:
            self._ask(lambda client: client.add_flags(stay, [b"\\Seen"], silent=True))
        if gone and self._box.done == "move":
            self._move(gone)
        elif gone:
            self._delete(gone)

    def _too_large(self, uids: Sequence[int]) -> list[int]:
        facts = self._ask(lambda client: client.fetch(uids, ["RFC822.SIZE"]))
        most = self._box.max_mb * MAX_MB
        return [uid for uid, fact in facts.items() if int(fact.get(b"RFC822.SIZE", 0)) > most]

    def _move(self, uids: Sequence[int]) -> None:
        folder = self._box.done_folder
        self._ask(lambda client: client.add_flags(uids, [b"\\Seen"], silent=True))
        if self._client.has_capability("MOVE"):
            self._ask(lambda client: client.move(uids, folder))
        else:
            self._ask(lambda client: client.copy(uids, folder))
            self._delete(uids)

    def _delete(self, uids: Sequence[int]) -> None:
        """Of these alone: other clients' \\Deleted ones are theirs (UIDPLUS, RFC 4315)."""
        self._ask(lambda client: client.add_flags(uids, [b"\\Deleted"], silent=True))
        if self._client.has_capability("UIDPLUS"):
            self._ask(lambda client: client.uid_expunge(uids))

    def wait(self, seconds: float) -> None:
        """Until something changes, or the time is over (IDLE, RFC 2177); at once where something
        was announced since `new` looked, with the answer to another command."""
        if "EXISTS" in self._client._imap.untagged_responses:
            return
        self._ask(lambda client: client.idle())
        if not self._ask(_has_more):
            self._ask(lambda client: client.idle_check(timeout=seconds))
        self._ask(lambda client: client.idle_done())

    def check(self) -> None:
        self._ask(lambda client: client.noop())

    def close(self) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):  # it may be half dead: nothing depends on it
                self._client.logout()
            with contextlib.suppress(Exception):
                self._client.shutdown()

    def abort(self) -> None:
        """Cuts the connection, so that the thread that waits on it comes back."""
        if self._client is not None:
            with contextlib.suppress(OSError, AttributeError):
                self._client.socket().shutdown(socket.SHUT_RDWR)

    def _ask(self, work: Callable[[Any], T]) -> T:
        try:
            return work(self._client)
        except (IMAPClientError, OSError, ssl.SSLError, ValueError, AttributeError) as error:
            # ValueError and AttributeError: what imaplib raises on a socket that is gone
            raise BoxError(f"{self._box.imap} (imap): {said(error)}") from error


def _has_more(client: Any) -> bool:
    """Whether more than the answer to IDLE has been read: it lies in a buffer, where waiting on
    the socket does not see it."""
    sock = client.socket()
    timeout = sock.gettimeout()
    sock.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        sock.settimeout(timeout)


def _spooled(data: bytes) -> IO[bytes]:
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by its taker
    file.write(data)
    return file


def _mail(uid: int, file: IO[bytes], size: int, facts: Any, *, whole: bool = True) -> RawMail:
    at = facts.get(b"INTERNALDATE")
    known = at.astimezone(UTC) if isinstance(at, datetime) else datetime.now(UTC)
    return RawMail(uid=uid, file=file, size=size, received_at=known, whole=whole)
