"""The parts of a long answer."""

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.versions.parts import Part, Parts


def _collect(*parts: Part) -> Parts:
    collected = Parts()
    for part in parts:
        collected = collected.with_part(part)
    return collected


def _numbered(count: int, first: int) -> list[Part]:
    last = first + count - 1
    return [
        Part({"n": number}, number, number != last) for number in range(first, last + 1)
    ]


@st.composite
def answers(draw: st.DrawFn) -> tuple[list[Part], list[Part]]:
    """The parts of an answer in their order, and as they come in: in any order, some of them twice."""
    parts = _numbered(draw(st.integers(1, 8)), draw(st.sampled_from([0, 1])))
    repeated = draw(st.lists(st.sampled_from(parts), max_size=4))
    return parts, draw(st.permutations([*parts, *repeated]))


@given(answers())
def test_an_answer_is_complete_once_every_part_has_come(
    answer: tuple[list[Part], list[Part]],
) -> None:
    parts, incoming = answer
    collected = Parts()
    seen: set[int | None] = set()
    for part in incoming:
        collected = collected.with_part(part)
        seen.add(part.number)
        if collected.complete and parts[0].number in seen:
            assert seen == {part.number for part in parts}
    assert collected.complete
    assert collected.payloads == [part.payload for part in parts]


@given(st.integers(2, 8), st.data())
def test_a_gap_is_seen(count: int, data: st.DataObject) -> None:
    parts = _numbered(count, 0)
    lost = data.draw(st.integers(1, count - 2)) if count > 2 else None
    collected = _collect(*(part for part in parts if part.number != lost))
    assert collected.gap == lost
    assert collected.complete == (lost is None)


def test_messages_without_a_number_are_taken_as_they_come() -> None:
    first, second = Part({"n": 1}, None, True), Part({"n": 2}, None, False)
    assert not _collect(first).complete
    assert _collect(first, second).complete
    assert _collect(first, second).payloads == [{"n": 1}, {"n": 2}]


def test_nothing_counts_after_the_last_one() -> None:
    last, stray = Part({"n": 0}, 0, False), Part({"n": 3}, 3, True)
    assert _collect(last, stray).complete
    assert _collect(last, stray).payloads == [{"n": 0}]


@pytest.mark.parametrize(
    ("parts", "lack"),
    [
        ([], "nothing has come"),
        ([Part({}, 0, True)], "nothing has come after 1 messages"),
        ([Part({}, 2, False)], "message 1 is missing"),
        ([Part({}, 0, True), Part({}, 2**40, False)], "message 1 is missing"),
    ],
)
def test_the_lack_is_named(parts: list[Part], lack: str) -> None:
    assert _collect(*parts).lack == lack
