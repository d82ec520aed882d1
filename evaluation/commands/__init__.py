"""Commands that invent counties, import exports and start mappings, one module each; only here and in `__main__` is synthetic imported, lazily.

demo          the whole road on an invented county and on a real experiment
rehearse      designs on invented counties, before any record is read
power         how many clients, and how long, until the smallest effect worth having would be seen
synthesize    an invented county as files
importing     what another system exports, as it is, into the canonical tables
templates     a mapping to start from, with a small invented system that it reads
scheduler     work handed to a Dask cluster
sharing       what these commands and those of `__main__` do in the same way

A command is a function with typer's annotations; `__main__` lists it.  What computes is imported inside it, so that the
command line answers at once.
"""
