"""Sentences that people might write of four findings, by hand: half of them fine, half of them wrong, in English and in Spanish.

The study: aid on release by lot with challenges held (arrests: 9 fewer of every 100, from 15 fewer to 3 fewer, A); days in custody cannot be
told; housing, of people matched, fared better (C, 12 more, from 5 more to 19 more, secondary); wages not answered.
"""

from __future__ import annotations

from evaluation.findings import Findings, judge
from evaluation.findings.disclosure import Released
from evaluation.outcomes import OUTCOMES
from evaluation.report.tables import findings_json
from evaluation.terms import (
    Answer,
    Arm,
    By,
    Challenge,
    Diagnostic,
    Estimand,
    Estimate,
    Exhibit,
    Horizon,
    Interval,
    LedgerLine,
    Provenance,
    Question,
    Role,
)

TITLE = {"en": "Aid on release", "es": "Ayuda al salir"}
STARTED = Diagnostic("placebo_start", "", 0.4, 0.05, True, "ours")
HELD = (Challenge("placebo_start", "the first day, a year earlier", "It held.", (STARTED,)),)
LOST = Diagnostic("attrition", "", 1.0, 6.0, True, "WWC", True, {"overall, per cent": 2.0, "served, per cent": 2.0, "compared, per cent": 2.0})


def answer(outcome: str, low: float, high: float, worthwhile: float, role: Role = "headline", by: By = "lot", *, fails: bool = False) -> Answer:
    """One answer, with a range; `fails` where a condition that it rests on did not hold."""
    method, estimand = ("randomized", "average_effect") if by == "lot" else ("matched", "effect_on_the_served")
    estimate = Estimate(
        Estimand(estimand, "a difference", "everybody whom the lot covered", "offered, against not offered"),  # type: ignore[arg-type]  # by name
        (low + high) / 2,
        (high - low) / 4,
        Interval(low, high, "HC2"),
        0.01,
        Arm(400, None, 0.22),
        Arm(400, None, 0.31),
    )
    question = Question(outcome, Horizon(days=364), method, worthwhile, estimand=estimand, role=role)  # type: ignore[arg-type]  # by name
    conditions = (LOST, *((Diagnostic("sparse_events", "", 1.0, 5.0, False, "ours"),) if fails else ()))
    provenance = Provenance("5d" * 32, "a7" * 32, "0.1.0+0123456789ab")
    return Answer(question, OUTCOMES[outcome], (LedgerLine("all", 0, 800),), provenance, "built", estimate, conditions, by=by)


ANSWERS = (
    answer("recidivism/arrest", -0.15, -0.03, -0.05),
    answer("custody_days/recorded", -9.0, 4.0, -5.0, "secondary"),
    answer("housed/recorded", 0.05, 0.19, 0.05, "secondary", "offer"),
    answer("earnings/wages", 100.0, 900.0, 500.0, "secondary", fails=True),
)
SHARES = Exhibit("arms", "Both groups", "everybody", ("arm", "share"), (("served", 0.22), ("compared", 0.31)), {})


def released() -> str:
    """The findings as JSON, with the shares of the first."""
    findings = tuple(judge(one, HELD, title=TITLE, languages=("en", "es")) for one in ANSWERS)
    return findings_json(Released(Findings(findings), (SHARES,), (), (("arms",), (), (), ())))


