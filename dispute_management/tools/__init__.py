"""Pure policies: values in, values out. No environment, no records, no clock."""
