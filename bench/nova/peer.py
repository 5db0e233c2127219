"""Nova."""
from pathlib import Path
class Nova:
    def __init__(self, folder, cluster, servers):
        self.folder=folder
        self.python = folder/"venv/bin/python"
    def is_installed(self): return False
