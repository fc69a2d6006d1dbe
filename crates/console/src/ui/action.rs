//! An action: the question before it, and the answer to its form.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use doorward_http::page::PageError;
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::{Confirmation, EntryField, Fact, Section, Table, TypedName};

use crate::console::Console;
use crate::ui::also_as;
use crate::ui::reason;

/// The messages of an action.
#[derive(Clone, Copy)]
pub(crate) struct Messages {
    /// The question.
    pub(crate) question: &'static str,
    /// Consequences.
    pub(crate) text: &'static str,
    /// The button.
    pub(crate) submit: &'static str,
    /// The notice afterwards.
    pub(crate) done: &'static str,
}

/// An action to confirm.
pub(crate) struct Action {
    /// The section.
    pub(crate) section: Section,
    /// The messages.
    pub(crate) messages: Messages,
    /// Name of the object; empty for none.
    pub(crate) object: String,
    /// A choice between ways to do it.
    pub(crate) choice: Option<EntryField>,
    /// The field for the reason.
    pub(crate) reason: Option<EntryField>,
    /// The name to type, for what cannot be undone.
    pub(crate) typed: Option<String>,
    /// Version of the object.
    pub(crate) version: Option<String>,
    /// True if the action takes something away.
    pub(crate) is_risky: bool,
    /// Path of the page before.
    pub(crate) back: String,
}

impl Action {
    /// Asks the question.
    pub(crate) fn ask(self, console: &Console<'_>) -> HttpResponse {
        self.ask_with(console, Vec::new())
    }

    /// Asks the question, with numbers of what the action concerns.
    pub(crate) fn ask_with(self, console: &Console<'_>, facts: Vec<Fact>) -> HttpResponse {
        self.render(
            console,
            (StatusCode::OK, None),
            String::new(),
            (Vec::new(), facts),
        )
    }

    /// Asks the question about these values now and afterwards.
    pub(crate) fn ask_about(self, console: &Console<'_>, changes: Table) -> HttpResponse {
        let details = (vec![changes], Vec::new());
        self.render(console, (StatusCode::OK, None), String::new(), details)
    }

    /// Asks again if the typed name differs, or the reason is not accepted.
    pub(crate) fn check(
        self,
        console: &Console<'_>,
        form: &Params,
    ) -> Result<Result<Self, HttpResponse>, PageError> {
        self.check_with(console, form, &[])
    }

    /// Asks again, with the same numbers, if the typed name differs, or the reason is not accepted.
    pub(crate) fn check_with(
        mut self,
        console: &Console<'_>,
        form: &Params,
        facts: &[Fact],
    ) -> Result<Result<Self, HttpResponse>, PageError> {
        let typed = text(form, "name")?.trim();
        if let Some(field) = self.reason.take() {
            self.reason = Some(reason::fill(console, field, form)?);
        }
        let is_accepted = self
            .reason
            .as_ref()
            .is_none_or(|field| field.error.is_none());
        if is_accepted && self.typed.as_deref().is_none_or(|name| name == typed) {
            return Ok(Ok(self));
        }
        let status = (StatusCode::UNPROCESSABLE_ENTITY, None);
        let typed = typed.to_owned();
        Ok(Err(self.render(
            console,
            status,
            typed,
            (Vec::new(), facts.to_vec()),
        )))
    }

    /// Returns to the page before after a change, or shows why it failed.
    pub(crate) fn finish<T>(
        self,
        console: &Console<'_>,
        result: Result<T, String>,
        next: &str,
    ) -> HttpResponse {
        self.finish_with(console, result, next, Vec::new())
    }

    /// Does the same, with the same numbers if the change failed.
    pub(crate) fn finish_with<T>(
        self,
        console: &Console<'_>,
        result: Result<T, String>,
        next: &str,
        facts: Vec<Fact>,
    ) -> HttpResponse {
        match result {
            Ok(_) => {
                let done = self.messages.done;
                console.page.see_other(&format!("{next}?done={done}"))
            }
            Err(failure) => self.fail_with(console, failure, facts),
        }
    }

    /// Shows why the change failed.
    pub(crate) fn fail(self, console: &Console<'_>, failure: String) -> HttpResponse {
        self.fail_with(console, failure, Vec::new())
    }

    /// Shows why the change failed, with the same numbers.
    pub(crate) fn fail_with(
        self,
        console: &Console<'_>,
        failure: String,
        facts: Vec<Fact>,
    ) -> HttpResponse {
        let typed = self.typed.clone().unwrap_or_default();
        let status = (StatusCode::CONFLICT, Some(failure));
        self.render(console, status, typed, (Vec::new(), facts))
    }

    /// Shows why the change of these values failed.
    pub(crate) fn fail_about(
        self,
        console: &Console<'_>,
        changes: Table,
        failure: String,
    ) -> HttpResponse {
        let typed = self.typed.clone().unwrap_or_default();
        let status = (StatusCode::CONFLICT, Some(failure));
        self.render(console, status, typed, (vec![changes], Vec::new()))
    }

    fn render(
        self,
        console: &Console<'_>,
        (status, failure): (StatusCode, Option<String>),
        typed: String,
        (tables, facts): (Vec<Table>, Vec<Fact>),
    ) -> HttpResponse {
        let is_wrong = status == StatusCode::UNPROCESSABLE_ENTITY;
        let fields = self.choice.iter().chain(&self.reason);
        let also = also_as::of_question(console, fields, self.version.as_deref());
        let version = self.version.map(|version| ("version", version));
        let view = Confirmation {
            object: self.object,
            text: console.t(self.messages.text),
            tables,
            facts,
            choice: self.choice,
            reason: self.reason,
            typed: self.typed.map(|name| TypedName {
                is_wrong: is_wrong && name != typed,
                name,
                typed,
            }),
            fields: version.into_iter().collect(),
            failure,
            submit: console.t(self.messages.submit),
            is_risky: self.is_risky,
            also,
            ..console.confirmation(self.section, self.messages.question, self.back)
        };
        console.page.html(status, &view)
    }
}
