"""Pictures of duplicates: a pair, one with a long name, nothing, an undo, the merges on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desktop.views.pages.duplicates import DuplicatesPage
from cti_bridge.protocol.commands import (
    CustomerOpened,
    CustomersFound,
    Done,
    OpenCustomer,
    SearchCustomers,
)
from cti_bridge.protocol.merging import (
    DuplicatePairs,
    JudgePair,
    ListMerges,
    MergesListed,
    PairsListed,
    UndoMerge,
    UndoPlanned,
)
from tests.helpers import page_values as made
from tests.helpers import pair_values as pairs
from tests.helpers.screens import screen
from tests.helpers.screens_pages import opened

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.views.window import Window
    from tests.helpers.screens import Stage


def page_of(stage: Stage, listed: PairsListed) -> tuple[Window, DuplicatesPage]:
    link = stage.link()
    link.answers[DuplicatePairs] = lambda _: listed
    link.answers[JudgePair] = lambda _: Done(request_id=0)
    link.answers[UndoMerge] = lambda _: UndoPlanned(request_id=0, plan=pairs.undo_plan())
    link.answers[ListMerges] = lambda _: MergesListed(
        request_id=0,
        merges=(
            pairs.merge(0),
            pairs.merge(1),
            pairs.merge(2, undone_at=made.NOW, undone_by=made.AGENTS[2]),
            pairs.merge(3, blocked_by="m0"),
        ),
        more=True,
    )
    window = opened(stage, "duplicates", link)
    page = window.page()
    assert isinstance(page, DuplicatesPage)
    return window, page


@screen("duplicates")
def duplicates(stage: Stage) -> QWidget:
    window, page = page_of(stage, pairs.listed(20, of=100_000, cursor="more"))
    page._pairs.distinct()
    page._pairs.step(1)
    return window


@screen("duplicates-long")
def duplicates_long(stage: Stage) -> QWidget:
    doubts = ("born", "two_keys")
    plan = pairs.plan(2, doubts=doubts)
    listed = pairs.listed(1)
    found = PairsListed(request_id=0, pairs=(pairs.pair(2, plan=plan),), open=listed.open)
    return page_of(stage, found)[0]


@screen("duplicates-empty")
def duplicates_empty(stage: Stage) -> QWidget:
    return page_of(stage, PairsListed(request_id=0, pairs=()))[0]


@screen("duplicates-put-off")
def duplicates_put_off(stage: Stage) -> QWidget:
    put_off = (pairs.pair(0, put_off=True), pairs.pair(1, put_off=True))
    return page_of(stage, PairsListed(request_id=0, pairs=put_off, put_off=2))[0]


@screen("duplicates-undo")
def duplicates_undo(stage: Stage) -> QWidget:
    window, page = page_of(stage, pairs.listed(3))
    page._unmerging.open("m0")
    return window


@screen("duplicates-merges")
def duplicates_merges(stage: Stage) -> QWidget:
    window, page = page_of(stage, pairs.listed(3))
    page.to_merges.click()
    page.merges.table.choose(0)
    return window


@screen("customer-merged")
def customer_merged(stage: Stage) -> QWidget:
    link = stage.link()
    merges = (pairs.merge(0), pairs.merge(1), pairs.merge(2), pairs.merge(4))
    link.answers[SearchCustomers] = lambda _: CustomersFound(
        request_id=0, customers=(made.card(0),)
    )
    link.answers[OpenCustomer] = lambda _: CustomerOpened(
        request_id=0, file=made.file(0, merges=merges)
    )
    window = opened(stage, "customers", link)
    window._desktop.customers.open(made.card(0).customer_id)
    return window
