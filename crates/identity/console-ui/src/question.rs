//! The question before an action, and the answer to its form.

use actix_web::http::StatusCode;
use doorward_admin::operator::AdminError;
use doorward_templates::console::{
    Confirmation, EntryField, Fact, Link, Section, Table, TypedName,
};
use doorward_web::page_support::text;

use crate::also_as;
use crate::console::Console;
use crate::reason;
use crate::stop::{Answer, Stop};
use crate::visit::Visit;

#[derive(Clone, Copy)]
pub struct Messages {
    pub question: &'static str,
    pub text: &'static str,
    pub submit: &'static str,
    pub done: &'static str,
}

impl Messages {
    /// Returns the question, the consequences, the button and the notice.
    pub const fn new([question, text, submit, done]: [&'static str; 4]) -> Self {
        Self {
            question,
            text,
            submit,
            done,
        }
    }

    /// Returns the link to the question in the danger zone, with the consequences.
    pub fn risk(self, console: &Console<'_>, path: impl Into<String>) -> (Link, String) {
        (console.link(path, self.submit), console.t(self.text))
    }
}

pub struct Question {
    pub section: Section,
    pub messages: Messages,
    /// Name of the object; empty for none.
    pub object: String,
    pub choices: Vec<EntryField>,
    pub reason: Option<EntryField>,
    /// The name to type, for what cannot be undone.
    pub typed: Option<String>,
    pub version: Option<String>,
    pub is_risky: bool,
    pub back: String,
    pub facts: Vec<Fact>,
    pub changes: Option<Table>,
}

impl Question {
    pub fn new(
        section: Section,
        messages: Messages,
        object: impl Into<String>,
        back: impl Into<String>,
    ) -> Self {
        Self {
            section,
            messages,
            object: object.into(),
            choices: Vec::new(),
            reason: None,
            typed: None,
            version: None,
            is_risky: false,
            back: back.into(),
            facts: Vec::new(),
            changes: None,
        }
    }

    /// Asks, if the page is opened. Asks again if the typed name of the answer differs, or its reason
    /// or a choice is not accepted.
    pub fn ask(mut self, visit: &Visit<'_>) -> Result<Self, Stop> {
        let typed = text(&visit.form, "name")?.trim();
        if visit.is_typed()
            && let Some(field) = self.reason.take()
        {
            self.reason = Some(reason::fill(&visit.console, field, &visit.form)?);
        }
        if !visit.is_answer() {
            visit.suggest(&mut self.choices);
            return Err(self.show(visit, (StatusCode::OK, None), typed));
        }
        let mut fields = self.choices.iter().chain(&self.reason);
        let is_accepted = fields.all(|field| field.error.is_none());
        if is_accepted && self.typed.as_deref().is_none_or(|name| name == typed) {
            return Ok(self);
        }
        Err(self.show(visit, (StatusCode::UNPROCESSABLE_ENTITY, None), typed))
    }

    /// Returns to the page before after the change, or shows why it failed.
    pub async fn finish<T>(self, visit: &Visit<'_>, result: Result<T, AdminError>) -> Answer {
        let next = self.back.clone();
        self.finish_at(visit, result, &next).await
    }

    /// Leads to this page after the change, or shows why it failed.
    pub async fn finish_at<T>(
        self,
        visit: &Visit<'_>,
        result: Result<T, AdminError>,
        next: &str,
    ) -> Answer {
        let done = self.messages.done;
        self.settle(visit, result).await?;
        Ok(visit.console.see_done(next, done))
    }

    /// Returns the result of the change, or shows why it failed.
    pub async fn settle<T>(
        self,
        visit: &Visit<'_>,
        result: Result<T, AdminError>,
    ) -> Result<T, Stop> {
        let result = visit.console.change(result).await?;
        result.map_err(|failure| self.fail(visit, failure))
    }

    pub fn fail(self, visit: &Visit<'_>, failure: String) -> Stop {
        let typed = self.typed.clone().unwrap_or_default();
        self.show(visit, (StatusCode::CONFLICT, Some(failure)), &typed)
    }

    fn show(
        self,
        visit: &Visit<'_>,
        (status, failure): (StatusCode, Option<String>),
        typed: &str,
    ) -> Stop {
        let console = &visit.console;
        let is_wrong = status == StatusCode::UNPROCESSABLE_ENTITY;
        let fields = self.choices.iter().chain(&self.reason);
        let also = also_as::of_question(console, fields, self.version.as_deref());
        let version = self.version.map(|version| ("version", version));
        let view = Confirmation {
            object: self.object,
            text: console.t(self.messages.text),
            tables: self.changes.into_iter().collect(),
            facts: self.facts,
            choices: self.choices,
            reason: self.reason,
            typed: self.typed.map(|name| TypedName {
                is_wrong: is_wrong && name != typed,
                name,
                typed: typed.to_owned(),
            }),
            fields: version.into_iter().collect(),
            failure,
            submit: console.t(self.messages.submit),
            is_risky: self.is_risky,
            also,
            ..console.confirmation(self.section, self.messages.question, self.back)
        };
        visit.answer(status, &view)
    }
}
