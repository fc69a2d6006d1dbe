//! The Markdown of the guides and of the catalogue. HTML, such as comments, and pictures are left out.

use std::mem;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A text with a style.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MarkdownSpan {
    Text(String),
    Code(String),
    Strong(String),
    /// A link with its target as written.
    Link(String, String),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MarkdownBlock {
    Heading(Vec<MarkdownSpan>),
    Text(Vec<MarkdownSpan>),
    Code(String),
    /// A list, and the number of its first item if it is numbered. A block of code divides it.
    List(Option<u64>, Vec<Vec<MarkdownSpan>>),
    /// A table, whose first row are the headings.
    Table(Vec<Vec<Vec<MarkdownSpan>>>),
}

/// A part of a document below a heading.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Part {
    pub heading: String,
    pub blocks: Vec<MarkdownBlock>,
}

impl Part {
    /// Returns the name of the part in URLs, as the generators of HTML make it.
    pub fn anchor(&self) -> String {
        let letters = self.heading.chars().flat_map(char::to_lowercase);
        let kept = letters.filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    }
}

impl MarkdownBlock {
    /// Returns the block with other targets of links; an empty one leaves the text.
    #[must_use]
    pub fn with_targets(mut self, target: &dyn Fn(&str) -> String) -> Self {
        let texts: Vec<&mut Vec<MarkdownSpan>> = match &mut self {
            Self::Heading(text) | Self::Text(text) => vec![text],
            Self::Code(_) => Vec::new(),
            Self::List(_, items) => items.iter_mut().collect(),
            Self::Table(rows) => rows.iter_mut().flatten().collect(),
        };
        for span in texts.into_iter().flatten() {
            if let MarkdownSpan::Link(_, href) = span {
                *href = target(href);
            }
        }
        self
    }
}

/// A document: its beginning with the title, and its sections.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Document {
    pub start: Part,
    pub sections: Vec<Part>,
}

impl Document {
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader {
            parts: vec![Part::default()],
            ..Reader::default()
        };
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            reader.read(event);
        }
        let sections = reader.parts.split_off(1);
        Self {
            start: reader.parts.pop().unwrap_or_default(),
            sections,
        }
    }
}

/// Returns a text without the marks of its Markdown. A link becomes its text.
pub fn plain_text(markdown: &str) -> String {
    let mut plain = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            Event::SoftBreak | Event::HardBreak => plain.push(' '),
            _ => {}
        }
    }
    plain
}

#[derive(Default)]
struct Reader {
    parts: Vec<Part>,
    /// The text that is read, and the style of what follows in it.
    spans: Vec<MarkdownSpan>,
    style: Option<MarkdownSpan>,
    is_picture: bool,
    code: Option<String>,
    /// The lists around the text, each with the number of its next block.
    lists: Vec<Option<u64>>,
    items: Vec<Vec<MarkdownSpan>>,
    /// True after the first block of an item, whose rest is no item.
    is_in_item: bool,
    rows: Vec<Vec<Vec<MarkdownSpan>>>,
    cells: Vec<Vec<MarkdownSpan>>,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Code(text) if self.style.is_none() => {
                self.spans.push(MarkdownSpan::Code(text.into_string()));
            }
            Event::Text(text) | Event::Code(text) => self.add(&text),
            Event::SoftBreak | Event::HardBreak => self.add(" "),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph if !self.spans.is_empty() => self.add(" "),
            Tag::Strong => self.style = Some(MarkdownSpan::Strong(String::new())),
            Tag::Link { dest_url, .. } => {
                let target = dest_url.into_string();
                self.style = Some(MarkdownSpan::Link(String::new(), target));
            }
            Tag::Image { .. } => self.is_picture = true,
            Tag::CodeBlock(_) => {
                self.end_item();
                self.end_items();
                self.code = Some(String::new());
            }
            Tag::List(first) => {
                self.end_item();
                self.end_items();
                self.lists.push(first);
            }
            Tag::Item => self.is_in_item = false,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::Paragraph if self.lists.is_empty() => {
                let text = mem::take(&mut self.spans);
                self.push(MarkdownBlock::Text(text));
            }
            TagEnd::Strong | TagEnd::Link => self.spans.extend(self.style.take()),
            TagEnd::Image => self.is_picture = false,
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.push(MarkdownBlock::Code(code.trim_end().to_owned()));
            }
            TagEnd::Item => self.end_item(),
            TagEnd::List(_) => {
                self.end_items();
                self.lists.pop();
                self.is_in_item = true;
            }
            TagEnd::TableCell => self.cells.push(mem::take(&mut self.spans)),
            TagEnd::TableHead | TagEnd::TableRow => self.rows.push(mem::take(&mut self.cells)),
            TagEnd::Table => {
                let rows = mem::take(&mut self.rows);
                self.push(MarkdownBlock::Table(rows));
            }
            _ => {}
        }
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        let text = mem::take(&mut self.spans);
        let plain = || text.iter().map(MarkdownSpan::text).collect();
        match level {
            HeadingLevel::H1 => {
                if let Some(start) = self.parts.first_mut() {
                    start.heading = plain();
                }
            }
            HeadingLevel::H2 => self.parts.push(Part {
                heading: plain(),
                ..Part::default()
            }),
            _ => self.push(MarkdownBlock::Heading(text)),
        }
    }

    fn add(&mut self, text: &str) {
        if self.is_picture {
            return;
        }
        match (&mut self.code, &mut self.style, self.spans.last_mut()) {
            (Some(code), ..) => code.push_str(text),
            (_, Some(MarkdownSpan::Link(shown, _) | MarkdownSpan::Strong(shown)), _)
            | (_, None, Some(MarkdownSpan::Text(shown))) => shown.push_str(text),
            _ => self.spans.push(MarkdownSpan::Text(text.to_owned())),
        }
    }

    /// Ends the text of an item, which is an item of the list unless it follows a block.
    fn end_item(&mut self) {
        let text = mem::take(&mut self.spans);
        if text.is_empty() {
            return;
        }
        if self.is_in_item || self.lists.is_empty() {
            self.push(MarkdownBlock::Text(text));
        } else {
            self.items.push(text);
            self.is_in_item = true;
        }
    }

    /// Adds the items to the part as a list. Its number goes on after them.
    fn end_items(&mut self) {
        let items = mem::take(&mut self.items);
        let Some(number) = self.lists.last_mut().filter(|_| !items.is_empty()) else {
            return;
        };
        let first = *number;
        *number = first.map(|first| first + items.len() as u64);
        self.push(MarkdownBlock::List(first, items));
    }

    fn push(&mut self, block: MarkdownBlock) {
        if let Some(part) = self.parts.last_mut() {
            part.blocks.push(block);
        }
    }
}

