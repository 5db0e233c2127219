"""How domain objects become response bodies."""
