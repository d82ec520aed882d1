"""What may be said of an answer, and what may leave the county: verdict, sentences, tables, and the only door out.

judging       a verdict by one rule
words         the verdict in sentences, English and Spanish
endings       what ends a clock beside the event, said so that nobody takes it for a success
beside        ratios of hazards in sentences, beside an answer and never instead
whom          whose effect it is, and by which way it was had
belief        how far a finding can be believed where no lot made the groups alike
counts        every count of people by name, and which of them stand behind a number
exhibits      an answer as tables that name every count they show or give away
course        how an event came about over time, as a table from which no day can be subtracted from the next
costs         what stands beside a difference in cost: who pays, and what one more unit costs
policies      what may be told of how few people, and whose rule that is; scoring and rounding do what some of them ask
before        what an earlier release told, and how later counts are tied to it
outside       a finding as it may leave
disclosure    the door: small counts hidden, and a proof that nobody can work one back
collection    findings as a researcher holds them
picture       a finding as a dot and whiskers
compared      a comparison as a researcher looks at it before outcomes are read; never released
"""

from .collection import Findings
from .digits import ten_digits
from .disclosure import Released, release, withhold
from .exhibits import exhibits
from .judging import judge
from .whom import several_ways

__all__ = ["Findings", "Released", "exhibits", "judge", "release", "several_ways", "ten_digits", "withhold"]
