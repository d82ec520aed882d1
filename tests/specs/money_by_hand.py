"""What people cost, by hand."""

from __future__ import annotations

from outcome_specs import Spec

SPECS: dict[str, Spec] = {
    "cost_per_client/recorded": Spec(
        """
            ann  er_visit  2020-03-01  0.10
            ann  jail_day  2020-03-02  0.20
            bob  er_visit  2020-03-30  1234567.89
            bob  er_visit  2020-03-31  1.00
            cy   er_visit  2020-02-29  99.00
            dee  refund    2020-03-05  -12.50
        """,
        "Every service counts, exact to the cent.  Bob's second line is a day too late.  Cy's is of the day before the start.  Money "
        "may come back, as Dee's does.",
        [0.30, 1234567.89, 0, -12.50],
    ),
}
