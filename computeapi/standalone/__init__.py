"""A whole small cloud in one folder, which the command ``computeapi`` sets up and removes."""
