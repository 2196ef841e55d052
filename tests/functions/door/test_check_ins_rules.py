"""What taps say together, in whatever order and on whichever phone they are known."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from functions.door.rules.check_ins import Attendance, Tap, TapKind, attendance, turnout

CAME, UNDO, LOOKED = TapKind.CAME, TapKind.UNDO, TapKind.LOOKED


def tap(tap_id: str, kind: TapKind = CAME, phone: str = "a", **facts) -> Tap:
    return Tap(tap_id, "7K3M9QXA", kind, **{"people": 1, "phone": phone} | facts)


def test_nobody_has_come_before_the_first_tap():
    assert attendance([], 3) == Attendance(0)


def test_a_party_may_come_in_parts():
    taps = [tap("1", people=1), tap("2", people=2, knows=("1",))]
    assert attendance(taps, 3) == Attendance(3, ("1", "2"))


def test_a_check_in_is_undone_by_its_id_only():
    taps = [tap("1", people=2), tap("2", UNDO, of=("1",)), tap("3", phone="b")]
    assert attendance(taps, 2) == Attendance(1, ("3",))


def test_a_check_in_never_undoes_another():
    taps = [tap("1", people=2), tap("2", people=2, knows=("1",))]
    assert attendance(taps, 2).standing == ("1", "2")


def test_two_phones_that_did_not_know_of_each_other_are_shown_and_nobody_is_counted_twice():
    taps = [tap("1", people=3), tap("2", phone="b", people=3)]
    assert attendance(taps, 3) == Attendance(3, ("1", "2"), is_double=True)


def test_a_phone_that_knew_of_the_other_made_no_double():
    taps = [tap("1"), tap("2", phone="b", knows=("1",))]
    assert not attendance(taps, 2).is_double


def test_a_double_ends_when_somebody_has_looked_or_undone_one():
    double = [tap("1"), tap("2", phone="b")]
    looked = tap("3", LOOKED, knows=("1", "2"))
    undone = tap("3", UNDO, of=("2",))
    assert attendance([*double, looked], 1) == Attendance(1, ("1", "2"))
    assert attendance([*double, undone], 1) == Attendance(1, ("1",))


def test_a_third_phone_is_a_double_again():
    taps = [tap("1"), tap("2", phone="b"), tap("3", LOOKED, knows=("1", "2")), tap("4", phone="c")]
    assert attendance(taps, 3).is_double


def test_the_turnout_counts_parties_that_signed_up_and_others_apart():
    walk_in = replace(tap("2", people=2), code="+7K3M9QXA", name="Kim Li")
    known = turnout([tap("1", people=2), walk_in], {"7K3M9QXA": 3, "00000000": 1})
    assert (known.signed_up, known.walk_ins) == (2, 2)
    assert known.came == {"7K3M9QXA": 2, "00000000": 0}


class Party:
    """A party at two phones and a server, which hear of each other now and then."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.known: dict[str, dict[str, Tap]] = {"a": {}, "b": {}, "server": {}}
        self.count = 0

    def press(self, phone: str, kind: TapKind, people: int) -> None:
        self.count += 1
        standing = attendance(self.known[phone].values(), self.places).standing
        of = standing if kind is UNDO else ()
        pressed = tap(f"{self.count:03}", kind, phone, people=people, knows=standing, of=of)
        self.known[phone][pressed.id] = pressed

    def send(self, phone: str) -> None:
        """The phone's taps arrive, in any order; some were sent before."""
        sent = list(self.known[phone].values())
        random.Random(self.count).shuffle(sent)
        for one in sent:
            self.known["server"].setdefault(one.id, replace(one))

    def hear(self, phone: str) -> None:
        self.known[phone] |= self.known["server"]


presses = st.tuples(
    st.sampled_from(["a", "b"]), st.sampled_from(TapKind), st.integers(1, 3), st.integers(0, 3)
)


@given(presses=st.lists(presses, max_size=40), places=st.integers(1, 4))
def test_phones_and_server_agree_once_all_have_heard_of_all(presses, places):
    party = Party(places)
    for phone, kind, people, network in presses:
        party.press(phone, kind, people)
        if network & 1:
            party.send(phone)
        if network & 2:
            party.hear(phone)
    for phone in "ab":
        party.send(phone)
    for phone in "ba":
        party.hear(phone)
    states = [attendance(known.values(), places) for known in party.known.values()]
    assert states[0] == states[1] == states[2]
    assert 0 <= states[0].came <= places
    assert len(party.known["server"]) == party.count


@given(presses=st.lists(presses, max_size=12), order=st.randoms(use_true_random=False))
def test_the_order_of_taps_does_not_matter(presses, order):
    party = Party(3)
    for phone, kind, people, _ in presses:
        party.press(phone, kind, people)
        party.send(phone)
    taps = list(party.known["server"].values())
    before = attendance(taps, 3)
    order.shuffle(taps)
    assert attendance(taps, 3) == before