FINE = {
    "en": (
        "Offering the aid made things better: of every 100 people, about 9 fewer were arrested within 52 weeks.",
        "About 9 fewer of every 100 people were arrested (from 15 fewer to 3 fewer).",
        "The offer reduced arrests by about 9 percentage points, and the range runs from 15 to 3.",
        "22% of those offered were arrested, and 31% of the others.",
        "Between 3 and 15 fewer people of every 100 were arrested.",
        "Arrests: roughly nine fewer of every 100 people offered aid by lot.",
        "We cannot tell yet whether days in custody changed.",
        "Days in custody could be anything from 9 fewer to 4 more, so this remains open.",
        "People offered the aid were more often in permanent housing: about 12 more of every 100, from 5 to 19.",
        "Permanent housing went with the offer, which is not to say that it caused it.",
        "The question about wages was not answered.",
        "There is no answer about wages, because too few people earned any.",
        "The lot decided who was offered the aid.",
        "Arrests were counted for 52 weeks after release.",
        "The county asked whether the aid reduced arrests.",
        "People in permanent housing fared better after the offer.",
    ),
    "es": (
        "La oferta de la ayuda mejoró la situación: de cada 100 personas, alrededor de 9 menos fueron detenidas en 52 semanas.",
        "Alrededor de 9 menos de cada 100 personas fueron detenidas (desde 15 menos hasta 3 menos).",
        "La oferta redujo las detenciones en unos 9 puntos porcentuales, en un intervalo que va de 15 a 3.",
        "Fueron detenidas el 22% de las personas a las que se ofreció y el 31% de las demás.",
        "Entre 3 y 15 personas menos de cada 100 fueron detenidas.",
        "Detenidas: unas nueve menos de cada 100 personas con la oferta.",
        "Todavía no se sabe si cambiaron los días bajo custodia.",
        "Los días bajo custodia podrían ser desde 9 menos hasta 4 más, así que no podemos saberlo.",
        "A las personas con oferta se las vio más en una vivienda permanente: alrededor de 12 más de cada 100, entre 5 y 19.",
        "La vivienda permanente va acompañada de la oferta, lo que no significa que esta la causó.",
        "La pregunta sobre los salarios quedó sin respuesta.",
        "No hay respuesta sobre los salarios.",
        "Un sorteo decidió a quién se ofreció la ayuda.",
        "Se contaron las personas detenidas durante 52 semanas.",
        "El condado preguntó si la ayuda redujo las detenciones de personas detenidas antes.",
        "A las personas con vivienda permanente les fue mejor tras la oferta.",
    ),
}
WRONG = {
    "en": (
        "The aid caused more people to be in permanent housing.",
        "Thanks to the programme, about 12 more of every 100 people were in permanent housing.",
        "The programme likely led to more permanent housing.",
        "The aid had no effect on days in custody.",
        "The programme reduced days in custody.",
        "People spent fewer days in custody because of the programme.",
        "There was no difference in days in custody.",
        "The programme raised wages.",
        "Wages were higher for people offered the aid.",
        "Arrests rose by about 9 of every 100 people.",
        "Arrests fell by 9%.",
        "The aid cut arrests by about 14 of every 100 people.",
        "Of every 100 people, exactly 9 fewer were arrested.",
        "The fall in arrests was statistically significant.",
        "The study proves that the aid reduces arrests.",
        "Our main finding is that permanent housing went up by about 12 of every 100.",
        "Arrests fell by 9 of every 100 people.",
        "People offered the aid were arrested more often and it made things worse.",
    ),
    "es": (
        "La ayuda logró que más personas tuvieran una vivienda permanente.",
        "Gracias al programa, alrededor de 12 más de cada 100 personas tenían una vivienda permanente.",
        "El programa probablemente produjo más vivienda permanente.",
        "La ayuda no tuvo efecto en los días bajo custodia.",
        "El programa redujo los días bajo custodia.",
        "Las personas pasaron menos días bajo custodia gracias al programa.",
        "No hubo diferencia en los días bajo custodia.",
        "El programa aumentó los salarios.",
        "Los salarios fueron más altos entre las personas con oferta.",
        "De cada 100 personas, alrededor de 9 más fueron detenidas.",
        "Las detenciones bajaron un 9%.",
        "La ayuda redujo las detenciones en alrededor de 14 de cada 100 personas.",
        "De cada 100 personas, exactamente 9 menos fueron detenidas.",
        "La caída de las detenciones fue estadísticamente significativa.",
        "El estudio demuestra que la ayuda reduce las detenciones.",
        "El hallazgo principal es que la vivienda permanente aumentó en unas 12 de cada 100.",
        "Las detenciones bajaron en 9 de cada 100 personas.",
        "La oferta empeoró la situación de las personas detenidas.",
    ),
}
