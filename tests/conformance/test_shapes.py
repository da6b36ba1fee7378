"""The comparison of shapes sees what it is for, and nothing else."""

import pytest

from tests.conformance.shapes import differences, shape_of


@pytest.mark.parametrize(
    ("expected", "actual", "told"),
    [
        ({"a": 1}, {"a": 2}, []),
        ({"a": 1, "b": 2}, {"a": 1}, ["missing b"]),
        ({"a": 1}, {"a": 1, "b": 2}, ["extra b"]),
        ({"a": 1}, {"a": "1"}, ["type a integer string"]),
        ({"a": 1}, {"a": True}, ["type a integer boolean"]),
        ({"a": 1}, {"a": 1.5}, ["type a integer number"]),
        ({"a": "x"}, {"a": None}, ["type a string null"]),
        ({"a": {"b": 1}}, {"a": [1]}, ["type a object array"]),
        ({"a": [{"b": 1}]}, {"a": [{"c": 1}]}, ["missing a[0].b", "extra a[0].c"]),
        ([[1, "2"]], [[1, 2.5]], ["type [0][1] string number"]),
        ([], [{"a": 1}], []),
    ],
)
def test_differences_are_told_by_key_and_type(
    expected: object, actual: object, told: list[str]
) -> None:
    assert sorted(differences(shape_of(expected), shape_of(actual))) == sorted(told)


def test_a_list_has_the_keys_of_all_its_elements() -> None:
    assert shape_of([{"a": 1}, {"b": "2"}]) == [{"a": "integer", "b": "string"}]


def test_a_row_of_unlike_values_has_a_type_for_each_place() -> None:
    assert shape_of([[1, "2", 3], [4, "5", 6]]) == [["integer", "string", "integer"]]


def test_a_key_that_is_sometimes_empty_has_both_types() -> None:
    assert shape_of([{"a": None}, {"a": "x"}]) == [{"a": "null|string"}]
    assert list(differences([{"a": "null|string"}], [{"a": "string"}])) == []
