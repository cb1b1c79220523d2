"""A certificate authority for an hour, made by openssl: nothing of it is kept."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """PEM files: `ca` is what clients trust, `certificate` and `key` are the server's."""

    ca: Path
    certificate: Path
    key: Path


def authority(folder: Path, *names: str) -> Authority:
    """For 127.0.0.1, localhost and `names`."""
    folder.mkdir(parents=True, exist_ok=True)
    ca, ca_key = folder / "ca.crt", folder / "ca.key"
    key, request, certificate = folder / "tls.key", folder / "tls.csr", folder / "tls.crt"
    extensions = folder / "extensions"
    alternatives = ",".join(["IP:127.0.0.1", *(f"DNS:{name}" for name in ("localhost", *names))])
    extensions.write_text(f"subjectAltName={alternatives}\nbasicConstraints=CA:FALSE\n")
    elliptic = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    _openssl(
        "req", "-x509", *elliptic, "-keyout", ca_key, "-out", ca,
        "-days", "2", "-subj", "/CN=Ficha test authority",
    )  # fmt: skip
    _openssl("req", *elliptic, "-keyout", key, "-out", request, "-subj", "/CN=localhost")
    _openssl(
        "x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial",
        "-out", certificate, "-days", "2", "-extfile", extensions,
    )  # fmt: skip
    return Authority(ca=ca, certificate=certificate, key=key)


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
