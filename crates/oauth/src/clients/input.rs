//! Input for registering clients.

use doorward_domain::model::{ClientChange, ClientId, ClientKind};

/// A client to register.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// The client id; `None` for a random one.
    pub id: Option<ClientId>,
    /// The display name.
    pub name: String,
    /// Public or confidential.
    pub kind: ClientKind,
    /// The given settings; the others receive a suitable default.
    pub settings: ClientChange,
}

impl NewClient {
    /// Creates input with this name and the defaults of the kind.
    pub fn named(name: &str, kind: ClientKind) -> Self {
        Self {
            id: None,
            name: name.to_owned(),
            kind,
            settings: ClientChange::default(),
        }
    }
}
