import io
import struct
import zlib
from importlib import import_module

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from odoo.tests import BaseCase, tagged

from ..tools.file_rules import get_file_error
from ..tools.picture import MAX_PARTS, measure_picture

SIZE = (300, 200)
#: Longer than what is read of other files.
LONG = b"x" * 9000
#: Format, how Pillow saves it, the name of its file.
FORMATS = [
    ("PNG", {}, "a.png"),
    ("JPEG", {}, "a.jpg"),
    ("JPEG", {"progressive": True}, "a.jpg"),
    ("GIF", {}, "a.gif"),
    ("WEBP", {}, "a.webp"),
    ("WEBP", {"lossless": True}, "a.webp"),
    ("WEBP", {"icc_profile": LONG}, "a.webp"),
    ("BMP", {}, "a.bmp"),
    ("TIFF", {}, "a.tif"),
    ("TIFF", {"big_tiff": True}, "a.tif"),
    ("TIFF", {"compression": "tiff_lzw"}, "a.tiff"),
    ("AVIF", {}, "a.avif"),
]

_PLUGINS = {"AVIF": "Avif", "TIFF": "Tiff", "WEBP": "WebP"}


def _save(picture, stream, kind):
    known = [*Image.ID]
    module = import_module(f"PIL.{_PLUGINS[kind]}ImagePlugin")
    # Odoo keeps Pillow from opening more than a few kinds.
    Image.ID[:] = known
    module._save(picture, stream, "")


def make_picture(kind, **kwargs):
    picture, stream = Image.new("RGB", SIZE), io.BytesIO()
    if kind in _PLUGINS:
        picture.encoderinfo, picture.encoderconfig = kwargs, ()
        _save(picture, stream, kind)
    else:
        picture.save(stream, kind, **kwargs)
    return stream.getvalue()


def make_chunk(kind, data):
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def make_tags(entries, length, repeated=0):
    """Camera data whose tags all point to the same bytes."""
    tags = b"".join(struct.pack("<HHLL", 1000 + number, 7, length, 8) for number in range(entries))
    return b"II*\0" + struct.pack("<LH", 8, entries) + tags + b"\0\0\0\0" + bytes(repeated)


class PictureMakers:
    """Pictures whose headers say ``width`` x ``height``, far from the start of the file; none needs its pixels."""

    @staticmethod
    def make_png(width, height):
        header = make_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        # The sum of this chunk is wrong, which browsers don't mind.
        return b"\x89PNG\r\n\x1a\n" + header + make_chunk(b"tEXt", LONG)[:-4] + bytes(4)

    @staticmethod
    def make_jpeg(width, height, exif=b""):
        blocks = [exif[start : start + 60_000] for start in range(0, len(exif), 60_000)] or [LONG]
        segments = b"".join(
            b"\xff\xe1" + struct.pack(">H", len(block) + 8) + b"Exif\0\0" + block for block in blocks
        )
        frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
        return b"\xff\xd8" + segments + b"between" + frame + b"\xff\xda"

    @staticmethod
    def make_gif(width, height):
        comment = b"!\xfe" + (b"\xff" + b"x" * 255) * 40 + b"\0"
        # The frame is larger than the screen that it is on.
        return b"GIF89a" + bytes(7) + comment + b"," + struct.pack("<4HB", 0, 0, width, height, 0)

    @staticmethod
    def make_webp(width, height):
        bits = struct.pack("<I", (width - 1) | (height - 1) << 14)
        chunks = (
            b"ICCP"
            + struct.pack("<I", len(LONG))
            + LONG
            + b"VP8L"
            + struct.pack("<I", 5)
            + b"\x2f"
            + bits
            + b"\0"
        )
        return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks

    @staticmethod
    def make_bmp(width, height):
        # From top to bottom.
        return b"BM" + bytes(12) + struct.pack("<Iii", 40, width, -height) + bytes(24)

    @staticmethod
    def make_tiff(width, height):
        """The second page is the large one, and the list of pages comes last."""
        page = struct.pack("<H", 2) + b"".join(
            struct.pack("<HHLL", tag, 4, 1, side) for tag, side in ((256, width), (257, height))
        )
        first = struct.pack("<HL", 0, 8 + len(LONG) + 6)
        return b"II*\0" + struct.pack("<L", 8 + len(LONG)) + LONG + first + page + bytes(4)

    @staticmethod
    def make_avif(width, height):
        return b"\0\0\0\x20ftypavif" + LONG + b"\0\0\0\x14ispe\0\0\0\0" + struct.pack(">II", width, height)


