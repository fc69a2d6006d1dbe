//! Pages of a list. A cursor is encrypted, so that a client cannot make one, and is valid only for its
//! list, its filter and its administrator.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_domain::secret::{open, seal};
use doorward_http::page::PageError;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::Pager;
use serde_json::json;

use crate::console::Console;
use crate::routes::filtered;

/// Number of rows on a page.
pub(crate) const LIMIT: usize = 50;
/// Number of rows to read: one more, to detect a next page.
pub(crate) const ROWS: u64 = LIMIT as u64 + 1;

/// The requested page of a list.
pub(crate) struct Cursor {
    path: String,
    filter: Vec<(&'static str, String)>,
    after: Option<String>,
}

impl Cursor {
    /// Reads the cursor and the filter of a list from the URL.
    pub(crate) fn read(console: &Console<'_>, filter: &[&'static str]) -> Result<Self, PageError> {
        let params = console.page.query()?;
        let mut cursor = Self {
            path: console.page.request.path().to_owned(),
            filter: Vec::new(),
            after: None,
        };
        for name in filter {
            let text = text(&params, name)?;
            if !text.is_empty() {
                cursor.filter.push((name, text));
            }
        }
        let sealed = text(&params, "cursor")?;
        if !sealed.is_empty() {
            let key = cursor.unseal(console, &sealed);
            cursor.after = Some(key.ok_or(ErrorKind::BadRequest)?);
        }
        Ok(cursor)
    }

    /// Returns the value of a filter; empty without one.
    pub(crate) fn filter(&self, name: &str) -> &str {
        let found = self.filter.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, text)| text.as_str())
    }

    /// Returns the filter without empty values.
    pub(crate) fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        let filter = self.filter.iter();
        filter.map(|(name, text)| (*name, text.as_str()))
    }

    /// Returns the key of the last row before this page.
    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Returns the same key as an id; a valid cursor always contains one.
    pub(crate) fn after_id<T>(&self, parse: fn(&str) -> Option<T>) -> Result<Option<T>, PageError> {
        let read = |key: &str| parse(key).ok_or(ErrorKind::BadRequest);
        Ok(self.after().map(read).transpose()?)
    }

    /// Cuts the rows to the page, and returns the links to other pages.
    pub(crate) fn cut<R>(
        &self,
        console: &Console<'_>,
        rows: &mut Vec<R>,
        key: impl Fn(&R) -> String,
    ) -> Pager {
        let has_more = rows.len() > LIMIT;
        rows.truncate(LIMIT);
        let next = rows.last().filter(|_| has_more).map(key);
        self.pager(console, next.as_deref())
    }

    /// Returns the links to other pages; `next` is the key of the last row before the next one.
    pub(crate) fn pager(&self, console: &Console<'_>, next: Option<&str>) -> Pager {
        Pager {
            first: self.after.is_some().then(|| self.url(None)),
            next: next.map(|key| self.url(Some(&self.seal(console, key)))),
        }
    }

    fn url(&self, cursor: Option<&str>) -> String {
        let cursor = cursor.map(|cursor| ("cursor", cursor));
        filtered(&self.path, self.filters().chain(cursor))
    }

    fn aad(&self, console: &Console<'_>) -> Vec<u8> {
        let parts = json!(["console", self.path, self.filter, console.id()]);
        parts.to_string().into_bytes()
    }

    fn seal(&self, console: &Console<'_>, key: &str) -> String {
        let page = console.page;
        let secret = page.web.pagination_key.expose();
        let mut rng = page.context.core.rng();
        let sealed = seal(secret, key.as_bytes(), &self.aad(console), &mut rng);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    fn unseal(&self, console: &Console<'_>, cursor: &str) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let secret = console.page.web.pagination_key.expose();
        let key = open(secret, &sealed, &self.aad(console)).ok()?;
        String::from_utf8(key.to_vec()).ok()
    }
}

fn text(params: &Params, name: &str) -> Result<String, PageError> {
    let found = params.optional(name).map_err(|_| ErrorKind::BadRequest)?;
    Ok(found.unwrap_or_default().trim().to_owned())
}
