//! Pages of a list. A cursor is encrypted, so that a client cannot make one, and is valid only for its
//! list, its filter and its administrator. It contains the keys of former pages as well, which lead back.

use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::Pager;
use serde_json::json;

use crate::console::Console;
use crate::routes::filtered;
use crate::stop::Stop;

pub const LIMIT: usize = 50;
/// Number of rows to read: one more, to detect a next page.
pub const ROWS: u64 = LIMIT as u64 + 1;
/// Maximum length of the keys of former pages in a cursor, in bytes: those of 16 pages with IDs.
const TRAIL_MAX: usize = 600;

pub struct Cursor {
    path: String,
    filter: Vec<(&'static str, String)>,
    /// The key of the last row before this page, then those of the pages on the way to it, the latest
    /// first. The key of the first page is empty.
    trail: Vec<String>,
}

impl Cursor {
    pub fn read(console: &Console<'_>, filter: &[&'static str]) -> Result<Self, Stop> {
        let params = console.page.query()?;
        let mut cursor = Self {
            path: console.page.request.path().to_owned(),
            filter: Vec::new(),
            trail: vec![String::new()],
        };
        for name in filter {
            let text = text(&params, name)?;
            if !text.is_empty() {
                cursor.filter.push((name, text));
            }
        }
        let sealed = text(&params, "cursor")?;
        if !sealed.is_empty() {
            let trail = cursor.unseal(console, &sealed);
            cursor.trail = trail.ok_or(ErrorKind::BadRequest)?;
        }
        Ok(cursor)
    }

    /// Returns the value of a filter; empty without one.
    pub fn filter(&self, name: &str) -> &str {
        let found = self.filter.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, text)| text.as_str())
    }

    /// Returns the filter without empty values.
    pub fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        let filter = self.filter.iter();
        filter.map(|(name, text)| (*name, text.as_str()))
    }

    /// Returns the key of the last row before this page.
    pub fn after(&self) -> Option<&str> {
        let last = self.trail.first().map(String::as_str);
        last.filter(|key| !key.is_empty())
    }

    /// Returns the same key as an id; a valid cursor always contains one.
    pub fn after_id<T>(&self, parse: fn(&str) -> Option<T>) -> Result<Option<T>, Stop> {
        let read = |key: &str| parse(key).ok_or(ErrorKind::BadRequest);
        Ok(self.after().map(read).transpose()?)
    }

    /// Cuts the rows to the page, and returns the links to other pages.
    pub fn cut<R>(
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
    pub fn pager(&self, console: &Console<'_>, next: Option<&str>) -> Pager {
        let former = self.trail.get(1..).unwrap_or_default();
        Pager {
            first: self.after().map(|_| self.url(console, &[])),
            previous: (!former.is_empty()).then(|| self.url(console, former)),
            next: next.map(|key| self.url(console, &extended(key, &self.trail))),
        }
    }

    /// Returns the URL of the page with these keys; without a key, of the first page.
    fn url(&self, console: &Console<'_>, trail: &[String]) -> String {
        let is_first = trail.first().is_none_or(String::is_empty);
        let sealed = (!is_first).then(|| self.seal(console, trail));
        let cursor = sealed.as_deref().map(|cursor| ("cursor", cursor));
        filtered(&self.path, self.filters().chain(cursor))
    }

    fn aad(&self, console: &Console<'_>) -> Vec<u8> {
        let parts = json!(["console", self.path, self.filter, console.id()]);
        parts.to_string().into_bytes()
    }

    fn seal(&self, console: &Console<'_>, trail: &[String]) -> String {
        let page = console.page;
        let mut rng = page.context.core.rng();
        let sealed = page
            .web
            .pagination_key
            .seal_json(&trail, &self.aad(console), &mut rng);
        // A list of texts is always JSON.
        sealed.unwrap_or_default()
    }

    fn unseal(&self, console: &Console<'_>, cursor: &str) -> Option<Vec<String>> {
        let secret = &console.page.web.pagination_key;
        secret.open_json(cursor, &self.aad(console))
    }
}

/// Returns the keys of the page after `key`. The oldest ones beyond [`TRAIL_MAX`] are left out.
fn extended(key: &str, trail: &[String]) -> Vec<String> {
    let mut size = 0;
    let kept = trail.iter().take_while(|key| {
        size += key.len();
        size <= TRAIL_MAX
    });
    let mut keys = vec![key.to_owned()];
    keys.extend(kept.cloned());
    keys
}

fn text(params: &Params, name: &str) -> Result<String, Stop> {
    let found = params.optional(name).map_err(|_| ErrorKind::BadRequest)?;
    Ok(found.unwrap_or_default().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{TRAIL_MAX, extended};

    #[test]
    fn keys_lead_back_to_first_page() {
        let mut trail = vec![String::new()];
        for key in ["a", "b"] {
            trail = extended(key, &trail);
        }
        assert_eq!(trail, ["b", "a", ""]);
    }

    #[test]
    fn oldest_keys_are_left_out() {
        let mut trail = vec![String::new()];
        for number in 0..1_000 {
            trail = extended(&format!("{number:036}"), &trail);
        }
        assert_eq!(trail.len(), 1 + TRAIL_MAX / 36);
        assert_eq!(trail[0], format!("{:036}", 999));
        let long = "a".repeat(TRAIL_MAX + 1);
        let trail = extended("b", &extended(&long, &[String::new()]));
        assert_eq!(trail, ["b"]);
    }
}
