"""The servers of the API, one file each, and the processes that they run in."""
