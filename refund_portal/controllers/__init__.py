from . import dispute_portal
from . import dispute_page
from . import dispute_answer
from . import invoice_dispute
from . import new_dispute
from . import linked_filing
from . import dispute_terms
from . import dispute_safeguard
