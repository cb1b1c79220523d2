"""Which encoding a file is in: what a Mac writes is told from what Windows writes by its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.customers import sample_words
from cti_bridge.readers.encodings import encoding_of

if TYPE_CHECKING:
    from pathlib import Path

NAMES = "\n".join((*sample_words.GIVEN_ES, *sample_words.SURNAMES_ES))


def found(folder: Path, data: bytes) -> str:
    file = folder / "a.csv"
    file.write_bytes(data)
    return encoding_of(file)[0]


@pytest.mark.parametrize(
    "text",
    [
        "Nombre;Teléfono\nJosé Núñez;612345099\n",
        "nombre;móvil\nMaría Pérez;612345099\nÁlvaro Gómez;612345098\n",
        "NOMBRE;TELÉFONO\nJOSÉ MARTÍNEZ;612345099\n",
        "nombre;població\nNoèlia;l’Escala\nFrancesc Conçalves;Móra d’Ebre col·lecció\n",
        "name;note\nJosé O’Brien;don’t call — “vulnerable”…\nRené;café\n",
        NAMES,
        NAMES.upper(),
    ],
)
def test_what_a_mac_writes(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text.encode("mac-roman")) == "mac-roman"
    assert found(tmp_path, text.encode("cp1252")) == "cp1252"
    assert found(tmp_path, text.encode()) == "utf-8"


@pytest.mark.parametrize(
    "text",
    [
        "name;note\nO’Brien;don’t – it’s Ann’s; yes—no, Mon–Fri, word—word, mid–sentence",
        "name;note\nCœur de Bœuf;“œuvre”, 5 ‰, 3 €, ™ and ®",
        "ime;grad\nŽeljko Šarić;KOŽAR\nDraž;Žabljak\n".replace("ć", "c"),
        "name;note\nAnna†;„gut“ ƒ 1, see‡ and MAYER†, PREIS‡",
        "name;note\nMUñOZ GONZáLEZ;FRANçOIS NOËL",  # made upper case by who knows ASCII only
        "nombre\nJosé†\nMaría‡\nÁngelÿ\n",
        "name\nJosé",
        "name\nAna 5€",
        "".join(f"x{chr(one)}y{chr(one)} X{chr(one)}Y\n" for one in range(0xC0, 0x100)),
    ],
)
def test_what_windows_writes_is_never_taken_for_a_mac_s(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text.encode("cp1252")) == "cp1252"


def test_a_file_of_both_is_what_most_of_it_is(tmp_path: Path) -> None:
    windows, mac = "Peña Ibáñez\n".encode("cp1252"), "José Pérez\n".encode("mac-roman")
    assert found(tmp_path, windows * 20 + mac) == "cp1252"
    assert found(tmp_path, windows + mac) == "cp1252"
    assert found(tmp_path, windows + mac * 40) == "mac-roman"


def test_letters_that_come_late_and_on_the_edge_of_a_block_are_seen(tmp_path: Path) -> None:
    late = b"Ana\n" * ((1 << 18) - 1)  # the é is the last byte of the first block
    data = late + "José\nRené\n".encode("mac-roman")
    assert data[(1 << 20) - 1] == 0x8E
    assert found(tmp_path, data) == "mac-roman"
