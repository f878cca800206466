import threading

import pytest
from synthgap.run.ahead import made_ahead


def test_what_comes_next_is_made_while_the_last_is_in_use():
    begun = [threading.Event() for _ in range(4)]

    def make(key):
        begun[key].set()
        return key * key

    for place, made in enumerate(made_ahead(make, range(4))):
        assert made == place * place
        if place < 3:
            assert begun[place + 1].wait(60)


def test_an_error_comes_in_its_place():
    results = made_ahead(lambda key: 1 / key, [2, 1, 0])
    assert [next(results), next(results)] == [0.5, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_nothing_gives_nothing():
    assert list(made_ahead(str, [])) == []