MAKERS = {
    name.removeprefix("make_"): getattr(PictureMakers, name) for name in dir(PictureMakers) if "make" in name
}


@tagged("post_install", "-at_install")
class TestPicture(BaseCase):
    """What a picture takes when it is opened, read without opening it."""

    def test_sizes_of_real_pictures(self):
        for kind, kwargs, _name in FORMATS:
            with self.subTest(kind=kind, **kwargs):
                self.assertEqual(measure_picture(make_picture(kind, **kwargs))[0], SIZE[0] * SIZE[1])

    def test_real_pictures_are_taken(self):
        exif = Image.Exif()
        exif[0x010E] = "x" * 30_000
        for kind, kwargs, name in [
            *FORMATS,
            ("JPEG", {"exif": exif}, "a.jpg"),
            ("PNG", {"exif": exif}, "a.png"),
        ]:
            content = make_picture(kind, **kwargs)
            with self.subTest(kind=kind, **kwargs):
                self.assertIsNone(get_file_error(name, len(content), content, 1_000_000))

    def test_bombs_of_every_kind(self):
        for kind, make in MAKERS.items():
            with self.subTest(kind=kind):
                bomb = make(12_000, 12_000)
                self.assertLess(len(bomb), 20_000, "small to send")
                self.assertEqual(get_file_error(f"a.{kind}", len(bomb), bomb, 1_000_000), "too_many_pixels")
                fine = make(4000, 3000)
                self.assertEqual(measure_picture(fine)[0], 12_000_000)
                self.assertIsNone(get_file_error(f"a.{kind}", len(fine), fine, 1_000_000))

    def test_bombs_of_a_number_too_large(self):
        content = PictureMakers.make_png(0xFFFFFFFF, 0xFFFFFFFF)
        self.assertEqual(get_file_error("a.png", len(content), content, 1_000_000), "too_many_pixels")

    def test_tags_that_say_they_hold_far_more(self):
        tags = make_tags(2000, 100_000, repeated=100_000)
        chunk = b"EXIF" + struct.pack("<I", len(tags)) + tags
        for name, content in (
            ("a.jpg", PictureMakers.make_jpeg(*SIZE, exif=tags)),
            ("a.tif", tags),
            ("a.png", PictureMakers.make_png(*SIZE) + make_chunk(b"eXIf", tags)),
            ("a.webp", PictureMakers.make_webp(*SIZE) + chunk),
        ):
            with self.subTest(name=name):
                self.assertEqual(get_file_error(name, len(content), content, 10_000_000), "too_many_pixels")

    def test_more_parts_than_any_picture(self):
        many = MAX_PARTS + 1
        # Each page leads to the next one, six bytes on.
        pages = b"".join(struct.pack("<HL", 0, 14 + 6 * number) for number in range(many))
        for name, content in (
            ("a.jpg", b"\xff\xd8" + b"\xff\xe2\x00\x02" * many),
            ("a.png", PictureMakers.make_png(*SIZE) + bytes(12) * many),
            ("a.gif", b"GIF89a" + bytes(7) + b"!\xfe" + b"\x01x" * many),
            ("a.webp", PictureMakers.make_webp(*SIZE) + bytes(8) * many),
            ("a.tif", b"II*\0" + struct.pack("<L", 8) + pages),
        ):
            with self.subTest(name=name):
                error = get_file_error(name, len(content), content, 10_000_000)
                self.assertEqual(error, "too_many_pixels")

    @settings(deadline=None)
    @given(st.sampled_from(sorted(MAKERS)), st.binary(max_size=300), st.integers(0, 300))
    def test_nonsense_is_no_error(self, kind, nonsense, at):
        content = MAKERS[kind](*SIZE)
        pixels, claimed = measure_picture(content[:at] + nonsense)
        self.assertGreaterEqual(pixels, 0)
        self.assertGreaterEqual(claimed, 0)
