"""Names become safe without losing what they are, and a dossier has one digest whatever its order."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.evidence import (
    ACTIVE,
    BY_EXTENSION,
    FORMATS,
    LIMITS,
    MESSAGES,
    REPLACED_BY,
    Kind,
    Refusal,
    dossier_digest,
    extension_of,
    extensions_of,
    safe_name,
)


@pytest.mark.parametrize(
    ("original", "safe"),
    [
        ("用水台账.xlsx", "用水台账.xlsx"),
        ("C:\\资料\\证明.PDF", "证明.PDF"),
        ("../../etc/passwd", "passwd"),
        ("/tmp/a.pdf", "a.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("零\u200b宽\ufeff.pdf", "零宽.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("  年度  报告 .pdf", "年度 报告.pdf"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("", "file"),
        ("/", "file"),
        ('a<b>"c":d|e?f*.pdf', "a_b__c__d_e_f_.pdf"),
        ("con.pdf", "_con.pdf"),
        ("Aux", "_Aux"),
        ("镕䶮𬭎.pdf", "镕䶮𬭎.pdf"),
        ("第1.2项.佐证", "第1.2项.佐证"),
    ],
)
def test_names_are_made_safe(original, safe):
    assert safe_name(original) == safe


def test_a_long_name_keeps_its_extension():
    assert safe_name("a" * 300 + ".jpeg") == "a" * 115 + ".jpeg"
    chinese = safe_name("节" * 300 + ".xlsx")
    assert chinese.endswith("节.xlsx") and len(chinese.encode()) <= 240


@given(st.text(max_size=200) | st.text(alphabet="ab./\\ \u202e\u0301渝:", max_size=160))
def test_a_safe_name_is_safe_and_stays(original):
    name = safe_name(original)
    assert safe_name(name) == name
    assert 1 <= len(name) <= 120 and len(name.encode()) <= 240
    assert unicodedata.is_normalized("NFC", name)
    assert not set(name) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in name)
    assert not name.startswith((".", " ")) and not name.endswith((".", " "))


@given(st.text(min_size=1, max_size=200), st.sampled_from(sorted(BY_EXTENSION)))
def test_the_extension_survives(stem, extension):
    name = safe_name(f"x{stem}.{extension}")
    if "/" not in stem and "\\" not in stem:
        assert extension_of(name) == extension


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("a.PDF", "pdf"),
        ("a", ""),
        (".pdf", ""),
        ("a.", ""),
        ("a.b.docx", "docx"),
        ("a.附件", ""),
        ("a.verylongext1", ""),
    ],
)
def test_extensions(name, extension):
    assert extension_of(name) == extension


def test_the_tables_agree():
    assert {each.kind for each in FORMATS} == set(Kind) == set(LIMITS)
    assert set(MESSAGES) == set(Refusal)
    assert not set(REPLACED_BY) & set(BY_EXTENSION)
    assert not ACTIVE & (set(BY_EXTENSION) | set(REPLACED_BY))
    assert set(REPLACED_BY.values()) <= set(BY_EXTENSION)
    assert extensions_of([Kind.SHEET, Kind.PDF]) == ("pdf", "xlsx")


entries = st.lists(
    st.tuples(st.sampled_from(["T1", "T2", "G1"]), st.from_regex(r"[0-9a-f]{64}", fullmatch=True), st.text(max_size=5)),
    max_size=5,
)


@given(entries, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(content, random):
    shuffled = list(content)
    random.shuffle(shuffled)
    assert dossier_digest(shuffled) == dossier_digest(content)


@given(entries, entries)
def test_different_dossiers_differ(one, two):
    same = sorted((i, d, unicodedata.normalize("NFC", n)) for i, d, n in one) == sorted(
        (i, d, unicodedata.normalize("NFC", n)) for i, d, n in two
    )
    assert (dossier_digest(one) == dossier_digest(two)) == same


def test_fields_cannot_run_into_each_other():
    digest = "0" * 64
    assert dossier_digest([("T1", digest, 'a","b')]) != dossier_digest([("T1", digest, "a"), ("T1", digest, "b")])
    assert dossier_digest([("T1", digest, "a")]) != dossier_digest([("T1", digest, "a")] * 2)
