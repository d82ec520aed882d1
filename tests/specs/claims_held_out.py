"""More such sentences, written after the lists of words were, and never used to mend them: what recall looks like on prose not seen before."""

from __future__ import annotations

FINE = {
    "en": (
        "Of those offered aid, 22 percent were arrested, against 31 percent.",
        "The lottery suggests about 9 fewer arrests for every 100 people, plausibly anywhere from 3 to 15.",
        "Housing looked better among those offered the aid, though nobody drew lots for it.",
        "It is too early to say anything about days in custody.",
        "Nothing can be said about wages.",
        "Around 12 more of every 100 people offered the aid were in permanent housing.",
        "Readers should note that arrests are only those on record.",
        "We do not know if custody was affected by the aid.",
    ),
    "es": (
        "De las personas con oferta, el 22 por ciento fueron detenidas, frente al 31 por ciento.",
        "El sorteo apunta a unas 9 detenidas menos de cada 100, tal vez entre 3 y 15.",
        "Es demasiado pronto para hablar de los días bajo custodia.",
        "De los salarios no se puede decir nada.",
        "Alrededor de 12 personas más de cada 100 estaban en una vivienda permanente.",
        "Solo se cuentan las personas detenidas que constan en los registros.",
        "No sabemos si la custodia cambió con la ayuda.",
        "A quienes recibieron la oferta les fue mejor en vivienda permanente.",
    ),
}
WRONG = {
    "en": (
        "Aid on release gets people into permanent housing.",
        "Because of the aid, one in eight more people found permanent housing.",
        "Custody stays shrank when people received the aid.",
        "The aid makes no difference to time in custody.",
        "Participants earned higher wages.",
        "Arrests dropped by a third thanks to the aid, a 29 point fall.",
        "The aid lowers arrests by 12 per cent.",
        "Nine fewer people of every 100 were arrested, p = 0.01.",
    ),
    "es": (
        "La ayuda saca a la gente de la calle y le da una vivienda permanente.",
        "Debido a la ayuda, más personas consiguieron una vivienda permanente.",
        "El tiempo bajo custodia se acortó con la ayuda.",
        "La ayuda no cambia los días bajo custodia.",
        "Los participantes ganaron salarios más altos.",
        "Las detenciones cayeron en un tercio gracias a la ayuda, 29 puntos menos.",
        "La ayuda baja las detenciones un 12 por ciento.",
        "Nueve personas menos de cada 100 fueron detenidas (p = 0.01).",
    ),
}
