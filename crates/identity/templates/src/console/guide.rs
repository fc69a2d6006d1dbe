//! A section of a guide. The guides are Markdown; what they use of it is shown, and links lead to other
//! guides of the program or to other sites.

mod markdown;

use super::parts::{Frame, Link, title};
use crate::prelude::*;

pub use self::markdown::{Document, MarkdownBlock, MarkdownSpan, plain_text};

/// `GET /admin/guides/{name}` and `GET /admin/guides/{name}/{section}`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "console/guide.html")]
pub struct Guide {
    pub layout: Layout,
    pub frame: Frame,
    pub heading: String,
    /// Link to the beginning of the guide; `None` on it.
    pub back: Option<Link>,
    pub blocks: Vec<MarkdownBlock>,
    /// Links to the sections; the second value marks the current one.
    pub sections: Vec<(Link, bool)>,
}

impl Guide {
    fn trail(&self) -> Vec<Link> {
        self.frame.trail(&self.layout, &self.back)
    }

    fn title(&self) -> String {
        title(&self.layout, [self.heading.as_str()], false)
    }
}
