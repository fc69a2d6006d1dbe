//! `/admin/guides/{name}` and `/admin/guides/{name}/{section}`: the guides of this version.

use std::sync::LazyLock;

use doorward_console_ui::guides::GUIDES;
use doorward_templates::console::{Document, Guide, MarkdownBlock};

use doorward_console_ui::prelude::*;

macro_rules! guides {
    ($($name:literal)*) => {
        /// The guides with their names, read at the first use.
        static ALL: LazyLock<Vec<(&str, Document)>> = LazyLock::new(|| vec![$((
            $name,
            Document::parse(include_str!(concat!("../../../../docs/guides/", $name, ".md"))),
        )),*]);
    };
}

guides! {
    "access-reviews" "api-keys" "audit-streams" "authorization" "branding" "claims" "console" "jobs-of-a-year"
    "organizations" "sign-in-providers" "signing-keys"
}

fn path(name: &str) -> String {
    format!("{GUIDES}/{name}")
}

/// Returns the URL of the target of a link in a guide: another site, or a guide of the program. Otherwise it
/// is empty.
fn target(name: &str, written: &str) -> String {
    if written.starts_with("https://") {
        return written.to_owned();
    }
    let (file, anchor) = written.split_once('#').unwrap_or((written, ""));
    let other = if file.is_empty() {
        Some(name)
    } else {
        file.strip_suffix(".md")
    };
    let known = other.and_then(|other| ALL.iter().find(|(known, _)| *known == other));
    let Some((name, document)) = known else {
        return String::new();
    };
    // A heading within a section has no page.
    let has_section = document.sections.iter().any(|part| part.anchor() == anchor);
    if has_section {
        format!("{}/{anchor}", path(name))
    } else {
        path(name)
    }
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let [name, section] = ["name", "section"].map(|name| parameter(console.page, name));
    let found = ALL.iter().find(|(known, _)| *known == name);
    let (name, document) = found.ok_or(ErrorKind::NotFound)?;
    let home = path(name);
    let sections = document.sections.iter().map(|part| {
        let anchor = part.anchor();
        let link = Link::new(format!("{home}/{anchor}"), part.heading.as_str());
        (link, anchor == section)
    });
    let sections = sections.collect();
    let back = Link::new(home, document.start.heading.as_str());
    let (back, part) = if section.is_empty() {
        (None, &document.start)
    } else {
        let mut sections = document.sections.iter();
        let part = sections.find(|part| part.anchor() == section);
        (Some(back), part.ok_or(ErrorKind::NotFound)?)
    };
    let blocks = part.blocks.iter().cloned();
    let blocks =
        blocks.map(|block: MarkdownBlock| block.with_targets(&|written| target(name, written)));
    console.show(&Guide {
        layout: console.layout.clone(),
        frame: console.frame(Section::Home, false),
        heading: part.heading.clone(),
        back,
        blocks: blocks.collect(),
        sections,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_guides_sections_and_other_sites() {
        assert_eq!(
            target("console", "https://example.org/"),
            "https://example.org/"
        );
        for (written, expected) in [
            ("signing-keys.md", "signing-keys"),
            ("#undo-a-change", "console/undo-a-change"),
            ("#what-a-change-asks-of-you", "console"),
        ] {
            let expected = format!("{GUIDES}/{expected}");
            assert_eq!(target("console", written), expected, "{written}");
        }
        for written in ["../reference/cli.md", "upgrade.md"] {
            assert_eq!(target("console", written), "", "{written}");
        }
    }
}
