"""Where evidence that Odoo holds already comes from, and what it is good for."""

INVOICE_PDF = "invoice_pdf"
SALE_ORDER = "sale_order"
PRICELIST = "pricelist"
DELIVERY = "delivery"
SIGNED_DELIVERY = "signed_delivery"
RETURN = "return"
CREDIT_NOTE = "credit_note"
PAYMENT = "payment"
OTHER_INVOICE = "other_invoice"
MESSAGE = "message"

#: Sources of documents with their names, in the order of the evidence list.
SOURCES = [
    (INVOICE_PDF, "Invoice PDF"),
    (SALE_ORDER, "Sales order"),
    (PRICELIST, "Price list"),
    (DELIVERY, "Delivery"),
    (SIGNED_DELIVERY, "Signed delivery"),
    (RETURN, "Return"),
    (CREDIT_NOTE, "Earlier credit note"),
    (PAYMENT, "Payment"),
    (OTHER_INVOICE, "Invoice of the same amount"),
    (MESSAGE, "Message with files"),
]
#: What else fulfils an item that a source is named for.
_ALSO = {DELIVERY: {SIGNED_DELIVERY}}


def fulfils(source, wanted):
    """Whether a document from a source is what an item of the evidence list asks for."""
    return bool(wanted) and (source == wanted or source in _ALSO.get(wanted, ()))
