"""Proof that this API is Nova's: its own schemas, Tempest, and the clients people use."""
