"""An event asks for guests' names and questions of its own; where what is answered shows."""

import io

import openpyxl
import pytest

from functions.core import clock
from functions.core.texts import in_language
from functions.events import guest_file, guest_list, questions
from functions.events.store import events, rsvps
from tests.functions import sent_emails
from tests.functions.events import actions

TOUR = {
    "name": "tour",
    "ask": {"en": "Which tour?", "sv": "Vilken tur?", "de": "Welche Tour?"},
    "answer": "choice",
    "choices": [
        {"value": "Tower", "words": {"en": "Tower", "sv": "Tornet", "de": "Turm"}},
        {"value": "Tunnel", "words": "Tunnel"},
    ],
    "required": True,
}
DAYS = {
    "name": "days",
    "ask": "Which days?",
    "answer": "several",
    "choices": [{"value": "Friday", "words": "Friday"}, {"value": "Saturday", "words": "Saturday"}],
}
BUS = {"name": "bus", "ask": "Do you take the bus?", "answer": "yes/no"}
WISH = {"name": "wish", "ask": "A song?", "answer": "text"}
QUESTIONS = [TOUR, DAYS, BUS, WISH]
GIVEN = {
    "answer_tour": "Tower",
    "answer_days": ["Saturday", "Friday"],
    "answer_bus": "no",
    "answer_wish": "Vem kan segla?",
}


@pytest.fixture(autouse=True)
def asking_event(cloud):
    actions.publish(questions=QUESTIONS, max_guests=3)


def coming(**form):
    return actions.accepted(**GIVEN | form)


def test_all_answers_are_kept_and_the_form_to_change_shows_them():
    link = coming(guests="2", guest_names="Eva Ek\r\n\r\n Bo  Ek ")
    kept = actions.rsvp()
    assert kept["guests"] == ["Eva Ek", "Bo Ek"]
    assert kept["answers"] == {
        "tour": ["Tower"],
        "days": ["Friday", "Saturday"],
        "bus": ["no"],
        "wish": ["Vem kan segla?"],
    }
    page = actions.open_link(link)["body"]
    assert "Eva Ek\nBo Ek</textarea>" in page
    assert 'value="Tower" selected' in page
    assert page.count(" checked") == 3 + 1  # two days, the bus, and the consent about food
    assert 'value="Vem kan segla?"' in page


def test_answers_are_changed_by_the_persons_own_link():
    link = coming()
    form = GIVEN | {"answer_tour": "Tunnel", "answer_days": "Friday", "answer_wish": ""}
    actions.press_button(link, action="save", guests="1", guest_names="Eva Ek", dietary="", **form)
    kept = actions.rsvp()
    assert kept["answers"] == {"tour": ["Tunnel"], "days": ["Friday"], "bus": ["no"]}
    assert kept["guests"] == ["Eva Ek"]


def test_a_new_answer_alone_is_a_change_and_the_same_answers_are_none():
    link = coming(guests="0", dietary="")
    same = {"guests": "0", "dietary": ""} | GIVEN
    revision = actions.rsvp()["revision"]
    actions.press_button(link, action="save", **same)
    assert actions.rsvp()["revision"] == revision
    actions.press_button(link, action="save", **same | {"answer_bus": "yes"})
    assert actions.rsvp()["revision"] == revision + 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"answer_tour": ""}, "answer this question"),
        ({"answer_tour": "Cellar"}, "choose from the list"),
        ({"answer_days": ["Friday", "Monday"]}, "choose from the list"),
        ({"answer_bus": "maybe"}, "choose from the list"),
        ({"answer_wish": "x" * 301}, "one line of at most 300"),
        ({"answer_wish": "a\nb"}, "one line of at most 300"),
        ({"guests": "1", "guest_names": "Eva\nBo"}, "more names than guests"),
        ({"guests": "0", "guest_names": "Eva"}, "more names than guests"),
        ({"guests": "1", "guest_names": "Win at www.example.com"}, "each line"),
    ],
)
def test_a_wrong_answer_is_explained_beside_its_field_and_nothing_is_written(wrong, message):
    answer = actions.sign_up(**GIVEN | wrong)
    assert answer["statusCode"] == 400
    field = list(wrong)[-1]
    assert message in answer["body"]
    assert f'id="rsvp-{field}-error"' in answer["body"]
    assert 'value="Vem kan segla?"' in answer["body"] or "answer_wish" in wrong
    assert actions.rsvp() == {}


def test_whoever_confirms_sees_what_is_stored_in_their_language():
    actions.sign_up(**GIVEN | {"guest_names": "Eva Ek", "language": "sv"})
    page = actions.open_link(actions.newest_link())["body"]
    for words in ("Vilken tur?", "Tornet", "Friday, Saturday", "Nej", "Eva Ek"):
        assert words in page


def test_the_first_email_holds_nothing_that_was_typed_and_the_next_ones_do():
    actions.sign_up(**GIVEN | {"guest_names": "Eva Ek"})
    actions.newest_link()
    first = sent_emails.text(sent_emails.sent()[-1])
    assert "segla" not in first
    assert "Eva" not in first
    actions.press_button(actions.newest_link())
    sent_emails.deliver()
    text = sent_emails.text(sent_emails.sent()[-1])
    for words in ("Eva Ek", "Which tour?", "Tower", "Vem kan segla?"):
        assert words in text


def test_the_guest_list_has_guests_answers_and_their_sums(cloud):
    coming(guest_names="Eva Ek")
    actions.accepted(**GIVEN | {"email": "bo@example.org", "name": "Bo", "answer_tour": "Tunnel"})
    event = events.get(actions.SLUG)
    guests = guest_list.guest_list(event, rsvps.of_event(event.slug), clock.now(), "sv")
    sums = dict(guests.sums)
    assert sums["Vilken tur?"] == [("Tornet", 1), ("Tunnel", 1)]
    assert sums["Which days?"] == [("Friday", 2), ("Saturday", 2)]
    assert "A song?" not in sums
    book = openpyxl.load_workbook(io.BytesIO(guest_file.guest_file(guests, "sv")))
    heads, bo, asa = [tuple(cell.value for cell in row) for row in book.active.iter_rows()]
    assert heads[6:] == ("Vilken tur?", "Which days?", "Do you take the bus?", "A song?")
    assert (asa[2], asa[6:]) == (
        "Eva Ek",
        ("Tornet", "Friday, Saturday", "Nej", "Vem kan segla?"),
    )
    assert bo[6] == "Tunnel"


def test_a_question_that_is_taken_out_keeps_its_answers_readable_until_they_change():
    coming()
    actions.publish(questions=[DAYS])
    facts = actions.event()["facts"]
    shown = questions.answered(rsvps.of_event(actions.SLUG)[0].answers, facts, "en")
    assert shown[0] == ("Which days?", "Friday, Saturday")
    assert ("tour", "Tower") in shown


def test_a_text_that_nobody_has_written_in_a_language_is_shown_in_another():
    assert in_language({"sv": "Hej"}, "de") == "Hej"
    assert in_language("Hej", "de") == "Hej"
