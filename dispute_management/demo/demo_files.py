"""Small files that customers attach: made by code, so that nothing binary is shipped."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

_NOTE_LINES = (
    "Goods received in apparent good order unless noted below.",
    "Consignee's remark: {remark}",
)


def make_delivery_note(number, customer, rows, remark):
    """A delivery note as the warehouse prints it and the consignee signs it.

    :param number: number of the delivery note
    :param customer: name of the consignee
    :param rows: list of ``(product, quantity)``
    :param remark: what the consignee wrote on it
    :return: bytes of a PDF of one page
    """
    stream = io.BytesIO()
    page = Canvas(stream, pagesize=A4, invariant=1)
    page.setTitle(f"Delivery note {number}")
    width, height = A4
    page.setFont("Helvetica-Bold", 20)
    page.drawString(56, height - 80, "Delivery note")
    page.setFont("Helvetica", 11)
    page.drawRightString(width - 56, height - 80, number)
    page.drawString(56, height - 120, f"Consignee: {customer}")
    page.line(56, height - 140, width - 56, height - 140)
    y = height - 165
    for product, quantity in rows:
        page.drawString(56, y, product)
        page.drawRightString(width - 56, y, f"{quantity:g}")
        y -= 20
    page.line(56, y, width - 56, y)
    for line in _NOTE_LINES:
        y -= 26
        page.drawString(56, y, line.format(remark=remark))
    page.setFont("Helvetica-Oblique", 16)
    page.drawString(width - 220, y - 60, "received")
    page.line(width - 240, y - 66, width - 56, y - 66)
    page.setFont("Helvetica", 8)
    page.drawString(width - 240, y - 78, "Signature of the consignee")
    page.save()
    return stream.getvalue()


def make_damage_photo(seed):
    """A picture of a carton with a crushed corner.

    :param seed: another number gives another carton
    :return: bytes of a JPEG of some 30 kB
    """
    rng = random.Random(seed)
    image = Image.new("RGB", (640, 480), (150, 152, 150))
    draw = ImageDraw.Draw(image)
    for y in range(480):
        shade = 170 - y // 8 if y < 300 else 120 + (y - 300) // 6
        draw.line((0, y, 640, y), fill=(shade, shade, shade - 6))
    left, top = 120 + rng.randrange(40), 120 + rng.randrange(30)
    right, bottom = left + 330, top + 260
    draw.ellipse((left - 30, bottom - 25, right + 110, bottom + 30), fill=(78, 78, 76))
    draw.polygon(
        [(right, top), (right + 70, top - 45), (right + 70, bottom - 60), (right, bottom)],
        fill=(139, 102, 62),
    )
    draw.polygon(
        [(left, top), (left + 70, top - 45), (right + 70, top - 45), (right, top)],
        fill=(201, 161, 108),
    )
    draw.rectangle((left, top, right, bottom), fill=(181, 138, 87))
    middle = (left + right) // 2
    draw.rectangle((middle - 18, top, middle + 18, bottom), fill=(196, 170, 128))
    draw.rectangle((left + 24, bottom - 92, left + 124, bottom - 28), fill=(232, 230, 222))
    for index in range(5):
        y = bottom - 82 + index * 10
        draw.line((left + 32, y, left + 60 + rng.randrange(55), y), fill=(70, 70, 70), width=3)
    _draw_damage(draw, rng, right, bottom)
    grain = Image.frombytes("L", (640, 480), rng.randbytes(640 * 480)).convert("RGB")
    image = Image.blend(image.filter(ImageFilter.GaussianBlur(0.8)), grain, 0.06)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=70)
    return stream.getvalue()


def _draw_damage(draw, rng, right, bottom):
    """The crushed corner and the cracks that run from it."""
    hole = [
        (right - 95, bottom),
        (right - 70, bottom - 40 - rng.randrange(20)),
        (right - 38, bottom - 58),
        (right - 12, bottom - 96 - rng.randrange(25)),
        (right, bottom - 110),
        (right, bottom),
    ]
    draw.polygon(hole, fill=(64, 45, 27))
    draw.line(hole[:-1], fill=(222, 190, 140), width=4)
    for _index in range(4):
        x, y = rng.choice(hole[1:4])
        points = [(x, y)]
        for _step in range(4):
            x, y = x - rng.randrange(10, 34), y - rng.randrange(4, 30)
            points.append((x, y))
        draw.line(points, fill=(116, 82, 47), width=3)
