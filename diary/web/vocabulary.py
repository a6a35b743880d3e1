"""The words of the record as people read them: every name that is data, in the language of the page.

A name that is not here is shown as it is written.
"""

from __future__ import annotations

from flask_babel import gettext

N_ = str
"""Marks a text for the catalogues."""

NAMES = {
    "none": N_("none"),
    "mild": N_("mild"),
    "moderate": N_("moderate"),
    "severe": N_("severe"),
    "migraine": N_("migraine"),
    "probable": N_("probable"),
    "tension": N_("tension-type"),
    "cluster": N_("cluster"),
    "other": N_("other"),
    "unilateral": N_("one-sided"),
    "pulsating": N_("throbbing"),
    "worse_moving": N_("worse when moving"),
    "nausea": N_("feeling sick"),
    "vomiting": N_("vomiting"),
    "light": N_("light hurts"),
    "sound": N_("sound hurts"),
    "aura": N_("aura"),
    "corrugator": N_("corrugator"),
    "procerus": N_("procerus"),
    "frontalis": N_("frontalis"),
    "temporalis": N_("temporalis"),
    "occipitalis": N_("occipitalis"),
    "cervical_paraspinal": N_("cervical paraspinal"),
    "trapezius": N_("trapezius"),
    "left": N_("left"),
    "midline": N_("midline"),
    "right": N_("right"),
    "therapeutic": N_("therapeutic"),
    "cosmetic": N_("cosmetic"),
    "continue": N_("continue"),
    "raise": N_("raise"),
    "stretch": N_("stretch"),
    "stop": N_("stop"),
    "pause": N_("pause"),
    "managed": N_("managed"),
    "not managed": N_("not managed"),
    "no overuse": N_("no overuse"),
    "not asked": N_("not asked"),
    "no effect": N_("no effect"),
    "side effects": N_("side effects"),
    "contra-indicated": N_("contra-indicated"),
    "pregnancy": N_("pregnancy"),
    "not wanted": N_("not wanted"),
    "no longer needed": N_("no longer needed"),
    "cost or supply": N_("cost or supply"),
    "front": N_("Front"),
    "right temple": N_("Right temple"),
    "left temple": N_("Left temple"),
    "back": N_("Back of head and neck"),
    "left shoulder": N_("Left shoulder, from behind"),
    "right shoulder": N_("Right shoulder, from behind"),
    "units": N_("units"),
    "lot": N_("lot"),
    "expiry": N_("expiry"),
    "injector": N_("injector"),
    "map of the injections": N_("map of the injections"),
    "U": N_("U"),
    "IU": N_("IU"),
    "tablets": N_("tablets"),
    "capsules": N_("capsules"),
    "sprays": N_("sprays"),
    "drops": N_("drops"),
    "suppositories": N_("suppositories"),
    "injections": N_("injections"),
    "sachets": N_("sachets"),
    "doses": N_("doses"),
}
"""Severities, kinds, features, muscles, sides, purposes, decisions, why something was stopped, parts of the head, and
what a record of a session holds; and in what medicines are counted."""

EFFECTS = {
    "neck pain": N_("neck pain"),
    "neck stiffness": N_("stiff neck"),
    "neck weakness": N_("weak neck"),
    "shoulder pain": N_("shoulder pain"),
    "eyelid ptosis": N_("drooping eyelid"),
    "brow ptosis": N_("drooping brow"),
    "brow asymmetry": N_("uneven brows"),
    "cannot frown": N_("cannot frown"),
    "facial weakness": N_("weak face muscles"),
    "muscle weakness": N_("weak muscles"),
    "muscle stiffness": N_("stiff muscles"),
    "muscle pain": N_("sore muscles"),
    "muscle spasm": N_("muscle cramps"),
    "difficulty chewing": N_("trouble chewing"),
    "injection-site pain": N_("pain where it was injected"),
    "injection-site bleeding": N_("bleeding where it was injected"),
    "injection-site infection": N_("infection where it was injected"),
    "bruising": N_("bruise"),
    "swelling": N_("swelling"),
    "worse headache": N_("worse headache"),
    "dry eye": N_("dry eye"),
    "watering eye": N_("watering eye"),
    "dry mouth": N_("dry mouth"),
    "numbness": N_("numbness"),
    "skin tightness": N_("tight skin"),
    "nausea": N_("feeling sick"),
    "dizziness": N_("feeling dizzy"),
    "fainting": N_("fainting"),
    "tiredness": N_("feeling tired"),
    "flu-like symptoms": N_("feeling like having the flu"),
    "rash": N_("rash"),
    "itching": N_("itching"),
    "swallowing difficulty": N_("trouble swallowing"),
    "voice change": N_("changed voice"),
    "slurred speech": N_("trouble speaking"),
    "breathing difficulty": N_("trouble breathing"),
    "double vision": N_("seeing double"),
    "blurred vision": N_("blurred sight"),
    "generalised weakness": N_("weakness all over"),
    "incontinence": N_("loss of bladder control"),
    "allergic reaction": N_("allergic reaction"),
}
"""Side effects by their standard names, in plain words."""

