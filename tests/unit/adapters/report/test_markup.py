from xml.etree import ElementTree

from noctule.adapters.report.markup import Markup, joined, tag


def test_texts_and_attributes_are_escaped_and_markup_is_not() -> None:
    inner = tag("b", "1 < 2 & \"so\" on 'it' goes")

    assert inner == "<b>1 &lt; 2 &amp; &quot;so&quot; on &#x27;it&#x27; goes</b>"
    assert tag("p", inner, title='a "<b>"') == f'<p title="a &quot;&lt;b&gt;&quot;">{inner}</p>'


def test_a_label_cannot_become_an_element() -> None:
    written = tag("text", "</text><script>alert(1)</script>")

    assert ElementTree.fromstring(written).text == "</text><script>alert(1)</script>"
    assert list(ElementTree.fromstring(written)) == []


def test_names_and_numbers_are_written_as_documents_want_them() -> None:
    written = tag("line", class_="grid", stroke_width=1.5, x1=10.004, x2=1000000.0, y1=None)

    assert written == '<line class="grid" stroke-width="1.5" x1="10" x2="1000000"></line>'


def test_what_no_document_may_hold_is_replaced() -> None:
    assert tag("b", "a\x00b\x1b[0m\ud800") == "<b>a\ufffdb\ufffd[0m\ufffd</b>"


def test_parts_are_joined_as_markup() -> None:
    assert joined(Markup("<i></i>"), "<i>") == "<i></i>&lt;i&gt;"
