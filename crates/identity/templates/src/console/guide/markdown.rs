//! The Markdown of the guides: headings, paragraphs, lists, tables, blocks of code, emphasis and links.
//! Comments and pictures are left out.

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
    /// A list; true if it is numbered.
    List(bool, Vec<Vec<MarkdownSpan>>),
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
        let mut parts = vec![Part::default()];
        let mut lines = text.lines();
        let mut reader = Reader::default();
        while let Some(line) = lines.next() {
            let trimmed = line.trim();
            if let Some(title) = trimmed.strip_prefix("# ") {
                title.clone_into(&mut parts[0].heading);
            } else if let Some(heading) = trimmed.strip_prefix("## ") {
                reader.finish(&mut parts);
                parts.push(Part {
                    heading: heading.replace('`', ""),
                    ..Part::default()
                });
            } else if trimmed.starts_with("```") {
                let indent = line.len() - line.trim_start().len();
                let code = lines.by_ref();
                let code = code.take_while(|line| !line.trim().starts_with("```"));
                let code = code.map(|line| line.get(indent..).unwrap_or_default());
                reader.finish(&mut parts);
                reader.block = Some(MarkdownBlock::Code(code.collect::<Vec<_>>().join("\n")));
                reader.finish(&mut parts);
            } else if let Some(end) = skipped(trimmed) {
                if !trimmed.contains(end) {
                    lines.by_ref().find(|line| line.contains(end));
                }
            } else {
                reader.read(line, &mut parts);
            }
        }
        reader.finish(&mut parts);
        let sections = parts.split_off(1);
        Self {
            start: parts.pop().unwrap_or_default(),
            sections,
        }
    }
}

/// Returns the end of what this line begins, if that is left out.
fn skipped(line: &str) -> Option<&'static str> {
    if line.starts_with("<!--") {
        Some("-->")
    } else if line.starts_with("<picture") {
        Some("</picture>")
    } else {
        None
    }
}

/// The block that is read.
#[derive(Default)]
struct Reader {
    block: Option<MarkdownBlock>,
    /// Lines of the last text, which become spans at its end.
    text: String,
}

impl Reader {
    fn read(&mut self, line: &str, parts: &mut [Part]) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            // A list continues after an empty line.
            if !matches!(self.block, Some(MarkdownBlock::List(..))) {
                self.finish(parts);
            }
        } else if let Some(heading) = trimmed.strip_prefix("### ") {
            self.finish(parts);
            self.block = Some(MarkdownBlock::Heading(spans(heading)));
            self.finish(parts);
        } else if let Some(row) = trimmed.strip_prefix('|') {
            if !matches!(self.block, Some(MarkdownBlock::Table(_))) {
                self.finish(parts);
                self.block = Some(MarkdownBlock::Table(Vec::new()));
            }
            let is_rule = row.chars().all(|c| "|-: ".contains(c));
            if let (Some(MarkdownBlock::Table(rows)), false) = (&mut self.block, is_rule) {
                rows.push(cells(row));
            }
        } else if let Some((is_numbered, item)) = item(trimmed) {
            self.end_item();
            if !matches!(&self.block, Some(MarkdownBlock::List(is, _)) if *is == is_numbered) {
                self.finish(parts);
                self.block = Some(MarkdownBlock::List(is_numbered, Vec::new()));
            }
            item.clone_into(&mut self.text);
        } else {
            let is_list = matches!(self.block, Some(MarkdownBlock::List(..)));
            let is_table = matches!(self.block, Some(MarkdownBlock::Table(_)));
            if is_table || (is_list && !line.starts_with(' ')) {
                self.finish(parts);
            }
            if self.block.is_none() {
                self.block = Some(MarkdownBlock::Text(Vec::new()));
            }
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(trimmed);
        }
    }

    /// Adds the text to the list.
    fn end_item(&mut self) {
        if let Some(MarkdownBlock::List(_, items)) = &mut self.block
            && !self.text.is_empty()
        {
            items.push(spans(&std::mem::take(&mut self.text)));
        }
    }

    /// Adds the block to the last part.
    fn finish(&mut self, parts: &mut [Part]) {
        self.end_item();
        let text = std::mem::take(&mut self.text);
        let block = match self.block.take() {
            Some(MarkdownBlock::Text(_)) => Some(MarkdownBlock::Text(spans(&text))),
            block => block,
        };
        if let (Some(part), Some(block)) = (parts.last_mut(), block) {
            part.blocks.push(block);
        }
    }
}

