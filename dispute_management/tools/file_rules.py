"""Judge an uploaded file by its name, size and content. Pure."""

import re

from odoo.tools.mimetypes import guess_mimetype

from .picture import EndlessPictureError, measure_picture
from .plain_text import clean_text

HEAD_SIZE = 4096
MAX_NAME_LENGTH = 120
#: More pixels than any camera makes: a small file that fills the memory of who opens it.
MAX_PIXELS = 100_000_000
#: A file whose tags say that they hold more than this many times of it fills memory as well.
MAX_CLAIMED_TIMES = 4
MAX_CLAIMED_ANYWAY = 1_000_000

#: Programs, scripts, what mounts or starts them, and documents that bring macros.
EXECUTABLE_EXTENSIONS = frozenset(
    "ade adp apk app application appref-ms appx appxbundle bat bin chm cmd com command cpl csh deb diagcab"
    " dll dmg docm dotm elf exe gadget hta img inf ins iqy iso jar jnlp js jse ksh library-ms lnk mde mjs msc"
    " msi msix msixbundle msp mst ocx pif pkg pl potm ppam ppsm pptm ps1 ps1m ps1xml ps2 psc1 psd1 psm1 py pyc"
    " reg rpm run scf scpt scr sct search-ms settingcontent-ms sh shb sldm slk so sys url vb vbe vbs vhd vhdx"
    " vxd website wsb wsc wsf wsh xlam xll xlsm xltm".split()
)
_EXECUTABLE_SIGNATURES = (
    b"MZ",  # Windows
    b"ZM",
    b"\x7fELF",  # Linux
    b"#!",  # scripts
    b"\xef\xbb\xbf#!",
    b"\xfe\xed\xfa\xce",  # macOS
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # macOS universal and Java
    b"dex\n",  # Android
    b"\x00asm",  # WebAssembly
    b"L\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcut
)
_EXECUTABLE_TYPES = re.compile(
    r"application/(x-(ms)?dos-?exec|x-dosexec|x-executable|x-pie-executable|x-sharedlib|x-mach-binary|x-object"
    r"|x-msi|x-ms-shortcut|x-ms-installer|vnd\.microsoft\.portable-executable|java-archive|x-java-applet"
    r"|vnd\.android\.package-archive|x-shellscript)"
    r"|text/x-(shellscript|msdos-batch)"
)
#: What is looked at, not run: a name that hides a page or a script.
_LOOKED_AT = frozenset("avif bmp gif heic heif jfif jpeg jpg pdf png tif tiff webp".split())
_MARKUP = re.compile(
    rb"<(!doctype|!--|\?xml|\?php|\?=|%|html|head|body|script|svg|iframe|style|meta|a\s|img\s)", re.IGNORECASE
)
# Characters that turn the reading direction: "photo[RLO]gnp.exe" reads as "photoexe.png".
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_file_name(name):
    """Return a harmless name for a file: no folders, no control characters, not hidden, not too long."""
    name = _DIRECTION_MARKS.sub("", clean_text(name))
    name = re.split(r"[\\/]", name)[-1]
    name = re.sub(r'[<>:"|?*]', "_", name).strip(". ")
    if len(name) > MAX_NAME_LENGTH:
        stem, dot, extension = name.rpartition(".")
        if dot and len(extension) <= 10:
            name = f"{stem[: MAX_NAME_LENGTH - len(extension) - 1]}.{extension}"
        else:
            name = name[:MAX_NAME_LENGTH]
    return name or "file"


def get_file_error(name, size, content, max_bytes):
    """Return why a file is refused, or None: ``empty``, ``too_big``, ``executable``, ``disguised`` or
    ``too_many_pixels``.

    :param str name: a name cleaned by ``clean_file_name``
    :param int size: bytes in the file
    :param bytes content: all of it; nothing is read of a file that is too large
    :param int max_bytes: what one file may weigh
    """
    if not size:
        return "empty"
    if size > max_bytes:
        return "too_big"
    head = content[:HEAD_SIZE]
    if is_executable(name, head):
        return "executable"
    if is_disguised(name, head):
        return "disguised"
    if is_bomb(content):
        return "too_many_pixels"
    return None


def is_disguised(name, head):
    """Whether a page or script goes by the name of a picture or PDF, for somebody's browser to open."""
    extension = name.rpartition(".")[2].lower()
    # Browsers skip marks of byte order, spaces and the zeros of wide characters as well.
    return extension in _LOOKED_AT and bool(
        _MARKUP.match(head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\f\v"))
    )


def is_bomb(content):
    """Whether opening this picture takes far more memory than sending it."""
    try:
        pixels, claimed = measure_picture(content)
    except EndlessPictureError:
        return True
    return pixels > MAX_PIXELS or claimed > max(MAX_CLAIMED_ANYWAY, MAX_CLAIMED_TIMES * len(content))


def is_executable(name, head):
    """Whether a computer would run this file: told by its content first, then by its extension."""
    _stem, dot, extension = name.rpartition(".")
    return (
        head.startswith(_EXECUTABLE_SIGNATURES)
        or bool(_EXECUTABLE_TYPES.fullmatch(guess_mimetype(head)))
        or bool(dot and extension.lower() in EXECUTABLE_EXTENSIONS)
    )
