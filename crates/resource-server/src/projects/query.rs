//! The query string of a list of projects: filters, order, page.

use doorward_access::Principal;

use super::model::{Confidentiality, Status};
use crate::list_params::{Filters, Reader};

/// Maximum length of a search text in characters.
const MAX_SEARCH: usize = 200;
/// Maximum length of an owner or a department in bytes.
const MAX_NAME: usize = 255;

/// The sort key of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Created,
    Updated,
    Name,
}

/// The filter of a list of projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    /// Organization.
    pub org: String,
    /// Caller; results differ between callers.
    pub subject: String,
    pub owner: Option<String>,
    pub department: Option<String>,
    pub confidentiality: Vec<Confidentiality>,
    pub status: Vec<Status>,
    /// Words in the name.
    pub search: Option<String>,
}

/// A list of projects.
pub(super) type ListQuery = crate::list_params::ListQuery<Filter>;

impl Filters for Filter {
    type Key = Key;

    const KNOWN: &'static [&'static str] = &[
        "confidentiality",
        "cursor",
        "department",
        "limit",
        "ordering",
        "owner",
        "search",
        "status",
    ];
    const KEYS: &'static [(&'static str, Key)] = &[
        ("created_at", Key::Created),
        ("updated_at", Key::Updated),
        ("name", Key::Name),
    ];
    const CREATED: Key = Key::Created;
    const CURSORS: &'static str = "projects/3";

    fn read(reader: &mut Reader<'_>, principal: &Principal) -> Self {
        Self {
            org: principal.org.clone().unwrap_or_default(),
            subject: principal.subject.clone(),
            owner: reader.text("owner", MAX_NAME),
            department: reader.text("department", MAX_NAME),
            confidentiality: reader.list("confidentiality", Confidentiality::parse),
            status: reader.list("status", Status::parse),
            search: reader.text("search", MAX_SEARCH),
        }
    }
}
