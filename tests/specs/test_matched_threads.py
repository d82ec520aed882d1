"""The same bytes however many threads there are: scores, distances and completed histories."""

import os
import subprocess
import sys

PROGRAMME = """
import hashlib
import numpy as np
from evaluation.methods.matched import flexible
from evaluation.methods.matched.distances import space
from evaluation.methods.matched.imputing import completed
from evaluation.methods.matched.propensity import estimated
from evaluation.terms import Cohort, Matching

rng = np.random.default_rng(0)
n = 90_000  # enough for a first guess from a sample, and for every library to use its threads
columns = {f"x{j}": np.round(rng.normal(size=n), 1) for j in range(8)}
served = rng.random(n) < 1 / (1 + np.exp(2 - columns["x0"]))
print(hashlib.sha256(estimated(columns, served, "here").linear.tobytes()).hexdigest())
for distance in ("mahalanobis", "robust_mahalanobis", "scaled_euclidean"):
    print(hashlib.sha256(space(list(columns.values()), served, distance).tobytes()).hexdigest())
few = {name: column[:6_000] for name, column in columns.items()}
print(hashlib.sha256(flexible.estimated(few, served[:6_000], np.arange(6_000), "here").linear.tobytes()).hexdigest())
few["x1"] = np.where(rng.random(6_000) < 0.2, np.nan, few["x1"])
who = np.arange(6_000)
cohort = Cohort("main", "person", "", who + 1, who, served[:6_000], few, (), "offer")
print([hashlib.sha256(one.history["x1"].tobytes()).hexdigest() for one in completed(cohort, Matching(imputations=1))])
"""


def test_the_number_of_threads_changes_no_byte():
    def run(threads: str) -> str:
        many = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "MKL_NUM_THREADS"), threads)
        return subprocess.run([sys.executable, "-c", PROGRAMME], env=os.environ | many, capture_output=True, text=True, check=True).stdout

    one = run("1")
    assert len(one.split()) == 6 and run("2") == one
