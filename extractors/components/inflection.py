"""English inflection by rule: the singular of a noun, the forms of a verb, the name of a concept.

Rules with the exceptions that scientific English makes; no dictionary is loaded.

>>> [singular(w) for w in ("batteries", "analyses", "lenses", "species", "virus", "mice")]
['battery', 'analysis', 'lens', 'species', 'virus', 'mouse']
>>> verb_forms("induce")
('induce', 'induces', 'induced', 'inducing')
>>> concept_name("Thermal Conductivities"), concept_name("SNPs"), concept_name("glasses")
('thermal conductivity', 'SNP', 'glass')
"""

from __future__ import annotations

from functools import lru_cache

from extractors.components.lexicon import word_list
from kg.ids import canonical_name

_UNCHANGED = word_list("no_plural")
_IRREGULAR = {
    "mice": "mouse", "men": "man", "women": "woman", "children": "child", "feet": "foot",
    "teeth": "tooth", "geese": "goose", "people": "people", "data": "data", "media": "media",
    "bacteria": "bacterium", "criteria": "criterion", "phenomena": "phenomenon",
    "mitochondria": "mitochondrion", "spectra": "spectrum", "strata": "stratum",
    "quanta": "quantum", "ova": "ovum", "taxa": "taxon", "nuclei": "nucleus", "fungi": "fungus",
    "loci": "locus", "foci": "focus", "radii": "radius", "stimuli": "stimulus",
    "bacilli": "bacillus", "alveoli": "alveolus", "moduli": "modulus", "genera": "genus",
    "viruses": "virus", "corpora": "corpus", "indices": "index", "vertices": "vertex",
    "vortices": "vortex", "matrices": "matrix", "appendices": "appendix", "axes": "axis",
    "cortices": "cortex", "vertebrae": "vertebra", "larvae": "larva", "algae": "alga",
    "antennae": "antenna", "nebulae": "nebula", "supernovae": "supernova", "formulae": "formula",
    "lacunae": "lacuna", "lenses": "lens", "gases": "gas", "biases": "bias", "buses": "bus",
    "leaves": "leaf", "lives": "life", "halves": "half", "wolves": "wolf", "knives": "knife",
    "shelves": "shelf", "selves": "self", "sheaves": "sheaf", "hooves": "hoof",
    "calves": "calf", "caches": "cache", "headaches": "headache", "oxen": "ox", "dice": "die",
    "lice": "louse", "quizzes": "quiz", "movies": "movie", "zombies": "zombie", "ties": "tie",
    "dies": "die", "lies": "lie", "pies": "pie", "cookies": "cookie", "prairies": "prairie",
    "calories": "calorie", "bookies": "bookie", "genies": "genie", "statuses": "status",
    "atlases": "atlas", "canvases": "canvas", "aliases": "alias", "irises": "iris",
    "campuses": "campus", "censuses": "census", "fetuses": "fetus", "sinuses": "sinus",
    "bonuses": "bonus", "plexuses": "plexus", "uteruses": "uterus", "apparatuses": "apparatus",
    "phases": "phase", "bases": "base", "databases": "database", "cases": "case",
    "diseases": "disease", "oases": "oasis", "ganglia": "ganglion", "epithelia": "epithelium",
    "endothelia": "endothelium", "sera": "serum", "thymi": "thymus", "uteri": "uterus",
    "glomeruli": "glomerulus", "primordia": "primordium", "crania": "cranium",
    "cerebella": "cerebellum", "retinae": "retina", "cristae": "crista", "femora": "femur",
    "morulae": "morula", "cilia": "cilium", "flagella": "flagellum", "tubuli": "tubulus",
    "atria": "atrium", "septa": "septum", "sulci": "sulcus", "gyri": "gyrus", "rami": "ramus",
    "thalli": "thallus", "hyphae": "hypha", "papillae": "papilla", "fossae": "fossa",
    "lamellae": "lamella", "novae": "nova", "maxima": "maximum",
    "minima": "minimum", "optima": "optimum", "equilibria": "equilibrium", "continua": "continuum",
    "polyhedra": "polyhedron", "automata": "automaton", "stomata": "stoma", "calculi": "calculus",
}  # fmt: skip
_TO_SIS = ("yses", "theses", "gnoses", "croses", "leroses", "ptoses", "stases", "crises", "kineses")
_TO_US = ("tuses", "nuses", "puses", "xuses", "ruses", "muses")
_SIBILANT = ("sses", "shes", "ches", "xes", "zzes")


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """The singular of a lower-case English noun; a word that is not a plural comes back as it is."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if (
        len(word) < 4
        or not word.endswith("s")
        or word in _UNCHANGED
        or word.endswith(("ss", "us", "is", "ics"))
    ):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(_TO_US) and len(word) > 6 and not word.endswith(("auses", "ouses")):
        return word[:-2]  # conceptuses
    if word.endswith(_TO_SIS):
        return word[:-2] + "is"
    if word.endswith(_SIBILANT) or (
        word.endswith("oes") and word not in ("shoes", "toes", "aloes")
    ):
        return word[:-2]
    return word[:-1]


_DOUBLING = word_list("doubling_verb")
_PAST = {
    "arise": ("arose", "arisen"), "bring": ("brought", "brought"), "give": ("gave", "given"),
    "lead": ("led", "led"), "make": ("made", "made"), "show": ("showed", "shown"),
    "take": ("took", "taken"), "underlie": ("underlay", "underlain"), "build": ("built", "built"),
    "find": ("found", "found"), "bind": ("bound", "bound"), "hold": ("held", "held"),
    "speed": ("sped", "sped"), "drive": ("drove", "driven"), "grow": ("grew", "grown"),
    "have": ("had", "had"), "come": ("came", "come"), "become": ("became", "become"),
    "overcome": ("overcame", "overcome"), "begin": ("began", "begun"), "keep": ("kept", "kept"),
    "see": ("saw", "seen"), "know": ("knew", "known"), "get": ("got", "got"),
    "write": ("wrote", "written"), "choose": ("chose", "chosen"), "mean": ("meant", "meant"),
    "think": ("thought", "thought"), "undergo": ("underwent", "undergone"),
    "go": ("went", "gone"), "run": ("ran", "run"), "rise": ("rose", "risen"),
    "fall": ("fell", "fallen"), "seek": ("sought", "sought"), "leave": ("left", "left"),
    "lose": ("lost", "lost"), "set": ("set", "set"), "put": ("put", "put"),
    "let": ("let", "let"), "cut": ("cut", "cut"), "say": ("said", "said"),
    "break": ("broke", "broken"), "draw": ("drew", "drawn"), "stand": ("stood", "stood"),
    "understand": ("understood", "understood"), "send": ("sent", "sent"),
    "spend": ("spent", "spent"), "feed": ("fed", "fed"), "meet": ("met", "met"),
    "lie": ("lay", "lain"), "outdo": ("outdid", "outdone"), "beat": ("beat", "beaten"),
    "tell": ("told", "told"), "do": ("did", "done"), "read": ("read", "read"),
}  # fmt: skip


def verb_forms(base: str) -> tuple[str, ...]:
    """Base, third person, past, (past participle if it differs,) present participle.

    A verb of several words ("give rise to") inflects its first.
    """
    head, _, rest = base.partition(" ")
    tail = f" {rest}" if rest else ""
    if head.endswith("y") and head[-2] not in "aeiou":
        third, past = head[:-1] + "ies", head[:-1] + "ied"
    elif head.endswith(("s", "sh", "ch", "x", "z", "o")):
        third, past = head + "es", head + "ed"
    elif head.endswith("e"):
        third, past = head + "s", head + "d"
    else:
        third, past = head + "s", head + (head[-1] if head in _DOUBLING else "") + "ed"
    if head.endswith("ie"):
        ing = head[:-2] + "ying"
    elif head.endswith("e") and not head.endswith(("ee", "ye")):
        ing = head[:-1] + "ing"
    else:
        ing = head + (head[-1] if head in _DOUBLING else "") + "ing"
    if head == "have":
        third = "has"
    if head in ("set", "put", "let", "cut", "get", "run", "begin"):
        ing = head + head[-1] + "ing"
    pasts = _PAST.get(head, (past, past))
    forms = dict.fromkeys((head, third, *pasts, ing))
    return tuple(form + tail for form in forms)


ELEMENTS = word_list("element_symbol")
"""Symbols of two letters (IUPAC) that are no words: their small letter is not grammar."""


@lru_cache(maxsize=65536)
def concept_name(surface: str) -> str:
    """The name a surface goes by: :func:`kg.ids.canonical_name` with its last word in the singular."""
    if surface in ELEMENTS:
        return surface
    name = canonical_name(surface)
    head, _, last = name.rpartition(" ")
    if last.endswith("s") and len(last) > 2 and last[:-1].isupper() and last.isascii():
        last = last[:-1]  # SNPs -> SNP
    elif last.islower():
        before, dash, after = last.rpartition("-")
        last = before + dash + singular(after)
    return f"{head} {last}" if head else last
