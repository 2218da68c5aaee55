"""pytest plugin: parallel test processes that do not take files from each other.

pytest-odoo gives every process a database of its own but lets them share the files of the
first. After each test class Odoo removes the stored files that no committed row knows; those
of a test that another process is in the middle of are among them, and it reads them as empty.
"""

import os
import shutil
from contextlib import contextmanager

import pytest_odoo

from . import paths


@contextmanager
def own_filestore(original_name, name):
    """Let a process have its own copy of the files while it runs, as it has of the database."""
    if original_name == name:
        yield
        return
    files, own = (paths.local("data", "filestore", each) for each in (original_name, name))
    shutil.rmtree(own, ignore_errors=True)
    try:
        if files.is_dir():
            # Odoo never changes a stored file, so both may share the same one.
            shutil.copytree(files, own, copy_function=os.link)
        yield
    finally:
        shutil.rmtree(own, ignore_errors=True)


def pytest_configure():
    """Take the place of what pytest-odoo does."""
    pytest_odoo._shared_filestore = own_filestore
