from odoo import api, models

from ..tools.file_rules import clean_file_name, get_file_error
from ..tools.plain_text import parse_id

MAX_FILES = 10
DEFAULT_MAX_FILE_MB = 10
#: All files of one message together, unless a single one may be larger.
DEFAULT_MAX_TOTAL_MB = 25


class DisputeFileRules(models.AbstractModel):
    """Which files a case takes; the one answer for form, portal, messages and API."""

    _name = "dispute.file.rules"
    _description = "Dispute File Rules"

    @api.model
    def _get_limits(self):
        """:return: limits on files: ``max_files``, ``max_file_mb``, ``max_file_bytes``, ``max_total_mb``"""
        # System parameters; how much fits is no secret to whoever sends a file.
        parameters = self.env["ir.config_parameter"].sudo()
        value = parameters.get_param("dispute_management.max_file_mb", "")
        max_file_mb = parse_id(value.strip()) or DEFAULT_MAX_FILE_MB
        value = parameters.get_param("dispute_management.max_total_mb", "")
        max_total_mb = parse_id(value.strip()) or DEFAULT_MAX_TOTAL_MB
        return {
            "max_files": MAX_FILES,
            "max_file_mb": max_file_mb,
            "max_file_bytes": max_file_mb * 1024 * 1024,
            "max_total_mb": max(max_file_mb, max_total_mb),
        }

    @api.model
    def _get_files_error(self, files):
        """Tell what is wrong with files, naming each of them.

        :param files: list of ``(name, size in bytes, content)``; of files that are too large the content may be missing
        :return: a message, or None
        """
        limits = self._get_limits()
        if len(files) > limits["max_files"]:
            return self.env._("Please attach at most %(count)s files.", count=limits["max_files"])
        if sum(size for _name, size, _content in files) > limits["max_total_mb"] * 1024 * 1024:
            sizes = [size for _name, size, _content in files]
            if max(sizes) <= limits["max_file_bytes"]:
                return self.env._(
                    "Together these files are larger than %(size)s MB: send some of them later.",
                    size=limits["max_total_mb"],
                )
        problems = []
        for name, size, content in files:
            name = clean_file_name(name)
            error = get_file_error(name, size, content, limits["max_file_bytes"])
            if error:
                problems.append(self._get_file_message(error, name, limits["max_file_mb"]))
        return " ".join(problems) or None

    @api.model
    def _get_uploads_error(self, uploads):
        """Like `_get_files_error`, for uploads of a request; they are read from the start again.

        :param uploads: list of werkzeug FileStorage
        """
        limits = self._get_limits()
        sizes = [upload.seek(0, 2) or upload.tell() for upload in uploads]
        # Of more than is taken at once nothing need be read.
        is_read = sum(sizes) <= limits["max_total_mb"] * 1024 * 1024
        files = []
        for upload, size in zip(uploads, sizes, strict=True):
            upload.seek(0)
            files.append((upload.filename, size, upload.read(limits["max_file_bytes"]) if is_read else b""))
            upload.seek(0)
        return self._get_files_error(files)

    @api.model
    def _clean_name(self, name):
        """:return: a harmless name for a file, whatever it was sent as"""
        return clean_file_name(name)

    @api.model
    def _get_file_message(self, code, name, max_file_mb):
        return {
            "empty": self.env._("%(name)s is empty.", name=name),
            "too_big": self.env._("%(name)s is larger than %(size)s MB.", name=name, size=max_file_mb),
            "too_many_pixels": self.env._(
                "%(name)s is too large a picture to open: send a smaller one.", name=name
            ),
            "disguised": self.env._(
                "%(name)s is not the picture or PDF that its name says: send the file itself.", name=name
            ),
            "executable": self.env._(
                "%(name)s is a program or can start one; send documents or pictures instead.", name=name
            ),
        }[code]
