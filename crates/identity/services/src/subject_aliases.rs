//! Subjects of merged users: a client that knew a user goes on receiving the subject of that user for the
//! one that remains. Without a merged user, no request reads anything for it.

use std::sync::atomic::AtomicBool;

use doorward_domain::model::Grant;
use doorward_store::StoreError;

use crate::prelude::*;

/// True if there is an alias, as the background work of this process last saw.
#[derive(Clone, Debug, Default)]
pub struct SubjectAliases(Arc<AtomicBool>);

impl SubjectAliases {
    /// Reads whether there is any, until there is: an alias stays.
    #[boxed]
    pub async fn read(&self, conn: &Conn) -> Result<(), StoreError> {
        if !self.is_any() && repo::user_merges::has_alias(conn).await? {
            self.0.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn is_any(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Returns the user whose subject a client knows for this user: mostly the same.
    #[boxed]
    pub async fn known_as(
        &self,
        conn: &Conn,
        client: &ClientId,
        user: UserId,
    ) -> Result<UserId, StoreError> {
        if !self.is_any() {
            return Ok(user);
        }
        let former = repo::user_merges::find_alias(conn, client, user).await?;
        Ok(former.unwrap_or(user))
    }

    /// Returns the user whom a client knows by the subject of this user: mostly the same.
    #[boxed]
    pub async fn user_of(
        &self,
        conn: &Conn,
        client: &ClientId,
        known: UserId,
    ) -> Result<UserId, StoreError> {
        if !self.is_any() {
            return Ok(known);
        }
        let user = repo::user_merges::find_by_alias(conn, client, known).await?;
        Ok(user.unwrap_or(known))
    }

    /// Returns a new grant with the subject that its client knows.
    #[boxed]
    pub async fn with_subject(&self, conn: &Conn, grant: Grant) -> Result<Grant, StoreError> {
        let (client, user) = (&grant.client_id, grant.user_id);
        let known = self.known_as(conn, client, user).await?;
        Ok(Grant {
            subject: (known != user).then_some(known),
            ..grant
        })
    }
}
