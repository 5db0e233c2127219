"""A whole small cloud in one folder: what the ``computeapi`` command sets up, runs and removes."""
