"""Which command waits for which."""

from __future__ import annotations

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.vocabulary import BlobId, InteractionId, MessageId, OfferId
from cti_bridge.server.lanes import lane_of

CONTACT = InteractionId("c-1")


def test_nothing_that_takes_time_stands_before_an_answer():
    about = {"request_id": 1, "interaction_id": CONTACT}
    assert lane_of(c.AcceptOffer(request_id=1, offer_id=OfferId("o"))) == "calls"
    assert lane_of(c.TakeContact(**about)) == "calls"
    assert lane_of(c.UploadPart(request_id=1, upload_id="u", name="n", offset=0, data=b"")) == (
        "edits"
    )
    assert lane_of(c.SaveDraft(**about, draft=None)) == "edits"
    assert lane_of(c.OpenConversation(**about)) == "reads"
    assert lane_of(c.FetchBlob(request_id=1, blob_id=BlobId("b"))) == "reads"
    assert lane_of(c.SearchCustomers(request_id=1, text="ana")) == "reads"
    assert lane_of(c.ReportVoicePath(request_id=1, leg="leg", state="open")) == "reads"


def test_what_is_said_in_a_chat_is_not_overtaken_by_its_end():
    said = c.SendMessage(
        request_id=1, interaction_id=CONTACT, message_id=MessageId("m"), text="adiós"
    )
    assert lane_of(said) == lane_of(c.ClearCall(request_id=2, interaction_id=CONTACT)) == "calls"
