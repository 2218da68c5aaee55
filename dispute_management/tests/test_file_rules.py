from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.file_rules import clean_file_name, get_file_error, is_executable

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


# A busy machine is no failure.
RELAXED = settings(deadline=None)


@tagged("post_install", "-at_install")
class TestUpload(BaseCase):
    def test_names(self):
        for name, expected in [
            ("photo.png", "photo.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\photo.png", "photo.png"),
            ("pho\x00to.png", "photo.png"),
            ("photo\u202egnp.exe", "photognp.exe"),
            ("evil.exe. .", "evil.exe"),
            ("<img src=x onerror=alert(1)>.png", "_img src=x onerror=alert(1)_.png"),
            (".htaccess", "htaccess"),
            ("..", "file"),
            ("", "file"),
            (None, "file"),
            ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ]:
            with self.subTest(name=name):
                self.assertEqual(clean_file_name(name), expected)

    @RELAXED
    @given(st.text(max_size=300))
    def test_any_name_is_made_harmless(self, name):
        cleaned = clean_file_name(name)
        self.assertTrue(cleaned)
        self.assertLessEqual(len(cleaned), 120)
        self.assertFalse(set(cleaned) & set('/\\\x00\r\n\u202e"<>'))
        self.assertFalse(cleaned.startswith("."))

    def test_executables_by_content(self):
        for head in [
            b"MZ\x90\x00",
            b"\x7fELF\x02\x01\x01",
            b"#!/bin/sh\nrm -rf /\n",
            b"\xef\xbb\xbf#!/usr/bin/python\n",
            b"\xca\xfe\xba\xbe\x00\x00\x00\x34",
            b"\xcf\xfa\xed\xfe\x07\x00\x00\x01",
            b"L\x00\x00\x00\x01\x14\x02\x00",
        ]:
            with self.subTest(head=head):
                self.assertTrue(is_executable("delivery note.pdf", head))

    def test_executables_by_extension(self):
        for name in [
            "setup.exe",
            "SETUP.EXE",
            "invoice.pdf.scr",
            "run.bat",
            "run.ps1",
            "a.js",
            "a.jar",
            "a.lnk",
            "prices.xlsm",
            "Letter.DOCM",
            "disk.vhdx",
            "help.chm",
        ]:
            with self.subTest(name=name):
                self.assertTrue(is_executable(name, b"harmless"))

    def test_documents_pass(self):
        for name, head in [
            ("photo.png", PNG),
            ("note.pdf", PDF),
            ("table.csv", b"a;b\n1;2\n"),
            ("mail.eml", b"From: someone@example.com\n"),
            ("exe", b"the word exe is no extension"),
            ("page.html", b"<html><script>alert(1)</script></html>"),
        ]:
            with self.subTest(name=name):
                self.assertFalse(is_executable(name, head))

    def test_errors(self):
        for size, head, expected in [
            (0, b"", "empty"),
            (11, PDF, "too_big"),
            (10, b"MZ", "executable"),
            (10, PDF, None),
        ]:
            with self.subTest(size=size):
                self.assertEqual(get_file_error("note.pdf", size, head, 10), expected)

    def test_pages_and_scripts_in_the_name_of_a_picture(self):
        page = b"<!DOCTYPE html><script>alert(1)</script>"
        for head in (
            page,
            b"\xef\xbb\xbf\n  <HTML>",
            b"\xff\xfe" + "<svg onload='alert(1)'/>".encode("utf-16-le"),
            b"<?xml version='1.0'?><svg/>",
            b"<?php system('id');",
        ):
            for name in ("photo.png", "photo.JPG", "delivery note.pdf"):
                with self.subTest(name=name, head=head):
                    self.assertEqual(get_file_error(name, len(head), head, 10_000), "disguised")
        for name, head in (
            ("page.html", page),
            ("invoice.xml", b"<?xml version='1.0'?><Invoice/>"),
            ("photo.png", b"\x89PNG\r\n\x1a\n<html>"),
            ("photo.png", b"< 5 pieces"),
            ("scan.pdf", PDF),
        ):
            with self.subTest(name=name, head=head):
                self.assertIsNone(get_file_error(name, len(head), head, 10_000))
