import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthgap.data.randomness import derive_key, derive_seed, random_generator
from synthgap.sets.noise import sampling_noise

KEY = {"seed": 0, "replicate": 0, "split": "train", "t_re": 30, "step": 0}


def test_a_key_depends_on_every_name():
    keys = {derive_key(0), derive_key(1), derive_key(0, "a"), derive_key(0, "a", 1), derive_key(0, "a", 2)}
    assert len(keys) == 5


@given(st.integers(0, 2**70), st.text(max_size=20))
def test_seeds_fit_every_library(seed, name):
    assert 0 <= derive_seed(seed, name) < 2**63


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="a seed is a whole number from 0 up, not -1"):
        random_generator(-1)


def test_noise_belongs_to_the_image_and_not_to_the_order():
    index = np.array([5, 0, 17, 3])
    noise = sampling_noise((1, 8, 8), index, **KEY)
    backwards = sampling_noise((1, 8, 8), index[::-1], **KEY)
    assert np.array_equal(noise, backwards[::-1])
    assert np.array_equal(noise[2:3], sampling_noise((1, 8, 8), np.array([17]), **KEY))


@pytest.mark.parametrize(
    "change", [{"seed": 1}, {"replicate": 1}, {"split": "test"}, {"t_re": 50}, {"step": 1}]
)
def test_every_part_of_the_key_counts(change):
    index = np.arange(3)
    noise = sampling_noise((1, 8, 8), index, **KEY)
    other = sampling_noise((1, 8, 8), index, **(KEY | change))
    assert not np.isin(noise, other).any()


def test_noise_is_standard_normal_and_independent_between_neighbours():
    noise = sampling_noise((3, 8, 8), np.arange(500), **KEY)
    assert abs(noise.mean()) < 4 / np.sqrt(noise.size)
    assert abs(noise.std() - 1) < 4 / np.sqrt(2 * noise.size)
    correlation = (noise[:-1] * noise[1:]).mean()
    assert abs(correlation) < 4 / np.sqrt(noise[1:].size)
