//! Sessions of users at service providers.

use doorward_domain::boxed;
use doorward_domain::model::saml_client::SamlSession;

use super::prelude::*;
use crate::entity::saml_sessions::{Column, Entity};

pub use super::query::insert;

/// Returns the newest sessions of a browser's session, at most 100.
#[boxed]
pub async fn list(conn: &Conn, session: SessionId) -> Result<Vec<SamlSession>> {
    Entity::find()
        .filter(Column::SessionId.eq(session.as_uuid()))
        .order_by_desc(Column::CreatedAt)
        .limit(100)
        .load(conn)
        .await
}
