from . import dispute_case
from . import dispute_portal_filing
from . import dispute_portal_form
from . import dispute_portal_extra
from . import dispute_reason
