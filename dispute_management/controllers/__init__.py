from . import dispute_attachment
from . import information_request
