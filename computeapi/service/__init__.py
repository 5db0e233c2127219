"""What a caller may do: load, authorise, act, keep. One class a noun, one method an operation."""
