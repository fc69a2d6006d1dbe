//! The details of an object.

use askama::Template;

use super::parts::{Fact, Frame, Link, Notice, Pager, State, Table, Tone, Value, title};
use crate::layout::Layout;

/// `GET /admin/people/{id}` and other objects.
#[derive(Clone, Debug, Template)]
#[template(path = "console/detail.html")]
pub struct Detail {
    /// Layout data shared by every page.
    pub layout: Layout,
    /// The frame.
    pub frame: Frame,
    /// Link to the list.
    pub back: Link,
    /// Name of the object.
    pub heading: String,
    /// State of the object.
    pub state: Option<State>,
    /// Sub-pages; the second value marks the current one.
    pub pages: Vec<(Link, bool)>,
    /// Message about the last action.
    pub notice: Option<Notice>,
    /// Facts.
    pub facts: Vec<Fact>,
    /// Tables below the facts.
    pub tables: Vec<Table>,
    /// Links to other pages of the last table.
    pub pager: Pager,
    /// Links to actions.
    pub actions: Vec<Link>,
    /// Buttons that post a form without fields to their URL.
    pub buttons: Vec<Link>,
    /// Links to actions that cannot be undone.
    pub risky: Vec<Link>,
    /// Current time in Unix seconds.
    pub now: i64,
}

impl Detail {
    fn title(&self) -> String {
        title(&self.layout, &self.heading, false)
    }
}
