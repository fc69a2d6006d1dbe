//! A passkey in responses of both APIs.

use doorward_domain::model::Passkey;
use serde::Serialize;
use utoipa::ToSchema;

use super::time::time;

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyView {
    /// ID.
    id: String,
    /// Name given by the user.
    name: String,
    /// True if it may be synchronized between devices.
    synced: bool,
    /// True if its signature counter went backwards: it may have been copied.
    suspected: bool,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of last use (RFC 3339).
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl From<Passkey> for PasskeyView {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            name: passkey.name,
            synced: passkey.backup_eligible,
            suspected: passkey.suspected_at.is_some(),
            created_at: time(passkey.created_at),
            last_used_at: passkey.last_used_at.map(time),
        }
    }
}
