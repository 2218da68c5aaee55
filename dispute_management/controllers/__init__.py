from . import account_portal
from . import dispute_attachment
from . import information_request
from . import dispute_webhook
from . import plain_export
from . import settlement_statement
