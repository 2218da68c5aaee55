#: What a stage is about.
STAGE_KINDS = [
    ("new", "New"),
    ("assessing", "Assessing"),
    ("waiting_customer", "Waiting for customer"),
    ("waiting_third_party", "Waiting for third party"),
    ("proposed", "Offer made"),
    ("resolved", "Resolved"),
    ("rejected", "Refused"),
    ("withdrawn", "Withdrawn"),
]

#: Kinds that end a case.
CLOSED_KINDS = ("resolved", "rejected", "withdrawn")

#: Of those, the kinds that reject what is open of the claim.
REFUSED_KINDS = ("rejected", "withdrawn")

#: Whose turn it is.
WAITING_ON = [
    ("us", "Us"),
    ("colleague", "Colleague"),
    ("third_party", "Third party"),
    ("customer", "Customer"),
]
