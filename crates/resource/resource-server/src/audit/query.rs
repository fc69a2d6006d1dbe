//! The query string of a list of events.

use doorward_access::Principal;

use super::event::Kind;
use crate::cursor::{CursorKey, Position};
use crate::list_params::{Reader, is_unfiltered, parameters};
use crate::problem::Result;
use crate::words::Word as _;

const KNOWN: [&str; 5] = ["cursor", "kind", "limit", "resource", "subject"];
/// Maximum length of a subject or an object name in characters.
const MAX_NAME: usize = 255;

/// The filter of a list of events, and its start.
#[derive(Debug)]
pub(super) struct Query {
    pub org: String,
    pub kinds: Vec<Kind>,
    pub subject: Option<String>,
    pub resource: Option<String>,
    pub limit: u8,
    pub after: Option<Position>,
    /// Set for all events, newest first.
    pub is_plain: bool,
}

impl Query {
    pub(super) fn parse(query: &str, principal: &Principal, cursors: &CursorKey) -> Result<Self> {
        let params = parameters(query)?;
        let mut reader = Reader::new(&params, KNOWN);
        let mut query = Self {
            org: principal.org.clone().unwrap_or_default(),
            kinds: reader.list("kind", Kind::parse).unwrap_or_default(),
            subject: reader.text("subject", MAX_NAME),
            resource: reader.text("resource", MAX_NAME),
            limit: reader.limit(),
            after: None,
            is_plain: is_unfiltered(&params),
        };
        query.after = reader.cursor(cursors, &query.context());
        reader.finish()?;
        Ok(query)
    }

    /// Returns everything that selects the events: a cursor is valid only for this context.
    pub(super) fn context(&self) -> String {
        // Debug output quotes strings, so that no value can imitate another field.
        let (org, kinds) = (&self.org, &self.kinds);
        let (subject, resource) = (&self.subject, &self.resource);
        format!("audit/1 {org:?} {kinds:?} {subject:?} {resource:?}")
    }
}
