"""How much one address, and all together, may ask for; and what one socket may say."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from cti_bridge.bucket import TokenBucket

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cti_bridge.config.values import Web

ADDRESSES: Final = 10_000  # remembered at once, those that asked last
HEAD_SECONDS: Final = 10.0  # for a whole request line and headers, and for a TLS handshake
KEEP_SECONDS: Final = 30.0  # between two requests of one connection
FIRST_SECONDS: Final = 10.0  # from the socket to its first frame
SILENT_SECONDS: Final = 90.0  # a widget beats each 25
UPLOAD_SECONDS: Final = 120.0
MAX_HEADERS: Final = 64
MAX_LINE: Final = 4096
MAX_FIELD: Final = 4096
MAX_FRAME: Final = 32 * 1024
FRAMES_PER_SECOND: Final = 10.0
FRAMES_BURST: Final = 40
SAID_PER_SECOND: Final = 2.0
SAID_BURST: Final = 20
THROTTLED_BURST: Final = 100  # frames refused for haste before the socket is cut
BAD_FRAMES: Final = 10
SLOW_BYTES: Final = 1024 * 1024  # unsent, that make a browser too slow
STATIC_FACTOR: Final = 10  # files of the widget weigh a tenth of a request
NEW_PER_SECOND: Final = 500.0  # connections, of all
NEW_BURST: Final = 2000


class Buckets:
    """One for each key, at most `most`: the longest unused is forgotten first."""

    def __init__(self, *, rate: float, burst: float, most: int = ADDRESSES) -> None:
        self._rate, self._burst, self._most = rate, burst, most
        self._buckets: OrderedDict[Hashable, TokenBucket] = OrderedDict()

    def take(self, key: Hashable, now: float, weight: float = 1.0) -> float | None:
        """None: go on; else the seconds until it may be tried again."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(rate=self._rate, burst=self._burst)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return None if bucket.take(now, weight) else bucket.wait()

    def __len__(self) -> int:
        return len(self._buckets)


class Limits:
    """Of one listener."""

    def __init__(self, web: Web) -> None:
        self.requests = Buckets(
            rate=web.requests_per_minute / 60, burst=max(20, web.requests_per_minute / 2)
        )
        self.new_chats = Buckets(rate=web.chats_per_hour / 3600, burst=web.chats_per_hour)
        self.all_chats = TokenBucket(rate=web.chats_per_minute / 60, burst=web.chats_per_minute)
        self.connections = TokenBucket(rate=NEW_PER_SECOND, burst=NEW_BURST)

    def new_chat(self, address: str, now: float) -> float | None:
        """None: one more may begin; else seconds. One address that is held back takes nothing
        of what all have together."""
        wait = self.new_chats.take(address, now)
        if wait is not None:
            return wait
        return None if self.all_chats.take(now) else self.all_chats.wait()
