"""Merkle trees: the vectors of Certificate Transparency pass, and all proofs equal a naive reading of RFC 6962."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle
from tests.support.trees import nodes_of

# The leaves, roots and proofs that implementations of Certificate Transparency test themselves with.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
HASHES = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
MOST = 70


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = naive_split(len(leaves))
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    k = naive_split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if m == len(leaves):
        return [] if known else [naive_root(leaves)]
    k = naive_split(len(leaves))
    if m <= k:
        return [*naive_proof(m, leaves[:k], known=known), naive_root(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], known=False), naive_root(leaves[:k])]


def naive_split(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def test_roots_equal_those_of_certificate_transparency() -> None:
    growing = merkle.Growing()
    assert growing.root() == merkle.EMPTY == hashlib.sha256(b"").digest()
    for size, (leaf, root) in enumerate(zip(HASHES, ROOTS, strict=True), 1):
        growing.add(leaf)
        assert growing.root().hex() == merkle.root(nodes_of(HASHES), size).hex() == root


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_equals_certificate_transparency(index: int, size: int) -> None:
    proof = [bytes.fromhex(each) for each in INCLUSION[index, size]]
    assert merkle.inclusion(nodes_of(HASHES), index, size) == proof
    assert merkle.is_included(HASHES[index], index, size, proof, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("first", "second"), CONSISTENCY)
def test_consistency_equals_certificate_transparency(first: int, second: int) -> None:
    proof = [bytes.fromhex(each) for each in CONSISTENCY[first, second]]
    roots = bytes.fromhex(ROOTS[first - 1]), bytes.fromhex(ROOTS[second - 1])
    assert merkle.consistency(nodes_of(HASHES), first, second) == proof
    assert merkle.is_consistent(first, roots[0], second, roots[1], proof)


@given(st.lists(st.binary(max_size=3), min_size=1, max_size=MOST), st.data())
def test_all_proofs_equal_those_of_the_naive_reading(leaves: list[bytes], data: st.DataObject) -> None:
    size = len(leaves)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    node = nodes_of([merkle.leaf_hash(leaf) for leaf in leaves])
    assert merkle.root(node, size) == naive_root(leaves)
    assert merkle.inclusion(node, index, size) == naive_path(index, leaves)
    assert merkle.consistency(node, first, size) == naive_proof(first, leaves)


@given(st.integers(1, MOST), st.data())
def test_a_proof_shows_its_own_leaf_and_trees_and_no_other(size: int, data: st.DataObject) -> None:
    # Given
    leaves = [merkle.leaf_hash(bytes([at])) for at in range(size)]
    node = nodes_of(leaves)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, former = merkle.root(node, size), merkle.root(node, first)
    path, extends = merkle.inclusion(node, index, size), merkle.consistency(node, first, size)
    # Then
    assert merkle.is_included(leaves[index], index, size, path, root)
    assert merkle.is_consistent(first, former, size, root, extends)
    # And no other
    other = data.draw(st.binary(min_size=32, max_size=32))
    assert not merkle.is_included(other, index, size, path, root)
    assert not merkle.is_included(leaves[index], index, size, [*path, other], root)
    assert not merkle.is_included(leaves[index], index, size, path, other)
    assert not merkle.is_consistent(first, former, size, root, [*extends, other])
    assert not merkle.is_consistent(first, other, size, root, extends)
    assert not merkle.is_consistent(first, former, size, other, extends)
    for at in range(len(path)):
        assert not merkle.is_included(leaves[index], index, size, [*path[:at], other, *path[at + 1 :]], root)
    for at in range(len(extends)):
        assert not merkle.is_consistent(first, former, size, root, [*extends[:at], other, *extends[at + 1 :]])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_what_is_not_in_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion(nodes_of(HASHES), index, size)
    assert not merkle.is_included(HASHES[0], index, size, [], merkle.EMPTY)


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 3)])
def test_no_tree_extends_a_larger_one(first: int, second: int) -> None:
    with pytest.raises(IndexError):
        merkle.consistency(nodes_of(HASHES), first, second)
    assert not merkle.is_consistent(first, merkle.EMPTY, second, merkle.EMPTY, [])
