//! A page with a form: one handler shows it, and takes its answer.

use actix_web::http::StatusCode;
use actix_web::web::Payload;
use askama::Template;
use doorward_admin::operator::AdminContext;
use doorward_domain::boxed;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::EntryField;
use doorward_web::page::Page;
use doorward_web::page_support::text;

use crate::console::{Access, Console};
use crate::kept_form;
use crate::parameter::parameter;
use crate::stop::Stop;
use crate::suggestions::Suggestions;

/// A request for a page with a form, or the answer to the form.
pub struct Visit<'p> {
    pub console: Console<'p>,
    /// The fields of the answer; none for a page that is opened, unless an answer without a recent
    /// authentication was kept for it.
    pub form: Params,
    is_answer: bool,
    suggestions: Option<Suggestions>,
}

impl<'p> Visit<'p> {
    /// Opens the page for an administrator with this access. Its form requires a recent
    /// authentication, and records a denial.
    pub async fn open(
        page: &'p Page,
        payload: Option<Payload>,
        access: Access,
    ) -> Result<Self, Stop> {
        let form = match payload {
            Some(payload) => Some(page.form(payload).await?),
            None => None,
        };
        Self::of_form(page, form, access).await
    }

    /// Does the same for a form that was read; `None` for a page that is opened.
    #[boxed(?Send)]
    pub async fn of_form(
        page: &'p Page,
        form: Option<Params>,
        access: Access,
    ) -> Result<Self, Stop> {
        let Some(form) = form else {
            let console = Console::open_for(page, access).await?;
            let form = if console.is_fresh() {
                kept_form::take(page, console.session()).await
            } else {
                Params::default()
            };
            return Ok(Self {
                console,
                form,
                is_answer: false,
                suggestions: None,
            });
        };
        let access = match access {
            Access::AdminChange => Access::Any,
            access => access,
        };
        let console = Console::open_for_change(page, access, &form).await?;
        let suggestions = Suggestions::read(&console, &form).await?;
        Ok(Self {
            console,
            form,
            // The page is shown again as it was typed.
            is_answer: suggestions.is_none(),
            suggestions,
        })
    }

    /// Shows the objects that were searched for at their field.
    pub fn suggest(&self, fields: &mut [EntryField]) {
        if let Some(suggestions) = &self.suggestions {
            suggestions.show(fields);
        }
    }

    pub const fn is_answer(&self) -> bool {
        self.is_answer
    }

    /// Returns true if the page shows what was typed: in an answer, or in one that was kept while the
    /// administrator signed in again, which changes nothing.
    pub fn is_typed(&self) -> bool {
        self.is_answer || !self.form.is_empty()
    }

    /// Returns what was typed. A page that is opened has the fields of its URL, after a search.
    pub fn values<'v>(&'v self, query: &'v Params) -> &'v Params {
        if self.is_typed() { &self.form } else { query }
    }

    /// Returns the version that a kept answer was made for; without one, the present version.
    pub fn version(&self, present: String) -> Result<String, Stop> {
        if self.is_answer || self.form.is_empty() {
            return Ok(present);
        }
        Ok(text(&self.form, "version")?.to_owned())
    }

    /// Returns the version that the values of the form were made for.
    pub fn seen(&self, present: String) -> Result<String, Stop> {
        if self.is_answer {
            return Ok(text(&self.form, "version")?.to_owned());
        }
        self.version(present)
    }

    /// Returns the context of the change, with the version and the reason of the form.
    pub fn context(&self) -> AdminContext<'_> {
        self.console.context_with_version(&self.form)
    }

    pub fn id<T>(&self, name: &str, parse: fn(&str) -> Option<T>) -> Result<T, Stop> {
        let id = parse(&parameter(self.console.page, name));
        Ok(id.ok_or(ErrorKind::NotFound)?)
    }

    /// Reads the action in the path, which is one of `all` that suits the object.
    pub fn action<T: Copy>(&self, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, Stop> {
        let named = parameter(self.console.page, "action");
        let found = all.iter().find(|action| name(**action) == named);
        Ok(*found.ok_or(ErrorKind::NotFound)?)
    }

    /// Returns the page as the end of the handler.
    pub fn answer(&self, status: StatusCode, view: &impl Template) -> Stop {
        Stop::answer(self.console.page.html(status, view))
    }
}
