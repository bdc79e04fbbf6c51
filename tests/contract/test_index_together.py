"""Words typed one after the other find first what has them side by side."""

from __future__ import annotations

from sohoa.models import EVERYTHING
from sohoa.stores.index import Index
from sohoa.stores.index.entries import IndexDocument, PageEntry, RecordEntry


def document(number: int, *pages: str) -> IndexDocument:
    entry = RecordEntry(record_id=f"vb-{number:04d}", agency="H01", access_class="", revision=1, pages=len(pages))
    return IndexDocument(record=entry, pages=tuple(PageEntry(page=i, text=t) for i, t in enumerate(pages, start=1)))


def test_side_by_side_ranks_above_scattered(index: Index) -> None:
    scattered = [
        document(n, "hồ nước cạn; hồ khác; kim loại, kim chỉ; bùi ngùi bùi", "kim bùi hồ " * 5) for n in range(1, 9)
    ]
    together = document(9, "mở đầu không có gì " * 40, "về việc sửa hồ Bùi Kim năm nay " + "và các việc khác " * 200)
    index.replace([*scattered, together], refresh=True)
    found = index.search("ho bui kim", EVERYTHING, limit=3)
    assert found.total == 9
    assert found.hits[0].record_id == "vb-0009"
    assert found.hits[0].pages[0] == 2


def test_the_exact_spelling_stays_above_the_folded_phrase(index: Index) -> None:
    index.replace([document(1, "bán hàng trăm tấn"), document(2, "hàng bán; một trăm tấn")], refresh=True)
    assert [h.record_id for h in index.search("hàng bán", EVERYTHING).hits] == ["vb-0002", "vb-0001"]
    index.replace([document(3, "hang ban đêm")], refresh=True)
    assert index.search("hàng bán", EVERYTHING).hits[-1].record_id == "vb-0003"