/// Returns the text of an item of a list, and true if the list is numbered.
fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(item) = line.strip_prefix("- ") {
        return Some((false, item));
    }
    let (number, item) = line.split_once(". ")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some((true, item))
}

fn cells(row: &str) -> Vec<Vec<MarkdownSpan>> {
    let row = row.strip_suffix('|').unwrap_or(row);
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut is_code = false;
    for letter in row.chars() {
        match letter {
            // A bar within code is none of the table.
            '|' if !is_code => cells.push(spans(std::mem::take(&mut cell).trim())),
            _ => {
                is_code ^= letter == '`';
                cell.push(letter);
            }
        }
    }
    cells.push(spans(cell.trim()));
    cells
}

fn spans(text: &str) -> Vec<MarkdownSpan> {
    let mut spans = Vec::new();
    let mut rest = text;
    let mut plain = String::new();
    while let Some(start) = rest.find(['`', '*', '[', '!']) {
        let (before, marked) = rest.split_at(start);
        plain.push_str(before);
        if let Some((span, after)) = span(marked) {
            if !plain.is_empty() {
                spans.push(MarkdownSpan::Text(std::mem::take(&mut plain)));
            }
            spans.extend(span);
            rest = after;
        } else {
            let mut letters = marked.chars();
            plain.extend(letters.next());
            rest = letters.as_str();
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        spans.push(MarkdownSpan::Text(plain));
    }
    spans
}

/// Returns the span that a text begins with, and the rest; a picture has no span.
fn span(text: &str) -> Option<(Option<MarkdownSpan>, &str)> {
    let between = |mark: &str| {
        let (inner, rest) = text.strip_prefix(mark)?.split_once(mark)?;
        (!inner.is_empty()).then(|| (inner.to_owned(), rest))
    };
    if let Some((code, rest)) = between("`") {
        return Some((Some(MarkdownSpan::Code(code)), rest));
    }
    if let Some((strong, rest)) = between("**") {
        return Some((Some(MarkdownSpan::Strong(strong)), rest));
    }
    let (is_picture, link) = match text.strip_prefix('!') {
        Some(link) => (true, link),
        None => (false, text),
    };
    let (shown, rest) = link.strip_prefix('[')?.split_once("](")?;
    let (target, rest) = rest.split_once(')')?;
    let link = || MarkdownSpan::Link(shown.replace('`', ""), target.to_owned());
    Some(((!is_picture).then(link), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> MarkdownSpan {
        MarkdownSpan::Text(text.to_owned())
    }

    #[test]
    fn spans_have_styles_and_links() {
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
            spans("Run `a|b`, **then** see [the guide](x.md#y)."),
            expected
        );
        for plain in ["2 * 3", "an `open mark", "[1] and (2)", "wow!"] {
            assert_eq!(spans(plain), [text(plain)], "{plain}");
        }
    }

    #[test]
    fn document_is_divided_into_sections() {
        let document = Document::parse(
            "# Title\n\nIntro\non two lines.\n\n<!-- reader:\nrun -->\n## Do `it` now\n\n1. One\n   goes on.\n\
             2. Two:\n\n   ```sh\n   run\n     more\n   ```\n\n- a\n- b\n\n| x | y |\n|---|---|\n| `a|b` | c |\n\n\
             ### Below\nEnd.\n",
        );
        assert_eq!(document.start.heading, "Title");
        let intro = MarkdownBlock::Text(vec![text("Intro on two lines.")]);
        assert_eq!(document.start.blocks, [intro]);
        let [section] = &document.sections[..] else {
            panic!("one section");
        };
        assert_eq!(section.anchor(), "do-it-now");
        let list = |is, items: [&str; 2]| {
            MarkdownBlock::List(is, items.map(|item| vec![text(item)]).into())
        };
        let table = vec![
            vec![vec![text("x")], vec![text("y")]],
            vec![vec![MarkdownSpan::Code("a|b".to_owned())], vec![text("c")]],
        ];
        let expected = [
            list(true, ["One goes on.", "Two:"]),
            MarkdownBlock::Code("run\n  more".to_owned()),
            list(false, ["a", "b"]),
            MarkdownBlock::Table(table),
            MarkdownBlock::Heading(vec![text("Below")]),
            MarkdownBlock::Text(vec![text("End.")]),
        ];
        assert_eq!(section.blocks, expected);
    }
}
