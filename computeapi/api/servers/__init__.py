"""Facts about servers as the API shows them, and takes their queries."""
