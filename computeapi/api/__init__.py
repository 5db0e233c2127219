"""What a caller is promised, whichever front end answers. No framework here."""
