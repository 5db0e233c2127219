"""The parts that ``computeapi up --with …`` adds to a cloud, each a file or a folder here.

:mod:`computeapi.standalone.parts.part` says what a part is, and
:mod:`computeapi.standalone.parts.table` lists them.
"""
