"""The comparison of the front ends: ``python -m bench.compare``. Standard library only here."""
