import numpy as np
import pytest
from synthgap.data.images import ImageSet
from synthgap.run.errors import InputError
from synthgap.sets.names import competitors, reverse_step, set_name


def test_set_names_have_as_many_digits_as_the_schedule():
    assert [set_name(t_re, 100) for t_re in (0, 5, 30, 100)] == ["real", "t005", "t030", "t100"]
    assert set_name(5, 20) == "t05"


def test_names_tell_reconstructions_from_competitors():
    names = ["real", "t005", "t100", "gan", "t2", "the_gan", "negative-control", "positive-control"]
    assert [reverse_step(name) for name in names[:5]] == [0, 5, 100, None, 2]
    assert competitors(names) == ["gan", "the_gan"]


def test_shards_are_neighbours_and_cover_everything():
    images = ImageSet(np.zeros((11, 1, 1, 1), np.uint8), np.zeros(11, np.int64), np.arange(11))
    parts = [list(images.shard(number, 3).index) for number in range(3)]
    assert parts == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]
    with pytest.raises(InputError, match=r"diffusion\.shards: 12 is more than the 11 images of a split"):
        images.shard(0, 12)
