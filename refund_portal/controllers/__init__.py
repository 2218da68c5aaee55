from . import dispute_attachment
from . import dispute_portal
from . import invoice_dispute
