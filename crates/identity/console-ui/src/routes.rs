//! Routes of the pages.

use std::fmt::Display;
use std::rc::Rc;

use actix_web::web::{Payload, ServiceConfig};
use doorward_domain::model::{ClientId, ProviderId, UserId};
use doorward_templates::console::Section;
use doorward_web::page::Page;
use doorward_web::page_support::{form_resource, page_resource};
use futures_util::future::LocalBoxFuture;
use url::form_urlencoded::Serializer;

use crate::console::{Access, Console};
use crate::feature;
use crate::stop::Answer;
use crate::visit::Visit;

pub use crate::parameter::parameter;
pub use doorward_admin::operation::encode;

/// Path of the roles of a user, a group or a client, below that of the object.
pub const ACCESS: &str = "/access";
pub const BRANDING: &str = "/branding";
/// Path of the texts of an organization or a client, below that of the object.
pub const API_ACCESS: &str = Section::ApiAccess.path();
pub const APPS: &str = Section::Apps.path();
pub const AUDIT: &str = Section::Audit.path();
pub const GRANTS: &str = Section::Assignments.path();
pub const GROUPS: &str = Section::Groups.path();
pub const ORGANIZATIONS: &str = Section::Organizations.path();
pub const PEOPLE: &str = Section::People.path();
pub const PROVIDERS: &str = Section::Providers.path();
pub const ROLES: &str = Section::Roles.path();
pub const SESSIONS: &str = Section::Sessions.path();
pub const SIGN_INS: &str = Section::SignIns.path();
pub const REGISTRATION_TOKENS: &str = "/admin/apps/tokens";
pub const UNUSED: &str = "/admin/unused";

// Behind pointers, so that what is around a handler is compiled once.
type Show = Rc<dyn for<'a> Fn(&'a Console<'_>) -> LocalBoxFuture<'a, Answer>>;
type Handle = Rc<dyn for<'a> Fn(&'a Visit<'_>) -> LocalBoxFuture<'a, Answer>>;

/// The pages of the console, in the order in which a request is matched.
pub struct Routes<'c>(pub &'c mut ServiceConfig);

impl Routes<'_> {
    /// Adds a page without a form that posts to the same path, for every administrator: what it
    /// reads decides.
    pub fn page<F>(&mut self, path: &str, show: F) -> &mut Self
    where
        F: AsyncFn(&Console<'_>) -> Answer + Copy + 'static,
    {
        self.page_for(path, Access::Any, show)
    }

    pub fn page_for<F>(&mut self, path: &str, access: Access, show: F) -> &mut Self
    where
        F: AsyncFn(&Console<'_>) -> Answer + Copy + 'static,
    {
        self.add_page(
            path,
            access,
            Rc::new(move |console| Box::pin(async move { show(console).await })),
        )
    }

    fn add_page(&mut self, path: &str, access: Access, show: Show) -> &mut Self {
        let show = async move |page: &Page| {
            let mut console = Console::open_for(page, access).await?;
            feature::mark(page, &mut console.layout).await?;
            Ok(show(&console).await?)
        };
        self.0.service(page_resource(path, show));
        self
    }

    /// Adds a page with a form that posts to the same path; one handler shows it and takes its
    /// answer.
    pub fn form<F>(&mut self, path: &str, access: Access, handle: F) -> &mut Self
    where
        F: AsyncFn(&Visit<'_>) -> Answer + Copy + 'static,
    {
        self.add_form(
            path,
            access,
            Rc::new(move |visit| Box::pin(async move { handle(visit).await })),
        )
    }

    fn add_form(&mut self, path: &str, access: Access, handle: Handle) -> &mut Self {
        self.form_of(path, async move |page: &Page, payload| {
            let mut visit = Visit::open(page, payload, access).await?;
            feature::mark(page, &mut visit.console.layout).await?;
            handle(&visit).await
        })
    }

    /// Adds such a page with a form that the handler reads.
    pub fn form_of<F>(&mut self, path: &str, handle: F) -> &mut Self
    where
        F: AsyncFn(&Page, Option<Payload>) -> Answer + Clone + 'static,
    {
        let sent = handle.clone();
        self.0.service(form_resource(
            path,
            async move |page: &Page| Ok(handle(page, None).await?),
            async move |page: &Page, payload: Payload| Ok(sent(page, Some(payload)).await?),
        ));
        self
    }
}

pub fn app(id: &ClientId) -> String {
    format!("{APPS}/{}", encode(id.as_str()))
}

pub fn group(id: impl Display) -> String {
    format!("{GROUPS}/{id}")
}

pub fn organization(slug: &str) -> String {
    format!("{ORGANIZATIONS}/{}", encode(slug))
}

pub fn permission(name: &str) -> String {
    format!(
        "{}/permissions/{}",
        Section::Definitions.path(),
        encode(name)
    )
}

pub fn provider(id: &ProviderId) -> String {
    format!("{PROVIDERS}/{id}")
}

pub fn user(id: impl Display) -> String {
    format!("{PEOPLE}/{id}")
}

pub fn of_user(list: &str, id: UserId) -> String {
    filtered(list, [("q", id.to_string().as_str())])
}

pub fn sign_ins_of(id: &ClientId) -> String {
    filtered(SIGN_INS, [("client", id.as_str())])
}

pub fn role(name: &str) -> String {
    format!("{ROLES}/{}", encode(name))
}

/// Returns a path with these filters in its query; empty ones are left out.
pub fn filtered<'a>(path: &str, filters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(filters.into_iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}