impl MarkdownSpan {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Code(text) | Self::Strong(text) | Self::Link(text, _) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> MarkdownSpan {
        MarkdownSpan::Text(text.to_owned())
    }

    #[test]
    fn spans_have_styles_and_links() {
        let spans = |text: &str| match Document::parse(text).start.blocks.pop() {
            Some(MarkdownBlock::Text(spans)) => spans,
            other => panic!("{other:?}"),
        };
        let expected = vec![
            text("Run "),
            MarkdownSpan::Code("a|b".to_owned()),
            text(", "),
            MarkdownSpan::Strong("then".to_owned()),
            text(" see "),
            MarkdownSpan::Link("the guide".to_owned(), "x.md#y".to_owned()),
            text("."),
        ];
        assert_eq!(
            spans("Run `a|b`, **then** see [the `guide`](x.md#y)."),
            expected
        );
        assert_eq!(spans("See ![a picture](x.png) it."), [text("See  it.")]);
        for plain in ["2 * 3", "an `open mark", "[1] and (2)", "wow!"] {
            assert_eq!(spans(plain), [text(plain)], "{plain}");
        }
    }

    #[test]
    fn document_is_divided_into_sections() {
        let document = Document::parse(
            "# Title\n\nIntro\non two lines.\n\n<!-- reader:\nrun -->\n## Do `it` now\n\n1. One\n   goes on.\n\
             2. Two:\n\n   ```sh\n   run\n     more\n   ```\n\n   Then go on.\n\n3. Three\n\n- a\n- b\n\n\
             | x | y |\n|---|---|\n| `a\\|b` | c |\n\n### Below\nEnd.\n",
        );
        assert_eq!(document.start.heading, "Title");
        let intro = MarkdownBlock::Text(vec![text("Intro on two lines.")]);
        assert_eq!(document.start.blocks, [intro]);
        let [section] = &document.sections[..] else {
            panic!("one section");
        };
        assert_eq!(section.anchor(), "do-it-now");
        let list = |first, items: &[&str]| {
            let items = items.iter().map(|item| vec![text(item)]);
            MarkdownBlock::List(first, items.collect())
        };
        let table = vec![
            vec![vec![text("x")], vec![text("y")]],
            vec![vec![MarkdownSpan::Code("a|b".to_owned())], vec![text("c")]],
        ];
        let expected = [
            list(Some(1), &["One goes on.", "Two:"]),
            MarkdownBlock::Code("run\n  more".to_owned()),
            MarkdownBlock::Text(vec![text("Then go on.")]),
            list(Some(3), &["Three"]),
            list(None, &["a", "b"]),
            MarkdownBlock::Table(table),
            MarkdownBlock::Heading(vec![text("Below")]),
            MarkdownBlock::Text(vec![text("End.")]),
        ];
        assert_eq!(section.blocks, expected);
    }

    #[test]
    fn plain_text_has_no_marks() {
        for (text, expected) in [
            ("Signs in with `OIDCProxy`.", "Signs in with OIDCProxy."),
            (
                "See [MinIO](minio.md), and [MCP](../mcp.md).",
                "See MinIO, and MCP.",
            ),
            ("An array [1] (of one).", "An array [1] (of one)."),
            ("", ""),
        ] {
            assert_eq!(plain_text(text), expected);
        }
    }
}
