"""What an evidence pack is made of: names of its files, its manifest, its ZIP. Pure."""

import csv
import hashlib
import io
import re
import unicodedata
import zipfile

from .file_rules import clean_file_name

#: Bytes of a file's name: what every file system takes, with room for a folder's path.
MAX_NAME_BYTES = 150
#: What a spreadsheet would take for a formula, in front of a cell.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
#: The earliest and the latest date that a ZIP can tell.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_ZIP_END = (2107, 12, 31, 23, 59, 58)
_PDF_DATE = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")


def fill_placeholders(text, values):
    """Put values for ``{name}`` into a text; a name that is not known stays as it was typed."""
    return re.sub(r"{(\w+)}", lambda match: str(values.get(match[1], match[0])), text)


def pack_name(number, name):
    """The name of a file in a pack: numbered, so that no two are alike, without folders, and short.

    :param number: from 1, its place on the list
    :param name: whatever its sender called it
    """
    name = unicodedata.normalize("NFC", clean_file_name(name))
    prefix = f"{number:02d} "
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        stem, dot, extension = name, "", ""
    room = MAX_NAME_BYTES - len(prefix) - len((dot + extension).encode())
    # Cut where a character ends; a lone half of one is dropped.
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(". ")
    return f"{prefix}{stem}{dot}{extension}"


def safe_cell(value):
    """The text of a CSV cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def manifest(header, rows):
    """The list of files as CSV that spreadsheets open as it is.

    :param header: names of the columns
    :param rows: tuples, one a file
    :return: bytes
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def fix_pdf_dates(content, moment):
    """Put one moment for the dates that a PDF tells of its making, so that it can be made again.

    :param moment: naive UTC datetime
    """
    stamp = moment.strftime("%Y%m%d%H%M%S").encode()
    return _PDF_DATE.sub(lambda match: match[1] + stamp, content)


class PackWriter:
    """Writes a ZIP file by file, and remembers the hash of each.

    The same files at the same moment make the same bytes.
    """

    def __init__(self, target):
        """:param target: a file opened for writing bytes"""
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._zip.close()

    def add(self, name, content, moment):
        """Add a file.

        :param content: bytes
        :param moment: naive UTC datetime that the file is of
        :return: its SHA-256, in hexadecimal
        """
        info = zipfile.ZipInfo(name, min(max(moment.timetuple()[:6], _ZIP_EPOCH), _ZIP_END))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        info.create_system = 3
        self._zip.writestr(info, content)
        return hashlib.sha256(content).hexdigest()


def hash_file(handle):
    """:return: the SHA-256 of an open file, read in pieces from its start"""
    handle.seek(0)
    return hashlib.file_digest(handle, "sha256").hexdigest()
