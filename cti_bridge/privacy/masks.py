"""What a role may not see, and what it is shown instead: rules of [[privacy.mask]] over frames."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING, Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from cti_bridge.customers.changes import of_address
from cti_bridge.privacy import contact_masks
from cti_bridge.privacy.patterns import DOTS, PATTERNS, found, hidden, torn
from cti_bridge.privacy.rules import Rule, changed, shown
from cti_bridge.protocol.customer_values import AddressView, FieldChangeView, NoContactView
from cti_bridge.protocol.events import ConversationChanged
from cti_bridge.protocol.importing import ImportColumn, ImportRowView
from cti_bridge.protocol.merge_values import MergeField, UndoItem
from cti_bridge.protocol.privacy import AccessView
from cti_bridge.protocol.values import (
    ContactSummary,
    Conversation,
    CustomerCard,
    CustomerFile,
    IdentityView,
    InteractionView,
    JourneyStep,
    LiveCallView,
    Match,
    MessageView,
    MissedView,
    NoteView,
    PartyView,
    SegmentView,
    TextHit,
)
from cti_bridge.protocol.vocabulary import (
    IdentityKind,
    MatchReason,
    Role,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cti_bridge.config.values import Mask
    from cti_bridge.protocol.customer_values import ChangedValue
    from cti_bridge.protocol.vocabulary import AgentId

T = TypeVar("T")
OF_REASON: Final = {
    MatchReason.EMAIL_ON_FILE: IdentityKind.EMAIL,
    MatchReason.EMAIL_CONFIRMED: IdentityKind.EMAIL,
    MatchReason.KEY_ON_FILE: IdentityKind.KEY,
    MatchReason.SITE_TOKEN: IdentityKind.KEY,
}
REF: Final = 16
ADDRESS: Final = frozenset({"street", "postcode", "city", "region", "country"})
WITHIN: Final = {
    IdentityKind.PHONE: re.compile(r"(?<![\w+])\+?\d(?:[ ().-]?\d){5,}(?!\w)"),
    IdentityKind.EMAIL: re.compile(r"[^\s<>;,()]+@[^\s<>;,()]+"),
}
SENSITIVE: Final = "sensitive"
"""Of a rule: every custom field that is marked so."""


class Veil:
    """The rules of one role. `over` gives the very value back where nothing of it is hidden."""

    def __init__(self, rules: Mapping[str, Rule], secret: bytes) -> None:
        self._rules, self._secret = rules, secret
        self._texts = {name: rules[name].show for name in PATTERNS if name in rules}

    # -- rules

    @property
    def fields(self) -> frozenset[str]:
        """What it has a rule for, as [[privacy.mask]] names it; "sensitive" by its fields."""
        return frozenset(self._rules)

    def rule(self, field: str) -> Rule | None:
        return self._rules.get(field)

    def rule_of(self, kind: IdentityKind, value: str, source: str | None) -> Rule | None:
        """By kind and source, by kind, or by what the value is; None: it is shown. Of a source
        that is not known (None) any rule for the kind counts."""
        if source is None:
            named = (rule for name, rule in self._rules.items() if name.startswith(f"{kind}:"))
            if (rule := next(named, None)) is not None:
                return rule
        for name in (f"{kind}:{source}", str(kind)):
            if name in self._rules:
                return self._rules[name]
        if kind is not IdentityKind.KEY:
            return None
        return next((self._rules[name] for name in self._texts if found(name, value)), None)

    @property
    def notes(self) -> Rule | None:
        return self._rules.get("notes")

    def text(self, text: str) -> str:
        return hidden(text, self._texts) if self._texts and text else text

    def written(self, text: str) -> str:
        """Of a note: nothing of it, or all but the numbers that are hidden."""
        if self.notes is not None and text:
            return DOTS
        return self.text(text)

    def text_rule(self, text: str) -> Rule | None:
        """The one by which a note is hidden, wholly or in part."""
        if self.notes is not None:
            return self.notes
        names = (name for name in self._texts if hidden(text, {name: 0}) != text)
        rules = [self._rules[name] for name in names]
        return Rule(reveal=all(rule.reveal for rule in rules)) if rules else None

    def hides_numbers(self) -> bool:
        return IdentityKind.PHONE in self._rules or IdentityKind.EMAIL in self._rules

    def hides_identities(self) -> bool:
        kinds = tuple(str(kind) for kind in IdentityKind)
        return any(name.partition(":")[0] in kinds for name in self._rules) or bool(self._texts)

    def custom(self, code: str) -> Rule | None:
        """Of a custom field, by its code."""
        return self._rules.get(f"custom:{code}")

    def field(self, name: str) -> Rule | None:
        """Of a field by its name in the history and in merges: "born", "custom.contract"."""
        if name.startswith("custom."):
            return self.custom(name.removeprefix("custom."))
        return self._rules.get("born") if name == "born" else None

    def ref(self, kind: str, value: str) -> str:
        """A name for a hidden value, good for this life of the bridge."""
        text = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:REF]

    def contact(self, value: str) -> str:
        """A number or an address of a contact."""
        kind = IdentityKind.EMAIL if "@" in value else IdentityKind.PHONE
        rule = self._rules.get(kind)
        return shown(kind, value, rule) if rule and value else value

    def hides_keys(self) -> bool:
        return any(name.partition(":")[0] == IdentityKind.KEY for name in self._rules)

    def finds_numbers(self) -> bool:
        """Whether it hides what is found in texts."""
        return bool(self._texts)

    def beginning(self, text: str, most: int) -> str:
        """A text that was cut after `most` characters, where it is so long."""
        text, cut = self.text(text), len(text) >= most
        return torn(text, head=False, end=True) if cut and self._texts else text

    def notes_of(self, text: str, most: int) -> str:
        return self.written(text) if self.notes is not None else self.beginning(text, most)

    def digits(self, keys: str) -> str:
        """Keys that a caller pressed may be any number."""
        return DOTS if keys and (self._texts or self.hides_identities()) else keys

    def line(self, text: str) -> str:
        """A line with numbers and addresses in it."""
        text = self.text(text)
        for kind, pattern in WITHIN.items():
            rule = self._rules.get(kind)
            if rule is not None:
                text = pattern.sub(lambda m: shown(kind, m[0], rule), text)  # noqa: B023
        return text

    def party(self, text: str) -> str:
        """A name, or a number."""
        said = text.partition(";ext=")[0]
        numeric = bool(said) and not any(one.isalpha() for one in said)
        return self.contact(text) if numeric else self.line(text)

    # -- over frames

    def over(self, value: T, *, messages: bool = False, own: AgentId | None = None) -> T:
        """`messages`: also what was written on contacts, which an agent at work must see: on all
        but those that `own` has in hand."""
        if isinstance(value, tuple):
            parts = tuple(self.over(one, messages=messages, own=own) for one in value)
            same = all(new is old for new, old in zip(parts, value, strict=True))
            return value if same else parts  # type: ignore[return-value]
        if not isinstance(value, Struct):
            return value
        changes = {}
        for name in value.__struct_fields__:
            old = getattr(value, name)
            if isinstance(old, Struct | tuple):
                new = self.over(old, messages=messages, own=own)
                if new is not old:
                    changes[name] = new
        veiled = replace(value, **changes) if changes else value
        if (hide := HIDE.get(type(value))) is not None:
            veiled = hide(self, veiled)
        if isinstance(value, InteractionView) and contact_masks.is_of(value, own):
            return veiled
        written = HIDE_WRITTEN.get(type(value)) if messages else None
        return written(self, veiled) if written else veiled


def _identity(veil: Veil, view: IdentityView) -> IdentityView:
    rule = veil.rule_of(view.kind, view.value, view.source)
    if rule is None:
        return view
    return replace(
        view,
        value=shown(view.kind, view.value, rule),
        masked=True,
        ref=veil.ref(view.kind, view.value),
    )


def _no_contact(veil: Veil, one: NoContactView) -> NoContactView:
    rule = veil.rule_of(one.kind, one.value, None)
    if rule is None:
        return one
    return replace(one, value=shown(one.kind, one.value, rule), ref=veil.ref(one.kind, one.value))


def _match(veil: Veil, match: Match) -> Match:
    kind = OF_REASON.get(match.reason, IdentityKind.PHONE)
    rule = veil.rule_of(kind, match.matched_value, match.source)
    if rule is None or not match.matched_value:
        return match
    return replace(match, matched_value=shown(kind, match.matched_value, rule))


def _card(veil: Veil, card: CustomerCard) -> CustomerCard:
    return changed(card, pinned_note=veil.written(card.pinned_note))


def _file(veil: Veil, file: CustomerFile) -> CustomerFile:
    custom = {
        name: DOTS if veil.custom(name) else _text(veil, value)
        for name, value in file.custom.items()
    }
    if file.born is not None and veil.rule("born") is not None:
        return changed(file, custom=custom, born=None, masked=("born",))
    return changed(file, custom=custom)


def _address(veil: Veil, view: AddressView) -> AddressView:
    rule = veil.rule("address")
    if rule is None:
        return view
    parts = shown_address(of_address(view), rule)
    blank = {"street": "", "postcode": "", "city": "", "region": "", "country": ""}
    return replace(view, **{**blank, **parts}, masked=True, ref=address_ref(veil, view))


def shown_address(parts: Mapping[str, Any], rule: Rule) -> dict[str, Any]:
    """Of a postal address its place, or nothing but its label."""
    stays = ("label", "city", "region", "country") if rule.show else ("label",)
    return {"street": DOTS} | {name: parts[name] for name in stays if name in parts}


def address_ref(veil: Veil, view: AddressView) -> str:
    return veil.ref("address", "\0".join(f"{k}\0{v}" for k, v in of_address(view).items()))


def _text(veil: Veil, value: T) -> T | str:
    return veil.text(value) if isinstance(value, str) else value


def _change(veil: Veil, change: FieldChangeView) -> FieldChangeView:
    """What stood there is as hidden as what stands there."""
    if veil.field(change.field) is not None:
        old, new = (None if one is None else DOTS for one in (change.old, change.new))
        return changed(change, old=old, new=new)
    if change.field == "addresses" and (rule := veil.rule("address")) is not None:
        was, now = (
            shown_address(one, rule) if isinstance(one, dict) else one
            for one in (change.old, change.new)
        )
        return changed(change, old=was, new=now)
    old_, new_ = (_entry(veil, one) for one in (change.old, change.new))
    return changed(change, old=old_, new=new_)


def _entry(veil: Veil, value: ChangedValue) -> ChangedValue:
    if not isinstance(value, dict):
        return _text(veil, value)
    kind, text = value.get("kind"), value.get("value")
    if not isinstance(text, str) or kind not in set(IdentityKind):
        return value
    rule = veil.rule_of(IdentityKind(kind), text, None)
    return {**value, "value": shown(IdentityKind(kind), text, rule)} if rule else value


def _note(veil: Veil, note: NoteView) -> NoteView:
    text = veil.written(note.text)
    return note if text == note.text else replace(note, text=text, masked=True)


def _missed(veil: Veil, one: MissedView) -> MissedView:
    """Where the network has no name it may give the number as one."""
    return changed(one, number=veil.contact(one.number), display_name=veil.party(one.display_name))


def _live(veil: Veil, one: LiveCallView) -> LiveCallView:
    return changed(one, number=veil.contact(one.number), caller=veil.party(one.caller))


def _merged(veil: Veil, one: MergeField) -> MergeField:
    whole = veil.field(one.name) is not None
    hide = veil.written if one.name == "pinned_note" else veil.text
    sides = {
        side: tuple(DOTS if whole else hide(text) for text in getattr(one, side))
        for side in ("survivor", "absorbed", "result")
    }
    return changed(one, **sides)


def _undone(veil: Veil, item: UndoItem) -> UndoItem:
    if item.kind == "identity" and veil.hides_identities():
        return changed(item, text=DOTS)
    if item.kind == "address" and veil.rule("address") is not None:
        return changed(item, text=DOTS)
    if item.kind == "field" and veil.field(item.text) is not None:
        return changed(item, detail=DOTS if item.detail else "")
    if item.kind == "interaction":
        return changed(item, text=veil.text(veil.contact(item.text)))
    if item.kind == "field" and item.text == "pinned_note":
        return changed(item, detail=veil.written(item.detail))
    hide = veil.written if item.kind == "note" else veil.text
    return changed(item, text=hide(item.text), detail=veil.text(item.detail))


def _import_row(veil: Veil, row: ImportRowView) -> ImportRowView:
    """Of a row that is not on file yet: its keys have no source."""
    said = row.said if veil.notes is None else [one for one in row.said if one[0] != "note"]
    return changed(
        row,
        numbers=tuple(_of_no_source(veil, value) for value in row.numbers),
        said=tuple((name, _said(veil, name, text)) for name, text in said),
        reason=DOTS if row.reason and veil.fields else row.reason,
    )


def _said(veil: Veil, name: str, text: str) -> str:
    """A place as "street" or, of another label, "street.work"; the site's own as "custom.CODE"."""
    place = name.partition(".")[0] in ADDRESS and veil.rule("address") is not None
    return DOTS if place or veil.field(name) is not None else veil.text(text)


