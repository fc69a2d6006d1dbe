//! The question before an action.

use super::form::{AlsoAs, EntryField, FieldKind};
use super::parts::{Fact, Frame, Link, Table, Tone, Value, title};
use crate::prelude::*;

/// The name that must be typed before an object is deleted.
#[derive(Clone, Debug)]
pub struct TypedName {
    pub name: String,
    pub typed: String,
    pub is_wrong: bool,
}

/// `GET|POST` of an action. Its form: `POST` to the same path (`csrf`, `name`, the choices, and `step`
/// if there is a form to return to).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "console/confirmation.html")]
pub struct Confirmation {
    pub layout: Layout,
    pub frame: Frame,
    pub question: String,
    pub object: String,
    pub text: String,
    pub tables: Vec<Table>,
    /// Facts about the objects, such as numbers of what the action concerns.
    pub facts: Vec<Fact>,
    /// Choices between ways to do it, or lines of text.
    pub choices: Vec<EntryField>,
    pub reason: Option<EntryField>,
    pub typed: Option<TypedName>,
    pub fields: Vec<(&'static str, String)>,
    pub failure: Option<String>,
    pub action: String,
    pub submit: String,
    pub is_risky: bool,
    /// Text of a button that shows the form of the fields again.
    pub again: Option<String>,
    pub back: String,
    pub also: Option<AlsoAs>,
    pub now: i64,
}

impl Confirmation {
    /// Returns true if no error of the answer to a form gets the focus.
    fn focuses_heading(&self) -> bool {
        self.layout.is_answer && self.problems().is_empty()
    }

    fn trail(&self) -> Vec<Link> {
        let object = Link::new(self.back.as_str(), self.object.as_str());
        self.frame.trail(&self.layout, [&object])
    }

    fn title(&self) -> String {
        let parts = [self.question.as_str(), self.object.as_str()];
        let is_error = !self.problems().is_empty();
        title(&self.layout, parts, is_error)
    }

    fn name_error(&self) -> Option<String> {
        let wrong = self.typed.as_ref().is_some_and(|typed| typed.is_wrong);
        wrong.then(|| self.layout.t("console-typed-wrong"))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let whole = [("", self.failure.clone()), ("name", self.name_error())];
        let fields = self.choices.iter().chain(&self.reason);
        summarize(whole.into_iter().chain(fields.map(EntryField::problem)))
    }
}
