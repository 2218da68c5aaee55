"""How large a picture is when it is opened: told by its headers, nothing is decoded. Pure.

Sizes may stand anywhere in a file, behind camera data or colour profiles of any length. Odd or broken files are
read as browsers read them, leniently.
"""

import re
import struct
from itertools import count

#: Parts of a file that are looked at; more are no picture of anything, and looking at them takes time.
MAX_PARTS = 100_000
#: How many bytes a value of a TIFF tag takes, by its type.
_TAG_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8}
_TAG_WIDTH, _TAG_HEIGHT = 256, 257
#: Start-of-frame markers of JPEG; between them stand those of tables.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
# What stands between two segments is skipped.
_JPEG_MARKER = re.compile(rb"\xff+([^\xff])", re.DOTALL)


class EndlessPictureError(Exception):
    """More parts than any picture has."""


def measure_picture(content):
    """Return what opening a picture takes.

    :param bytes content: the whole file
    :return: ``(pixels, claimed)``: pixels of the largest page, and how many bytes its tags say they hold: they
        may point to the same bytes again and again; zeros where this is no picture
    :raise EndlessPictureError: where it has more parts than any picture
    """
    for signature, measure in _KINDS:
        if signature.match(content):
            try:
                return measure(content)
            except (struct.error, IndexError):
                # Cut off: nobody opens it.
                return 0, 0
    return 0, 0


def _count_parts():
    for number in count():
        if number == MAX_PARTS:
            raise EndlessPictureError
        yield number


def _measure_png(content):
    width, height = struct.unpack_from(">II", content, 16)
    claimed, at, parts = 0, 8, _count_parts()
    while at + 8 <= len(content):
        next(parts)
        size, kind = struct.unpack_from(">I4s", content, at)
        if kind == b"eXIf":
            claimed += _measure_tags(content[at + 8 : at + 8 + size])[1]
        at += size + 12
    return width * height, claimed


def _measure_gif(content):
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    at, parts = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0), _count_parts()
    while content[at : at + 1] == b"!":
        # An extension: blocks with their lengths, up to an empty one.
        at += 2
        while content[at]:
            next(parts)
            at += content[at] + 1
        at += 1
        next(parts)
    if content[at : at + 1] == b",":
        left, top, frame_width, frame_height = struct.unpack_from("<4H", content, at + 1)
        width, height = max(width, left + frame_width), max(height, top + frame_height)
    return width * height, 0


def _measure_bmp(content):
    header = struct.unpack_from("<I", content, 14)[0]
    width, height = struct.unpack_from("<HH" if header == 12 else "<ii", content, 18)
    return abs(width * height), 0


def _measure_webp(content):
    pixels, claimed, at, parts = 0, 0, 12, _count_parts()
    while at + 8 <= len(content):
        next(parts)
        kind, size = struct.unpack_from("<4sI", content, at)
        data = content[at + 8 : at + 8 + size]
        width = height = 0
        if kind == b"VP8X":
            width, height = (int.from_bytes(data[start : start + 3], "little") + 1 for start in (4, 7))
        elif kind == b"VP8 ":
            width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 6))
        elif kind == b"VP8L":
            bits = struct.unpack_from("<I", data, 1)[0]
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        elif kind == b"EXIF":
            claimed += _measure_tags(data.removeprefix(b"Exif\0\0"))[1]
        pixels = max(pixels, width * height)
        at += 8 + size + size % 2
    return pixels, claimed


def _measure_jpeg(content):
    exif, at = [], 2
    for _part in _count_parts():
        found = _JPEG_MARKER.search(content, at)
        if not found:
            break
        at, marker = found.end(), found[1][0]
        if marker in _JPEG_BARE:
            continue
        size = struct.unpack_from(">H", content, at)[0]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 3)
            # Programs put the parts of long camera data together.
            return width * height, _measure_tags(b"".join(exif))[1]
        if marker == 0xE1 and content[at + 2 : at + 8] == b"Exif\0\0":
            exif.append(content[at + 8 : at + size])
        at += max(size, 2)
    return 0, 0


def _measure_heif(content):
    """AVIF and HEIC: the whole and each of its parts have a box with their size."""
    sizes = (struct.unpack(">II", found) for found in re.findall(rb"ispe\0{4}(.{8})", content, re.DOTALL))
    return max((width * height for width, height in sizes), default=0), 0


def _measure_tags(content):
    """Measure a TIFF file, or camera data, which have the same form."""
    order = {b"II": "<", b"MM": ">"}.get(content[:2])
    if not order or len(content) < 16:
        return 0, 0
    is_big = struct.unpack_from(f"{order}H", content, 2)[0] == 43
    entry = struct.Struct(order + ("HHQQ" if is_big else "HHLL"))
    offset = struct.Struct(order + ("Q" if is_big else "L"))
    number = struct.Struct(order + ("Q" if is_big else "H"))
    at = offset.unpack_from(content, 8 if is_big else 4)[0]
    pixels, claimed, pages, parts = 0, 0, set(), _count_parts()
    while at not in pages and 0 < at <= len(content) - number.size:
        next(parts)
        pages.add(at)
        entries = number.unpack_from(content, at)[0]
        at += number.size
        sides = {}
        for _entry in range(min(entries, (len(content) - at) // entry.size)):
            next(parts)
            tag, kind, amount, value = entry.unpack_from(content, at)
            if tag in (_TAG_WIDTH, _TAG_HEIGHT):
                # A short number stands in the first bytes of its place.
                start = at + entry.size - offset.size
                sides[tag] = struct.unpack_from(f"{order}H", content, start)[0] if kind == 3 else value
            claimed += amount * _TAG_SIZES.get(kind, 0)
            at += entry.size
        pixels = max(pixels, sides.get(_TAG_WIDTH, 0) * sides.get(_TAG_HEIGHT, 0))
        at = offset.unpack_from(content, at)[0] if at <= len(content) - offset.size else 0
    return pixels, claimed


_KINDS = [
    (re.compile(rb"\x89PNG\r\n\x1a\n"), _measure_png),
    (re.compile(rb"\xff\xd8\xff"), _measure_jpeg),
    (re.compile(rb"GIF8[79]a"), _measure_gif),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), _measure_webp),
    (re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL), _measure_bmp),
    (re.compile(rb"II[\x2a\x2b]\0|MM\0[\x2a\x2b]"), _measure_tags),
    (re.compile(rb".{4}ftyp", re.DOTALL), _measure_heif),
]
