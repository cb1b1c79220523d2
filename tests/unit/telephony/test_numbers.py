import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cti_bridge.telephony.numbers import (
    MAX_RAW,
    dial_string,
    is_extension,
    may_call_back,
    read_number,
)
from cti_bridge.telephony.ports import WITHHELD, DialPlan, Number, NumberKind

PLAN = DialPlan(region="ES", extensions=(r"1\d{3}", r"7[0-4]\d"))


def e164(value: str, extension: str = "") -> Number:
    return Number(kind=NumberKind.E164, value=value, extension=extension)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("612345099", e164("+34612345099")),
        ("612 34 50 99", e164("+34612345099")),
        ("(612) 34-50.99", e164("+34612345099")),
        ("+34612345099", e164("+34612345099")),
        ("0034612345099", e164("+34612345099")),
        ("34612345099", e164("+34612345099")),  # as providers send it
        ("447911123456", e164("+447911123456")),
        ("+442079460000", e164("+442079460000")),
        ("+39 06 698 12345", e164("+390669812345")),  # the Italian zero stays
        ("+34944210017 ext 4012", e164("+34944210017", "4012")),
        ("+34944210017;ext=4012", e164("+34944210017", "4012")),
        ("tel:+34612345099", e164("+34612345099")),
        ("1003", Number(kind=NumberKind.EXTENSION, value="1003")),
        ("10-03", Number(kind=NumberKind.EXTENSION, value="1003")),
        ("731", Number(kind=NumberKind.EXTENSION, value="731")),
        ("10034", Number(kind=NumberKind.RAW, value="10034")),  # a whole match, not a prefix
        ("112", Number(kind=NumberKind.RAW, value="112")),
        ("alice", Number(kind=NumberKind.RAW, value="alice")),
        ("bob612345099", Number(kind=NumberKind.RAW, value="bob612345099")),
        ("", WITHHELD),
        ("   ", WITHHELD),
    ],
)
def test_a_number_is_read(text, number):
    assert read_number(text, PLAN) == number


def test_the_region_of_the_line_decides():
    british = DialPlan(region="GB")
    assert read_number("020 7946 0000", british) == e164("+442079460000")
    assert read_number("1003", british).kind is NumberKind.RAW


def test_an_extension_that_looks_like_a_number_is_an_extension():
    plan = DialPlan(region="ES", extensions=(r"6\d{8}",))
    assert read_number("612345099", plan).kind is NumberKind.EXTENSION


def test_a_pattern_that_is_no_expression_is_passed_over(caplog):
    plan = DialPlan(region="ES", extensions=("1(", r"2\d\d"))
    assert is_extension("200", plan)
    assert "not a regular expression" in caplog.text


@given(st.text(max_size=300))
def test_any_text_is_read_and_bounded(text):
    number = read_number(text, PLAN)
    assert len(number.value) <= MAX_RAW
    assert len(number.extension) <= 10
    if number.kind is NumberKind.E164:
        assert number.value[0] == "+"
        assert number.value[1:].isdigit()


@given(st.from_regex(r"\A\+[1-9]\d{6,14}\Z"))
@example("+310000000")
def test_what_is_e164_stays_what_it_is(text):
    number = read_number(text, PLAN)
    if number.kind is NumberKind.E164:
        assert read_number(number.value, DialPlan(region="US")) == number


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("612 345 099", "+34612345099"),
        ("1003", "1003"),
        ("112", "112"),
        ("*43#", "*43#"),
        ("+34 944 21 00 17", "+34944210017"),
    ],
)
def test_what_an_agent_types_is_dialled(text, dialled):
    assert dial_string(text, PLAN) == dialled


@pytest.mark.parametrize(
    "text", ["", " ", "alice", "sip:eve@evil.example", "1\r\nRoute: <sip:x>", "9" * 60, "1;user=a"]
)
def test_what_cannot_be_dialled_is_refused(text):
    with pytest.raises(ValueError, match="neither"):
        dial_string(text, PLAN)


@pytest.mark.parametrize(
    ("text", "called", "keyed"),
    [
        ("612345099", True, True),
        ("944210017", True, True),
        ("+442079460000", True, False),  # abroad: who calls from there, not who keys it
        ("1003", True, False),  # our own PBX's
        ("803123456", False, False),  # premium rate
        ("902123456", False, False),  # shared cost
        ("+882161234567", False, False),  # a satellite
        ("112", False, False),
        ("alice", False, False),
        ("", False, False),
    ],
)
def test_what_a_machine_may_promise_to_call(text, called, keyed):
    number = read_number(text, PLAN)
    assert may_call_back(number, PLAN, keyed=False) is called
    assert may_call_back(number, PLAN, keyed=True) is keyed


def test_a_number_with_its_country_is_read_as_the_library_reads_it():
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        example = phonenumbers.example_number(region)
        written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        for plan in (PLAN, DialPlan(region=region)):
            assert read_number(written, plan) == e164(written), region
            assert read_number(f" {written[:4]} {written[4:]} ", plan) == e164(written), region
