from . import dispute_demo
