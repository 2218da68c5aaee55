from . import dispute_open
from . import dispute_open_line
from . import dispute_close
from . import settlement_propose
from . import settlement_propose_line
