//! Kinds of clients (RFC 6749 §2.1).

use serde::{Deserialize, Serialize};

doorward_protocol::words! {
    /// The client type: able or unable to keep a secret (RFC 6749 §2.1).
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum ClientKind {
        /// Runs where its secret is safe, such as a server.
        Confidential = "confidential",
        /// Runs on a user's device or in the browser.
        Public = "public",
    }
}
