"""What card schemes and banks call the reasons of a chargeback, in our reason codes. Pure.

Schemes add and retire codes; what is not known is OTH, and people choose.
"""

#: Whole codes, upper case.
_CODES = {
    # Visa
    "12.5": "PRI",
    "12.6": "DUP",
    "12.6.1": "DUP",
    "12.6.2": "PAI",
    "13.1": "NDL",
    "13.2": "CAN",
    "13.3": "QUA",
    "13.4": "QUA",
    "13.5": "QUA",
    "13.6": "CRN",
    "13.7": "CAN",
    # Mastercard
    "4834": "DUP",
    "4837": "UNA",
    "4849": "UNA",
    "4853": "QUA",
    "4863": "UNA",
    "4870": "UNA",
    "4871": "UNA",
    # American Express
    "C02": "CRN",
    "C04": "RET",
    "C05": "CAN",
    "C08": "NDL",
    "C14": "PAI",
    "C18": "CAN",
    "C28": "CAN",
    "C31": "QUA",
    "C32": "QUA",
    "P05": "PRI",
    "P08": "DUP",
    # SEPA direct debit
    "AM05": "DUP",
    "MD01": "UNA",
    "MD06": "UNA",
    # Words that payment providers use
    "CREDIT_NOT_PROCESSED": "CRN",
    "DEBIT_NOT_AUTHORIZED": "UNA",
    "DUPLICATE": "DUP",
    "FRAUDULENT": "UNA",
    "PRODUCT_NOT_RECEIVED": "NDL",
    "PRODUCT_UNACCEPTABLE": "QUA",
    "SUBSCRIPTION_CANCELED": "CAN",
    "UNRECOGNIZED": "UNA",
}

#: Families: Visa's fraud, American Express' fraud.
_FAMILIES = (("10.", "UNA"), ("F", "UNA"))


def get_reason_code(scheme_code: str | None, default: str = "OTH") -> str:
    """Return our reason code for what a scheme, bank or provider named.

    :param scheme_code: e.g. ``13.1``, ``4837``, ``F29``, ``fraudulent``
    """
    code = (scheme_code or "").strip().upper().replace(" ", "_").replace("-", "_")
    if code in _CODES:
        return _CODES[code]
    for prefix, reason in _FAMILIES:
        rest = code.removeprefix(prefix)
        if rest != code and rest.replace(".", "").isdecimal():
            return reason
    return default
