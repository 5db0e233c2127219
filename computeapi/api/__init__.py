"""The facts of the API's contract, whichever front end answers. No framework and no WSGI."""
