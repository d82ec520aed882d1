"""Draws what was released; computes nothing.

    place       puts a whole output folder in place at one stroke, split `internal/` and `release/`
    deliver     runs studies and puts each one's output in place
    page        the page that a funder reads, and the page that lists several studies
    view        what a page shows of one finding, as texts and pictures
    costs       the part of a page about money; cheers is its list of what is to be reported
    drawings    the pictures on it, as SVG
    language    the catalogue of headings, and numbers as people write them
    tables      findings as JSON and CSV, for the next program
    parameters  what a notebook is told: declared, typed, checked
    notebook    a parameterised notebook, run by papermill; what it shows stays internal
    protocol    the pre-analysis protocol as data; its parts are in declared, trial, answering and conditions
    paper       a document as data, and as a page; docx draws it as a DOCX

Import the module you need: the command line must not wait for matplotlib to put a folder in place.
"""