TOPIC_NAMES = {
    "diagnosis": N_("Diagnosis"),
    "chronic_since": N_("Chronic since"),
    "overuse_managed": N_("Overuse of acute medicines"),
    "contraindications": N_("Contra-indications"),
    "expectations": N_("What to expect"),
    "goal": N_("Goal"),
    "view": N_("How the patient sees it"),
    "side_effects_asked": N_("Side effects asked for"),
    "response_check": N_("Response after the second cycle"),
    "success_review": N_("Is it still needed?"),
    "decision": N_("Decision"),
    "stop_reason": N_("Why it was stopped"),
    "next_review": N_("Next visit"),
}
"""What is settled at a visit, as the label of a field."""

SENTENCES = (
    N_("the diagnosis, as the clinician made it"),
    N_("since when the headache has been chronic: a year, or a date"),
    N_("how overuse of acute medicines was dealt with"),
    N_("contra-indications that were asked for, and what was found"),
    N_("what the patient was told to expect"),
    N_("the patient's own goal"),
    N_("how the patient sees the result"),
    N_("side effects were asked for, and what was said"),
    N_("the response after the second cycle was checked, and what was found"),
    N_("whether it is still needed was looked at, and what was found"),
    N_("what the clinician decided"),
    N_("why the treatment was stopped"),
    N_("when the patient is seen next: a date"),
    N_("how much headache weighs on daily life"),
    N_("days of work, housework and leisure lost or halved in three months"),
    N_("quality of life with migraine"),
    N_("how the patient judges the change since the treatment began"),
    N_("signs of depression"),
    N_("signs of anxiety"),
    N_("skin that hurts at a touch during headache (allodynia)"),
    N_("the burden of migraine between attacks"),
    N_("how well acute treatment suits (4 questions)"),
    N_("how well acute treatment suits (6 questions)"),
    N_("how migraine weighs on what a person can do"),
    N_("An answer is 6 never, 8 rarely, 10 sometimes, 11 very often, 13 always."),
    N_(
        "Questions 1 to 5 are days and are added up; A (headache days) and B (pain, 0 to 10) are "
        "not. Questions 2 and 4 leave out the days of 1 and 3."
    ),
    N_("RR is role function restrictive, RP role function preventive, EF emotional function, each 0 to 100."),
    N_(
        "1 very much better, 2 much better, 3 a little better, 4 no change, 5 a little worse, 6 "
        "much worse, 7 very much worse. If your form counts the other way, turn it round before "
        "you enter it."
    ),
    N_("An answer is 0 never, rarely or does not apply; 1 less than half of the time; 2 half of it or more."),
    N_("Public sources differ about its grades, so none are given here."),
    N_("Public sources differ about its scoring, so its limits and grades are not given here."),
    N_(
        "PF is physical function, UA usual activities, SF social function, EF emotional function, "
        "GUA usual activities over all, each 0 to 100."
    ),
    N_(
        "Question 9 of the PHQ-9 was answered with more than 0. Please talk about it today with a "
        "doctor, a crisis line or a person you trust: there is support. If you may be in danger "
        "now, call the emergency number where you are."
    ),
    N_("This can be serious. Seek medical advice now; with trouble breathing or swallowing call emergency services."),
    N_("This can be serious, also when it is over. Tell your clinic about it before the next session."),
)
"""What topics and questionnaires are about, and what is said at once for safety."""

KNOWN = {word: word for word in SENTENCES} | TOPIC_NAMES | EFFECTS | NAMES


def named(word: str) -> str:
    """The word in the language of the page; as it is where it is not known."""
    return str(gettext(KNOWN[word])) if word in KNOWN else word
