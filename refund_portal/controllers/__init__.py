from . import dispute_portal
from . import invoice_dispute
