//! `invitations`: invitations to organizations, by the hash of their links.

use doorward_domain::model::invitation::Inviter;
use doorward_domain::model::{Invitation, InvitationId, SubjectKind};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_bytes};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub hash: Vec<u8>,
    pub org: String,
    pub email: String,
    pub email_key: String,
    pub inviter_kind: Option<String>,
    pub inviter: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub ended_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Invitation {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("invitations", &row.id);
        let inviter = match (row.inviter_kind.as_deref(), row.inviter) {
            (None, None) => None,
            (Some(kind), Some(id)) => Some(Inviter {
                kind: reader.read("inviter_kind", SubjectKind::parse(kind))?,
                id,
            }),
            _ => return reader.read("inviter", None),
        };
        Ok(Self {
            id: InvitationId::from_uuid(row.id),
            hash: reader.hash("hash", &row.hash)?,
            org: row.org,
            email: row.email,
            email_key: row.email_key,
            inviter,
            created_at: row.created_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
        })
    }
}

impl From<&Invitation> for ActiveModel {
    fn from(invitation: &Invitation) -> Self {
        let inviter = invitation.inviter.as_ref();
        Self {
            id: Set(invitation.id.as_uuid()),
            hash: Set(to_bytes(&invitation.hash)),
            org: Set(invitation.org.clone()),
            email: Set(invitation.email.clone()),
            email_key: Set(invitation.email_key.clone()),
            inviter_kind: Set(inviter.map(|signed_in| signed_in.kind.as_str().to_owned())),
            inviter: Set(inviter.map(|signed_in| signed_in.id.clone())),
            created_at: Set(invitation.created_at),
            expires_at: Set(invitation.expires_at),
            ended_at: Set(invitation.ended_at),
        }
    }
}
