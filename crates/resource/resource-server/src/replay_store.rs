//! Table `tasks_used_proofs`: used DPoP proofs (RFC 9449 §11.1), shared by all processes.

use doorward_access::replay::{self, Claim, ReplayStoreUnavailable};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseConnection, DbErr, EntityTrait};

mod used_proof {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tasks_used_proofs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: Vec<u8>,
        pub expires_at: i64,
    }

    crate::entity::plain_entity!();
}

#[derive(Debug)]
pub(crate) struct UsedProofs(pub DatabaseConnection);

impl UsedProofs {
    /// Inserts a proof: of concurrent callers, exactly one inserts the row.
    async fn insert(&self, name: &[u8; 32], expires_at: i64) -> Result<bool, DbErr> {
        let row = used_proof::ActiveModel {
            name: Set(name.to_vec()),
            expires_at: Set(expires_at),
        };
        let mut keep = OnConflict::column(used_proof::Column::Name);
        keep.do_nothing();
        let inserted = used_proof::Entity::insert(row)
            .on_conflict(keep)
            .exec_without_returning(&self.0)
            .await?;
        Ok(inserted == 1)
    }
}

impl replay::ReplayStore for UsedProofs {
    fn claim<'a>(&'a self, name: &'a [u8; 32], expires_at: i64, _now: i64) -> Claim<'a> {
        Box::pin(async move {
            self.insert(name, expires_at).await.map_err(|cause| {
                tracing::error!(%cause, "a proof could not be recorded");
                ReplayStoreUnavailable
            })
        })
    }
}
