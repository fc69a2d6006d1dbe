//! The view of a source on the deployment: what it reaches, and its transactions.

use doorward_admin::operator::AdminError;
use doorward_admin::prelude::*;
use doorward_domain::model::scim::ScimSource;
use doorward_domain::model::{FieldAudience, ProfileField};
use doorward_scim_protocol::schema::{self, Resource};
use doorward_services::names::ADMINISTRATION_LOCK;
use doorward_store::db::Parts;

use crate::attributes;
use crate::failure::Result;

/// A request of a source.
#[derive(Clone, Debug)]
pub(crate) struct Server<'a> {
    pub context: AdminContext<'a>,
    pub source: &'a ScimSource,
    /// The profile fields that the source reads and writes.
    pub fields: &'a [ProfileField],
    pub users: &'a Resource,
    pub groups: &'a Resource,
    /// URL of the endpoints.
    pub base: &'a str,
}

/// The facts of the deployment that a source knows, read once for a request.
#[derive(Debug)]
pub(crate) struct Known {
    pub source: ScimSource,
    pub fields: Vec<ProfileField>,
    pub users: Resource,
    pub groups: Resource,
    pub base: String,
}

impl Known {
    pub(crate) async fn read(
        context: &AdminContext<'_>,
        source: ScimSource,
        base: String,
    ) -> Result<Self> {
        let mut fields = repo::profile_fields::list_all(context.db.read()).await?;
        if source.org.is_some() {
            // Values that other users see. The others belong to the deployment.
            fields.retain(|field| field.visible_to == FieldAudience::Directory);
        }
        Ok(Self {
            users: schema::user(attributes::extensions(&fields)),
            groups: schema::group(),
            source,
            fields,
            base,
        })
    }

    pub(crate) fn server<'a>(&'a self, context: AdminContext<'a>) -> Server<'a> {
        Server {
            context,
            source: &self.source,
            fields: &self.fields,
            users: &self.users,
            groups: &self.groups,
            base: &self.base,
        }
    }
}

impl Server<'_> {
    pub(crate) fn conn(&self) -> &Conn {
        self.context.db.read()
    }

    pub(crate) fn org(&self) -> Option<&str> {
        self.source.org.as_deref()
    }

    /// Runs changes in one transaction. An administrator remains, if there was one.
    pub(crate) async fn write<T>(
        &self,
        work: impl AsyncFnOnce(&Server<'_>) -> Result<T>,
    ) -> Result<T> {
        let db = self.context.db;
        let tx = db
            .begin_enclosing(ADMINISTRATION_LOCK, Parts::Joined)
            .await?;
        let done = {
            let inner = Server {
                context: self.context.within(tx.db()),
                ..self.clone()
            };
            inner.keeping_administrator(work).await
        };
        match done {
            Ok(done) => {
                tx.commit().await?;
                if let Some(outbox) = &self.context.outbox {
                    outbox.wake();
                }
                Ok(done)
            }
            Err(error) => {
                tx.rollback().await?;
                Err(error)
            }
        }
    }

    async fn keeping_administrator<T>(
        &self,
        work: impl AsyncFnOnce(&Server<'_>) -> Result<T>,
    ) -> Result<T> {
        let now = self.context.now();
        let had = repo::roles::has_active_holder(self.conn(), ADMIN_ROLE, now).await?;
        let done = work(self).await?;
        if had && !repo::roles::has_active_holder(self.conn(), ADMIN_ROLE, now).await? {
            let why = "no active administrator would remain; name another one first";
            return Err(AdminError::LastHolder(why.into()).into());
        }
        Ok(done)
    }
}
