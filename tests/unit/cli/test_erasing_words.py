"""An erasure in words: no name of a table is shown, and nothing is left out of the sum."""

from __future__ import annotations

from cti_bridge.cli.erasing_words import GOES, STAYS, lines
from cti_bridge.privacy.erasing import Preview
from cti_bridge.protocol.vocabulary import CustomerId
from cti_bridge.store import holdings


def test_what_goes_and_stays_is_counted_in_words() -> None:
    preview = Preview(
        customer=CustomerId("c1"),
        version=1,
        name="Marta Gil",
        references=(),
        deleted={"identities": 2, "messages": 1_234, "texts": 3, "merges": 1},
        blanked={"interactions": 5},
        kept={"suppressions": 1},
        hold=None,
        bar="",
    )
    assert list(lines(preview)) == [
        "Goes:",
        "      2  numbers, addresses and references",
        "  1,234  messages, e-mails and voicemails",
        "      4  entries of indexes and lists",
        "Stays, and names nobody:",
        "  5  contacts: times, queue, agent and outcome",
        "  1  entries of the no-contact list",
    ]


def test_every_table_that_a_customer_is_told_of_has_words() -> None:
    told = {table.name: one for table, one in holdings.holdings() if one.rows and one.told}
    deleted = {name for name, one in told.items() if one.does == "delete"}
    assert deleted <= set(GOES)
    stays = {name for name, one in told.items() if one.does != "delete"}
    assert stays - set(STAYS) == set()
