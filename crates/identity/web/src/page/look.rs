//! The look of an organization on pages outside an authorization request (decision 42). Its host
//! names it in the query, and the browser stores it for the pages that follow.

use std::cell::OnceCell;

use doorward_domain::model::BrandOwners;
use doorward_domain::model::group::is_at_or_below;
use doorward_domain::model::organization::is_slug;
use doorward_rules::brand::Brand;
use doorward_services::own_brand;

use super::Page;
use crate::cookies::{self, CookieName};
use crate::prelude::*;

#[cfg(test)]
mod tests;

/// Paths of the pages for signing in and of the account, with all paths below them. Other pages
/// belong to a client or to the console.
const PAGES: &[&str] = &[
    "/account",
    "/forgot-password",
    "/login",
    "/logout",
    "/register",
    "/reset-password",
    "/verify-email",
];

/// The organization whose look a page has.
#[derive(Default)]
pub(super) struct Look {
    /// Slug in the query; empty if it names no organization.
    chosen: Option<String>,
    /// Slug in the query or the cookie. The organization may not exist.
    slug: Option<String>,
    brand: OnceCell<Arc<Brand>>,
    /// Remote caller, with the default language of the brand.
    caller: OnceCell<Caller>,
}

impl Look {
    pub fn of_request(request: &HttpRequest, core: &Core) -> Self {
        if !has_look(request.path()) {
            return Self::default();
        }
        let chosen = chosen(request.query_string());
        let stored = || cookies::value(request, core, CookieName::Organization);
        let slug = chosen.clone().or_else(stored);
        Self {
            chosen,
            slug: slug.filter(|slug| is_slug(slug)),
            brand: OnceCell::new(),
            caller: OnceCell::new(),
        }
    }

    /// Returns the slug that the browser has to store; an empty one deletes the stored slug.
    pub fn chosen(&self) -> Option<&str> {
        self.chosen.as_deref()
    }

    pub fn owners(&self) -> Option<BrandOwners> {
        self.slug.as_deref().map(BrandOwners::of_organization)
    }

    pub fn brand(&self) -> Option<&Arc<Brand>> {
        self.brand.get()
    }

    pub fn caller(&self) -> Option<&Caller> {
        self.caller.get()
    }
}

impl Page {
    /// Reads the brand of the organization whose look the page has. An unknown organization has the
    /// brand of the deployment, so the page does not reveal which organizations exist.
    pub(crate) async fn read_look(&self) -> Result<(), ServerError> {
        let Some(owners) = self.look.owners() else {
            return Ok(());
        };
        let _ = self.look.brand.set(self.brand_of(&owners).await?);
        let _ = self.look.caller.set(Caller {
            lang: self.lang(),
            ..self.caller.clone()
        });
        Ok(())
    }

    /// Returns the brand of a client and an organization, whose own texts the page uses from now on.
    pub(super) async fn brand_of(&self, owners: &BrandOwners) -> Result<Arc<Brand>, ServerError> {
        let Context {
            core, directory, ..
        } = &*self.context;
        let texts = own_brand::texts_of_owners(core, directory, owners).await?;
        *self.texts.borrow_mut() = texts;
        own_brand::of_owners(core, directory, owners).await
    }
}

fn has_look(path: &str) -> bool {
    path == "/" || PAGES.iter().any(|page| is_at_or_below(page, path))
}

/// Returns the organization in a query; empty if the parameter has no valid slug.
fn chosen(query: &str) -> Option<String> {
    let params = Params::parse(query.as_bytes()).ok()?;
    let (_, slug) = params.iter().find(|(name, _)| *name == "organization")?;
    let slug = if is_slug(slug) { slug } else { "" };
    Some(slug.to_owned())
}
