# Every target is a word of run.py, which needs nothing but Python: machines without make have the same commands.
PY ?= python3

.PHONY: demo test lint rehearse-tenth rehearsal-table wheelhouse lock

demo test lint rehearse-tenth rehearsal-table wheelhouse lock:
	@$(PY) run.py $@
