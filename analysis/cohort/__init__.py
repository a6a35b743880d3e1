"""Many patients: what each of them gives (people), what adds up over all (tally), and what an audit says of it (audit).

The same functions serve ten diaries of a clinic and a million of a registry: each part of a registry is reduced to a
:class:`analysis.cohort.tally.Tally`, tallies are added up, and the audit is made of their sum.
"""
