from . import test_filing
from . import test_filing_refused
from . import test_access
from . import test_pages
from . import test_tours
from . import test_extra_fields
from . import test_answers
from . import test_offers
