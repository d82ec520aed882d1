"""The commands that invent counties, one module each; with `__main__` the only room that imports synthetic, and lazily.

demo          the whole road on an invented county and on a real experiment
rehearse      designs on invented counties, before any record is read
power         how many clients, and how long, until the smallest effect worth having would be seen
synthesize    an invented county as files
scheduler     work handed to a Dask cluster
sharing       what these commands and those of `__main__` do in the same way

A command is a function with typer's annotations; `__main__` lists it.  What computes is imported inside it, so that the
command line answers at once.
"""
