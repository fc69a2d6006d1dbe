//! A passkey in responses of both APIs.

use doorward_domain::model::Passkey;

use crate::view;

view! {
    /// A passkey.
    pub PasskeyView(passkey: Passkey) {
        /// ID.
        id: String = passkey.id.to_string();
        /// Name given by the user.
        name: String = passkey.name;
        /// True if it may be synchronized between devices.
        synced: bool = passkey.backup_eligible;
        /// True if its signature counter went backwards: it may have been copied.
        suspected: bool = passkey.suspected_at.is_some();
        /// Time of creation (RFC 3339).
        created_at: Time = passkey.created_at;
        /// Time of last use (RFC 3339).
        last_used_at: Option<Time> = passkey.last_used_at;
    }
}
