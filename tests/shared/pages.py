"""Pages of HTML as their tables."""

from html.parser import HTMLParser

VOID = {"meta", "br", "col"}


class Page(HTMLParser):
    """The cells of every table of a page, as text; a cell that reaches over several rows stands in each.

    `tags` are all that were opened, `open` those that are not closed.
    """

    def __init__(self, html):
        super().__init__()
        self.tables, self.tags, self.open, self.text = [], set(), [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
            self.above = []
        elif tag == "tr":
            self.above = [(text, rows - 1) for text, rows in self.above if rows > 1]
            self.tables[-1].append([text for text, _ in self.above])
        elif tag == "br" and self.text is not None:
            self.text += "\n"
        elif tag in {"td", "th"}:
            self.text, self.rows = "", int(dict(attrs).get("rowspan", 1))

    def handle_data(self, data):
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if tag in {"td", "th"}:
            self.tables[-1][-1].append(self.text)
            if self.rows > 1:
                self.above.append((self.text, self.rows))
            self.text = None
