"""How much of anything one connection may ask for, and how a connection is closed."""

from __future__ import annotations

from typing import Final

AT_THE_DOOR: Final = 1024  # connections that wait to be let in; the system may keep fewer
HELLO_SECONDS: Final = 5.0  # from the socket to Hello
SIGN_IN_SECONDS: Final = 120.0  # from the socket to a sign-in: somebody is typing
COMMAND_SECONDS: Final = 30.0  # a room that has not answered by then is refused for
OPENING_BYTES: Final = 64 * 1024  # of a frame before the sign-in
PING_SECONDS: Final = 5.0
SLOW_BYTES: Final = 4 * 1024 * 1024  # unsent bytes that make a client too slow
UNSIGNED: Final = 256  # connections that have not signed in, at once
COMMANDS_PER_SECOND: Final = 50.0
COMMANDS_BURST: Final = 100
THROTTLED_BURST: Final = 200  # refusals for haste before the connection is cut
BAD_FRAMES: Final = 20
BAD_FRAMES_PER_SECOND: Final = 1 / 30  # forgiven
AUDIO_PER_SECOND: Final = 60.0  # 50 are spoken; a little faster is a drifting clock
AUDIO_BURST: Final = 100
LANE_COMMANDS: Final = 32  # that wait in one lane
READERS: Final = 4  # reading commands of one session at work at once


class Close:
    """Close codes of this protocol (RFC 6455 section 7.4.2: 4000-4999 are private)."""

    ENDED: Final = 1000  # for good, as SessionEnded said: a client's reading ends without error
    GOING_AWAY: Final = 1001
    POLICY: Final = 1008
    TOO_LARGE: Final = 1009
    NO_COMMON_VERSION: Final = 4001
    TOO_SLOW: Final = 4008
