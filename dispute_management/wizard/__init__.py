from . import dispute_open
from . import dispute_open_line
from . import dispute_close
from . import dispute_open_overlap
from . import dispute_merge
from . import dispute_split
from . import settlement_propose
from . import settlement_propose_line
