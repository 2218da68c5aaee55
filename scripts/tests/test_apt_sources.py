"""The machine's apt sources are read in both of their formats."""

import unittest

from scripts.devkit import apt_sources

DEB822 = """\
Types: deb deb-src
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: http://elsewhere.example
Suites: bookworm
Components: main
Enabled: no
"""
ONE_LINE = """\
# deb http://off.example/debian bookworm main
deb [arch=amd64,arm64 signed-by=/key.gpg] http://mirror.example/debian bookworm main contrib # x
deb-src http://mirror.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main
deb broken
"""


class TestAptSources(unittest.TestCase):
    def test_deb822(self):
        stanzas = apt_sources.parse_deb822(DEB822)
        self.assertEqual(
            [stanza["suites"] for stanza in stanzas],
            ["bookworm bookworm-updates", "bookworm-security"],
        )
        self.assertEqual(stanzas[0]["signed-by"], "/usr/share/keyrings/archive.gpg")

    def test_deb822_embedded_key(self):
        text = "Types: deb\nURIs: u\nSuites: s\nSigned-By:\n -----BEGIN\n .\n abc\n"
        (stanza,) = apt_sources.parse_deb822(text)
        self.assertEqual(stanza["signed-by"], "\n -----BEGIN\n .\n abc")

    def test_one_line(self):
        stanzas = apt_sources.parse_one_line(ONE_LINE)
        self.assertEqual([stanza["suites"] for stanza in stanzas], ["bookworm", "bookworm-security"])
        self.assertEqual(stanzas[0]["signed-by"], "/key.gpg")
        self.assertEqual(stanzas[0]["arch"], "amd64 arm64")
        self.assertEqual(stanzas[0]["components"], "main contrib")

    def test_archive_stanza(self):
        for stanzas in (apt_sources.parse_deb822(DEB822), apt_sources.parse_one_line(ONE_LINE)):
            with self.subTest(stanzas=stanzas):
                found = apt_sources.archive_stanza(stanzas, "bookworm")
                self.assertEqual(found["uris"], "http://mirror.example/debian")
                self.assertIsNone(apt_sources.archive_stanza(stanzas, "trixie"))

    def test_written_stanzas_are_read_again(self):
        stanzas = apt_sources.parse_one_line(ONE_LINE)
        self.assertEqual(apt_sources.parse_deb822(apt_sources.write_deb822(stanzas)), stanzas)
