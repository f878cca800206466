"""No pickle, archive, image or array, however it was made, gets its reader to do anything, hang, die, or fill
the memory.

`make fuzz` reads many more of them.
"""

import pickle
from random import Random

import pytest
from fuzz import genuine, hostile, hostile_cifar, hostile_data
from fuzz.campaign import Campaign
from fuzz.mutations import boundaries, unchanged
from fuzz.readers import Reader
from hypothesis import given
from hypothesis import strategies as st
from project import GOLDEN
from synthgap.data.readers.pickles import BrokenPickleError, Budget, read_plain, short
from synthgap.models.loading import load_network

NETWORKS, BATCHES, FILES = hostile.cases(), hostile_cifar.cases(), hostile_data.cases()


@pytest.fixture(scope="module")
def reader():
    """Reads in a process of its own, with little memory and no time to lose."""
    made = Reader()
    yield made
    made.stop()


@pytest.mark.parametrize("name", NETWORKS)
def test_a_hostile_network_is_refused(tmp_path, reader, name):
    (tmp_path / "evil.pkl").write_bytes(NETWORKS[name])
    outcome = reader.read("network", tmp_path / "evil.pkl")
    assert (outcome["verdict"], outcome["executed"]) == ("refused", []), outcome


@pytest.mark.parametrize("name", BATCHES)
def test_a_hostile_batch_is_refused(tmp_path, reader, name):
    genuine.write_cifar(tmp_path)
    (tmp_path / "test_batch").write_bytes(BATCHES[name])
    outcome = reader.read("cifar", tmp_path / "test_batch")
    assert (outcome["verdict"], outcome["executed"]) == ("refused", []), outcome


@pytest.fixture(scope="module")
def campaign(reader, tmp_path_factory):
    return Campaign(tmp_path_factory.mktemp("campaign"), 0, reader)


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused(campaign, name):
    outcome = campaign.read_hostile_file(*FILES[name])
    assert (outcome["verdict"], outcome["executed"]) == ("refused", []), outcome


def test_mutated_files_do_no_harm(campaign):
    for _ in range(250):
        campaign.read_next()
    for _ in range(100):
        campaign.read_next_file("archives")
        campaign.read_next_file("arrays")
    assert not campaign.problems


def test_a_pickle_rewritten_is_the_same_network(tmp_path):
    data = (GOLDEN / "stylegan3t.pkl").read_bytes()
    (tmp_path / "same.pkl").write_bytes(unchanged(data, boundaries(data), Random(0)))
    network, again = load_network(GOLDEN / "stylegan3t.pkl"), load_network(tmp_path / "same.pkl")
    assert network.config == again.config
    assert all((again.state_dict()[name] == value).all() for name, value in network.state_dict().items())


KEYS = st.none() | st.booleans() | st.integers(-(2**31) + 1, 2**31 - 1) | st.text(max_size=20)
SCALARS = KEYS | st.floats(allow_nan=False) | st.integers(-(2**200), 2**200)
PLAIN = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner) | st.tuples(inner, inner) | st.tuples(inner),
)


@given(content=PLAIN, protocol=st.integers(2, 5))
def test_plain_data_is_what_python_reads(content, protocol):
    assert read_plain(memoryview(pickle.dumps(content, protocol)), set()).content == content


@given(content=PLAIN)
def test_words_for_a_value_are_few_and_printable(content):
    words = short(content)
    assert len(words) <= 60
    assert words.isprintable()


@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    try:
        read_plain(memoryview(b"\x80\x04" + data), set())
    except Exception as error:
        assert type(error).__name__ in ("BrokenPickleError", "UnsafePickleError")  # noqa: PT017


@pytest.mark.parametrize(
    ("budget", "data"),
    [
        (Budget(size=5), b"\x80\x02}}0."),
        (Budget(opcodes=5), b"\x80\x02}}}000."),
        (Budget(nesting=2), b"\x80\x02((((111."),
        (Budget(text=3), b"\x80\x02X\x04\x00\x00\x00aaaa."),
        (Budget(line=3), b"\x80\x02S'aaaa'\n."),
        (Budget(number=2), b"\x80\x02\x8a\x03abc."),
    ],
)
def test_a_budget_is_kept(budget, data):
    with pytest.raises(BrokenPickleError):
        read_plain(memoryview(data), set(), budget)


def test_the_witness_sees_what_a_reader_does(tmp_path, monkeypatch):
    """Without this, nothing executed might mean that nothing was seen."""
    from fuzz.child import Witness

    witness = Witness()
    witness.watching = True
    pickle.loads(b"cos\ngetcwd\n)R.")
    (tmp_path / "x").write_text("x")
    exec("1")
    witness.watching = False
    assert {"pickle.find_class", "open for writing", "exec", "compile"} <= set(witness.events)
