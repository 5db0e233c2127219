"""The WSGI filters of the paste pipeline, one file each, and the dispatch by path."""
