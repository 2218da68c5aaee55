from . import dispute_portal
from . import dispute_page
from . import dispute_answer
from . import invoice_dispute
