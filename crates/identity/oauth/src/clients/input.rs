//! Input for registering clients.

use doorward_domain::model::{ClientChange, ClientId, ClientKind};

#[derive(Debug, Clone)]
pub struct NewClient {
    /// The client id; `None` for a random one.
    pub id: Option<ClientId>,
    pub name: String,
    pub kind: ClientKind,
    /// The given settings; the others receive a suitable default.
    pub settings: ClientChange,
}

impl NewClient {
    pub fn named(name: &str, kind: ClientKind) -> Self {
        Self {
            id: None,
            name: name.to_owned(),
            kind,
            settings: ClientChange::default(),
        }
    }
}
