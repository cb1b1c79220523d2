"""Pictures that strangers send: decoded within bounds, or not at all."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

logger = logging.getLogger(__name__)

FORMATS: Final = frozenset({b"png", b"jpeg", b"jpg", b"gif", b"webp", b"bmp"})
"""No SVG: it is a document, with scripts and references of its own."""
MAX_BYTES: Final = 25 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000  # a photograph of a telephone has 12 to 50 million
ALLOCATION_MB: Final = 192


def decode(data: bytes, most: QSize) -> QImage | None:
    """The picture, at most as large as `most`; None where it is none, or too large to be one.

    The size that the file claims is read before a pixel is.
    """
    if not 0 < len(data) <= MAX_BYTES:
        return None
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(ALLOCATION_MB)
    size = reader.size()
    if bytes(reader.format().data()) not in FORMATS or not _sane(size):
        return None
    if size.width() > most.width() or size.height() > most.height():
        fitting = size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(fitting.expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        logger.info("a picture cannot be decoded: %s", reader.errorString())
        return None
    return image


def _sane(size: QSize) -> bool:
    return size.isValid() and 0 < size.width() * size.height() <= MAX_PIXELS
