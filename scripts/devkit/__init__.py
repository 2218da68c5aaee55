"""Gets Odoo, PostgreSQL and a browser, and runs the suite on them.

Standard library only, because it is what installs everything else. Call it
through ``make`` or as ``python3 -m scripts.devkit``.
"""
