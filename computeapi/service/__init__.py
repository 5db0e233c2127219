"""The operations: load, authorise, act, keep. One class a noun, one method an operation."""
