use super::parts::{frame, layout_at};
use crate::console::{Document, Guide, Link, Section};
use crate::layout::Layout;
use crate::tests::samples::Sampled;

const TEXT: &str = "# Guide\n\nAn *app* has a `secret`, **once**. See [keys](keys.md).\n\n## Rotate it\n\n1. Open the app.\n\
    2. Copy the secret.\n\n```sh\ndoorward client rotate-secret photos\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\
    ### Later\n\n- End the former one.\n";

impl Sampled for Guide {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let layout = layout_at(layout, "/admin/guides/console");
        let mut document = Document::parse(TEXT);
        let section = document.sections.remove(0);
        let link = Link::new("/admin/guides/console/rotate-it", section.heading.as_str());
        let start = Self {
            frame: frame(Section::Home, false),
            heading: document.start.heading.clone(),
            back: None,
            blocks: document.start.blocks,
            sections: vec![(link.clone(), false)],
            layout,
        };
        let section = Self {
            heading: section.heading,
            back: Some(Link::new("/admin/guides/console", document.start.heading)),
            blocks: section.blocks,
            sections: vec![(link, true)],
            ..start.clone()
        };
        vec![("start", start), ("section", section)]
    }
}
