from . import dispute_case_file
from . import dispute_statement
from . import dispute_receivable
from . import dispute_claim_as_of
from . import dispute_claim_since
from . import dispute_claim_replay
from . import dispute_receivable_as_of
from . import dispute_account_statement
