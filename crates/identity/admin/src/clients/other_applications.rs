//! Applications and kinds of clients that features add.

use doorward_applications::catalogue;
use doorward_domain::model::ClientKind;
use doorward_protocol::added::Added;

use crate::operation::Entry;

/// Applications that an operation of a feature registers, beside those of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct OtherApplications {
    pub entry: &'static Entry,
    /// Kind of their clients.
    pub kind: ClientKind,
    pub all: fn() -> Vec<OtherApplication>,
}

#[derive(Clone, Copy, Debug)]
pub struct OtherApplication {
    pub id: &'static str,
    pub title: &'static str,
    /// URL of the documentation.
    pub source: &'static str,
}

/// The applications of features.
pub static ADDED: Added<OtherApplications> = Added::new();

/// Returns the kinds of clients that this program registers: those of OAuth, and those of features.
pub fn client_kinds() -> impl Iterator<Item = ClientKind> {
    let added = ADDED.all().iter().map(|others| others.kind);
    [ClientKind::Confidential, ClientKind::Public]
        .into_iter()
        .chain(added)
}

/// Returns true if this operation registers an application that the catalogue does not have.
pub fn is_only_of(entry: &Entry, app: &str) -> bool {
    let mut added = ADDED.all().iter();
    let is_known = |others: &OtherApplications| {
        others.entry.id() == entry.id() && (others.all)().iter().any(|known| known.id == app)
    };
    catalogue::find(app).is_none() && added.any(is_known)
}
