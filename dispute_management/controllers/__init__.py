from . import dispute_attachment
