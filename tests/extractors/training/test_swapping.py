from extractors.training.corpora import Window
from extractors.training.swapping import kind, rewritten, swappable, swapped


def window(text, *names, corpus="bc5cdr", relations=()):
    """A window of one sentence; *names* are (name, label)."""
    spans = [(text.index(n), text.index(n) + len(n), label) for n, label in names]
    return Window(
        corpus, "train", "train1", text, [(0, len(text))], {corpus: spans}, dict(relations)
    )


DRUGS = [
    window("Aspirin relieves migraine.", ("Aspirin", "Chemical"), ("migraine", "Disease")),
    window(
        "Ibuprofen relieves gout, and Ibuprofen is cheap.",
        ("Ibuprofen", "Chemical"),
        ("gout", "Disease"),
    ),
    window("Nothing is named here."),
]


def said(w):
    return {(w.text[s:e], label) for spans in w.entities.values() for s, e, label in spans}


def test_copies_name_others_of_the_same_label_and_offsets_follow():
    copies = [w for seed in range(20) for w in swapped(DRUGS, range(3), 1.0, seed)]
    assert len(copies) == 40  # the window that names nothing is not copied
    names = set().union(*(said(w) for w in copies))
    assert names == set().union(*(said(w) for w in DRUGS))
    assert "Ibuprofen relieves gout." in {w.text for w in copies}
    for w in copies:
        assert [w.text[a:b] for a, b in w.sentences] == [w.text]
        assert w.doc == "swapped train1"


def test_a_name_is_swapped_everywhere_in_a_window_or_nowhere():
    text = "Aspirin and aspirin; Aspirin helps."
    spans = [(0, 7, "Chemical"), (12, 19, "Chemical"), (21, 28, "Chemical")]
    w = Window("bc5cdr", "train", "train2", text, [(0, len(text))], {"bc5cdr": spans}, {})
    for seed in range(20):
        copy = swapped([*DRUGS, w], [0, 1, 3], 0.5, seed)[-1]
        first, _, third = (copy.text[s:e] for s, e, _ in copy.entities["bc5cdr"])
        assert first == third


def test_names_that_overlap_others_stay_and_so_do_pronouns():
    text = "the PbO film on this method"
    spans = [(4, 12, "MAT"), (4, 7, "MAT"), (16, 27, "Generic"), (0, 3, "MAT")]
    w = Window("mulms", "train", "t", text, [(0, len(text))], {"mulms": spans}, {})
    assert swappable(w) == [(0, 3, "mulms", "MAT")]


def test_names_of_windows_that_do_not_train_are_not_used():
    for seed in range(20):
        [copy] = swapped(DRUGS, [0], 1.0, seed)
        assert copy.text == DRUGS[0].text


def test_relations_follow_their_names():
    w = window("Aspirin relieves migraine.", ("Aspirin", "Chemical"), ("migraine", "Disease"))
    w.relations["scierc"] = [((0, 7), (17, 25), "USED-FOR")]
    new = rewritten(w, [(0, 7, "Acetylsalicylic acid")])
    [(a, b, label)] = new.relations["scierc"]
    assert (new.text[slice(*a)], new.text[slice(*b)], label) == (
        "Acetylsalicylic acid",
        "migraine",
        "USED-FOR",
    )


def test_the_same_seed_makes_the_same_copies():
    assert swapped(DRUGS, range(3), 0.5, 7) == swapped(DRUGS, range(3), 0.5, 7)


def test_abbreviations_and_numbers_keep_to_themselves():
    assert kind("h", "x", "AIDS") != kind("h", "x", "Asthma") != kind("h", "x", "asthma")
    assert kind("h", "x", "5 mm") == kind("h", "x", "30 s")
