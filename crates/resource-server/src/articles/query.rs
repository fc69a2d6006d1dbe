//! The query string of a list of articles: filters, order, page.

use doorward_access::Principal;

use crate::list_params::{Filters, Reader};
use crate::projects::model::Confidentiality;

/// Maximum length of a search text in characters.
const MAX_SEARCH: usize = 200;
/// Maximum length of an author, a category or a plan in characters.
const MAX_NAME: usize = 255;

/// The sort key of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Created,
    Updated,
    Title,
}

/// The filter of a list of articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    /// Organization.
    pub org: String,
    /// Caller; results differ between callers.
    pub subject: String,
    pub author: Option<String>,
    pub category: Option<String>,
    pub confidentiality: Vec<Confidentiality>,
    pub plan: Option<String>,
    /// Published articles, drafts, or both.
    pub published: Vec<bool>,
    /// Words in the title.
    pub search: Option<String>,
}

/// A list of articles.
pub(super) type ListQuery = crate::list_params::ListQuery<Filter>;

impl Filters for Filter {
    type Key = Key;

    const KNOWN: &'static [&'static str] = &[
        "author",
        "category",
        "confidentiality",
        "cursor",
        "limit",
        "ordering",
        "plan",
        "published",
        "search",
    ];
    const KEYS: &'static [(&'static str, Key)] = &[
        ("created_at", Key::Created),
        ("updated_at", Key::Updated),
        ("title", Key::Title),
    ];
    const CREATED: Key = Key::Created;
    const CURSORS: &'static str = "articles/2";

    fn read(reader: &mut Reader<'_>, principal: &Principal) -> Self {
        Self {
            org: principal.org.clone().unwrap_or_default(),
            subject: principal.subject.clone(),
            author: reader.text("author", MAX_NAME),
            category: reader.text("category", MAX_NAME),
            confidentiality: reader.list("confidentiality", Confidentiality::parse),
            plan: reader.text("plan", MAX_NAME),
            published: reader.list("published", |word| word.parse().ok()),
            search: reader.text("search", MAX_SEARCH),
        }
    }
}
