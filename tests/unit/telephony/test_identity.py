"""Who is calling: headers as carriers and PBXs send them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cti_bridge.telephony.addresses import (
    MAX_DISPLAY,
    clean_display,
    parse_address,
    parse_uri,
    split,
    text_of,
)
from cti_bridge.telephony.identity import read_identity
from cti_bridge.telephony.ports import DialPlan, NumberKind

PLAN = DialPlan(region="ES", extensions=(r"1\d{3}",))
FROM = '"Ana Prieto" <sip:+34612345099@carrier.example>;tag=x'
PAI = '"Verified" <sip:+34944210017@carrier.example;user=phone>'


class Invite:
    def __init__(self, *lines: tuple[str, str], uri: str = "sip:+34944000111@192.0.2.1") -> None:
        self.uri = uri
        self._lines = lines

    def every(self, name: str) -> list[str]:
        return [value for title, value in self._lines if title.lower() == name.lower()]


def identity(*lines, uri="sip:+34944000111@192.0.2.1", trusted=True, own_user=""):
    if not any(name == "From" for name, _ in lines):
        lines = (("From", FROM), *lines)
    return read_identity(Invite(*lines, uri=uri), PLAN, trusted=trusted, own_user=own_user)


def caller(*lines, **options):
    return identity(*lines, **options).caller


# Which header


def test_from_alone_is_believed_but_not_asserted():
    who = caller()
    assert (who.number.value, who.display_name) == ("+34612345099", "Ana Prieto")
    assert (who.asserted, who.source) == (False, "From")


def test_p_asserted_identity_comes_first():
    rpid = "<sip:+34911111111@c>;party=calling;screen=yes;privacy=off"
    who = caller(("P-Asserted-Identity", PAI), ("Remote-Party-ID", rpid))
    assert (who.number.value, who.display_name) == ("+34944210017", "Verified")
    assert (who.asserted, who.source) == (True, "P-Asserted-Identity")


def test_of_two_asserted_identities_the_one_with_a_number_is_taken():
    who = caller(("P-Asserted-Identity", "<sip:ana@carrier.example>, <tel:+34944210017>"))
    assert who.number.value == "+34944210017"


def test_remote_party_id_counts_when_it_is_screened():
    rpid = '"Rosa" <sip:+34911234567@c>;party=calling;screen=yes;privacy=off'
    assert caller(("Remote-Party-ID", rpid)).source == "Remote-Party-ID"
    assert caller(("Remote-Party-ID", rpid.replace("=yes", "=no"))).source == "From"
    assert caller(("Remote-Party-ID", rpid.replace("calling", "called"))).source == "From"


def test_a_peer_that_is_not_trusted_asserts_nothing():
    rpid = "<sip:+34911111111@c>;screen=yes"
    who = caller(("P-Asserted-Identity", PAI), ("Remote-Party-ID", rpid), trusted=False)
    assert (who.number.value, who.source) == ("+34612345099", "From")


def test_the_name_of_from_is_used_only_for_the_same_number():
    same = "<sip:+34612345099@carrier.example>"
    assert caller(("P-Asserted-Identity", same)).display_name == "Ana Prieto"
    assert caller(("P-Asserted-Identity", "<tel:+34944210017>")).display_name == ""


def test_an_asserted_identity_that_cannot_be_read_leaves_from():
    assert caller(("P-Asserted-Identity", "<<<>>>")).source == "From"


# Withheld


@pytest.mark.parametrize(
    "lines",
    [
        [("From", '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1')],
        [("From", "<sip:anonymous@carrier.example>;tag=1")],
        [("From", '"Anonymous" <sip:+34612345099@carrier.example>;tag=1')],
        [("From", "<sip:restricted@carrier.example>;tag=1")],
        [("From", "<sip:carrier.example>;tag=1")],
        [("P-Asserted-Identity", PAI), ("Privacy", "id")],
        [("P-Asserted-Identity", PAI), ("Privacy", "user;id;critical")],
        [("Privacy", "header")],
        [
            ("From", "<sip:anonymous@anonymous.invalid>;tag=1"),
            ("P-Asserted-Identity", PAI),
        ],
        [("Remote-Party-ID", "<sip:+34911234567@c>;screen=yes;privacy=full")],
        [("Remote-Party-ID", "<sip:+34911234567@c>;screen=yes;privacy=uri")],
    ],
)
def test_privacy_is_honoured(lines):
    who = caller(*lines)
    assert who.number.kind is NumberKind.WITHHELD
    assert who.number.value == ""
    assert who.display_name == ""


def test_privacy_none_withholds_nothing():
    assert caller(("Privacy", "none")).number.value == "+34612345099"


# Forms of an address


@pytest.mark.parametrize(
    ("value", "number", "name"),
    [
        ("<sip:612345099@c;user=phone>", "+34612345099", ""),
        ("sip:612345099@c;tag=5", "+34612345099", ""),
        ("<tel:+34-612-34-50-99>", "+34612345099", ""),
        ("<tel:34-50-99;phone-context=+34612>", "+34612345099", ""),
        ("<sip:%2B34612345099@c>", "+34612345099", ""),
        ("<sip:+34612345099;npdi;rn=1@c>", "+34612345099", ""),
        ("<sip:+34612345099:secret@c>", "+34612345099", ""),
        ("<sips:+34612345099@[2001:db8::1]:5061>", "+34612345099", ""),
        ('"Ana \\"La Jefa\\" Ruiz" <sip:1003@pbx>', "1003", 'Ana "La Jefa" Ruiz'),
        ('"Ana \\"La Jefa\\"" <sip:1003@pbx>', "1003", 'Ana "La Jefa"'),
        ('""Ana Ruiz"" <sip:1003@pbx>', "1003", "Ana Ruiz"),
        ("'Ana Ruiz' <sip:1003@pbx>", "1003", "Ana Ruiz"),
        ("Ana Ruiz <sip:1003@pbx>", "1003", "Ana Ruiz"),
        ('"Ana" Ruiz" <sip:1003@pbx>', "1003", 'Ana" Ruiz'),
        ('"a <sip:fake@x>" <sip:1003@pbx>', "1003", "a <sip:fake@x>"),
        ('"=?UTF-8?B?Sm9zw6k=?=" <sip:1003@pbx>', "1003", "José"),
        ('"=?iso-8859-1?Q?Jos=E9?=" <sip:1003@pbx>', "1003", "José"),
        ('"=?x-nothing?Q?Jos=E9?=" <sip:1003@pbx>', "1003", "=?x-nothing?Q?Jos=E9?="),
        ('"Ana\u202egnp.exe\x07" <sip:1003@pbx>', "1003", "Anagnp.exe"),
        ('"1003" <sip:1003@pbx>', "1003", ""),
    ],
)
def test_an_address_is_read(value, number, name):
    who = caller(("From", value))
    assert (who.number.value, who.display_name) == (number, name)


def test_latin_1_of_old_pbxs_is_read():
    assert text_of("José".encode("latin-1")) == text_of("José".encode()) == "José"


# Whom they called, and who forwarded them


@pytest.mark.parametrize(
    ("uri", "dnis"),
    [
        ("sip:+34944210017@192.0.2.1", "+34944210017"),
        ("sip:944210017@192.0.2.1;user=phone", "+34944210017"),
        ("sip:1003@192.0.2.1", "1003"),
        ("tel:+34944210017", "+34944210017"),
        ("sip:sales@192.0.2.1", "sales"),
        ("nonsense", ""),
    ],
)
def test_the_number_dialled_comes_from_the_request(uri, dnis):
    assert identity(uri=uri).dnis == dnis


def test_a_registered_line_looks_behind_its_own_user():
    own = {"uri": "sip:line7@192.0.2.1", "own_user": "line7"}
    assert identity(("To", "<sip:+34944210017@pbx>"), **own).dnis == "+34944210017"
    called = ("P-Called-Party-ID", "<sip:+34944210018@pbx>")
    assert identity(("To", "<sip:line7@pbx>"), called, **own).dnis == "+34944210018"
    assert identity(("To", "<sip:line7@pbx>"), **own).dnis == "line7"


def test_of_several_diversions_the_last_was_dialled_first():
    lines = [
        ("Diversion", "<sip:+34911111111@c>;reason=no-answer, <sip:+34922222222@c>"),
        ("Diversion", "<sip:+34933333333@c>;reason=user-busy;counter=1"),
    ]
    assert identity(*lines).first_dialled == "+34933333333"
    private = ("Diversion", "<sip:+34955555555@c>;privacy=full")
    assert identity(*lines, private).first_dialled == "+34933333333"


def test_history_info_tells_the_first():
    history = (
        "<sip:+34955000111@c>;index=1, "
        "<sip:+34944000111@c?Reason=SIP%3Bcause%3D302>;index=1.1;mp=1"
    )
    assert identity(("History-Info", history)).first_dialled == "+34955000111"
    assert identity(("History-Info", "<sip:+34955000111@c>;index=1")).first_dialled == ""
    hidden = history.replace("@c>;index=1,", "@c?Privacy=history>;index=1,")
    assert identity(("History-Info", hidden)).first_dialled == ""


def test_a_diversion_to_itself_is_none():
    assert identity(("Diversion", "<sip:+34944000111@c>")).first_dialled == ""


# Anything at all

HEADERS = st.sampled_from(
    ["From", "P-Asserted-Identity", "Remote-Party-ID", "Privacy", "Diversion", "History-Info"]
)
VALUES = st.one_of(
    st.text(max_size=300),
    st.text(alphabet='<>";:@,\\%=?+0123sip', max_size=120),
    st.builds('"{}" <sip:{}@{}>;{}'.format, *[st.text(max_size=30)] * 4),
)


@given(st.lists(st.tuples(HEADERS, VALUES), max_size=6), st.text(max_size=80), st.booleans())
@example([("From", "0<sip:;@0>")], "", False)
def test_any_headers_give_an_identity(lines, uri, trusted):
    found = read_identity(Invite(*lines, uri=uri), PLAN, trusted=trusted)
    assert len(found.caller.display_name) <= MAX_DISPLAY
    assert len(found.caller.number.value) <= 40
    assert len(found.dnis) <= 40
    assert len(found.first_dialled) <= 40
    if found.caller.number.kind is NumberKind.WITHHELD:
        assert found.caller.display_name == ""


@given(st.text(max_size=400))
def test_a_name_is_printable_and_bounded(text):
    name = clean_display(text)
    assert len(name) <= MAX_DISPLAY
    assert name.isprintable()


@given(st.text(alphabet='ab",;<>\\ ', max_size=200), st.sampled_from(",;"))
def test_splitting_loses_nothing(text, separator):
    parts = list(split(text, separator))
    assert len(parts) <= 32
    if len(parts) < 32:
        assert separator.join(parts) == text


@pytest.mark.parametrize("length", [10, 1_000, 100_000])
def test_huge_addresses_are_refused_at_once(length):
    assert parse_uri("sip:" + "a" * length + "@h") is None or length < 2_000
    assert parse_address('"' * length) is None