def _import_column(veil: Veil, column: ImportColumn) -> ImportColumn:
    """What a column is may not be known yet: nothing that stands in it is shown then."""
    if not veil.fields:
        return column
    return changed(column, samples=tuple(DOTS for _ in column.samples))


def _of_no_source(veil: Veil, value: str) -> str:
    kinds = (IdentityKind.EMAIL,) if "@" in value else (IdentityKind.PHONE, IdentityKind.KEY)
    for kind in kinds:
        if (rule := veil.rule_of(kind, value, None)) is not None:
            return shown(kind, value, rule)
    return value


HIDE: Final[Mapping[type, Callable[[Veil, Any], Any]]] = {
    IdentityView: _identity,
    NoContactView: _no_contact,
    Match: _match,
    ContactSummary: contact_masks.summary,
    InteractionView: contact_masks.interaction,
    PartyView: contact_masks.party,
    SegmentView: contact_masks.segment,
    JourneyStep: contact_masks.step,
    AccessView: contact_masks.access,
    CustomerCard: _card,
    CustomerFile: _file,
    AddressView: _address,
    FieldChangeView: _change,
    TextHit: contact_masks.hit,
    MergeField: _merged,
    UndoItem: _undone,
    NoteView: _note,
    MissedView: _missed,
    LiveCallView: _live,
    ImportRowView: _import_row,
    ImportColumn: _import_column,
}
HIDE_WRITTEN: Final[Mapping[type, Callable[[Veil, Any], Any]]] = {
    InteractionView: contact_masks.interaction_written,
    MessageView: contact_masks.message,
    Conversation: contact_masks.conversation,
    ConversationChanged: contact_masks.conversation_changed,
}


def veils(rules: Iterable[Mask], sensitive: Sequence[str] = ()) -> dict[Role, Veil]:
    """One for each role from which something is hidden. Of two rules for one field the first
    counts. `sensitive`: codes of the custom fields that a rule for "sensitive" hides."""
    secret, found_ = secrets.token_bytes(32), dict[Role, dict[str, Rule]]()
    for rule in rules:
        for role in rule.roles:
            mine = found_.setdefault(Role(role), {})
            for field in rule.fields:
                named = [f"custom:{code}" for code in sensitive]
                for name in named if field == SENSITIVE else (field,):
                    mine.setdefault(name, Rule(show=rule.show, reveal=rule.reveal))
    return {role: Veil(mine, secret) for role, mine in found_.items()}
