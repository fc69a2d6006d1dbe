//! The web client's rows: sessions.

use sea_orm::prelude::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel as _, QueryFilter,
};

/// Sessions of browsers.
pub(super) mod sessions {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "web_sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: Vec<u8>,
        pub sealed: Vec<u8>,
        pub version: i64,
        pub access_expires_at: i64,
        pub created_at: i64,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) async fn insert_session(
    db: &DatabaseConnection,
    session: sessions::Model,
) -> Result<(), DbErr> {
    sessions::Entity::insert(session.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub(super) async fn find_session(
    db: &DatabaseConnection,
    token_hash: Vec<u8>,
    now: i64,
) -> Result<Option<sessions::Model>, DbErr> {
    sessions::Entity::find_by_id(token_hash)
        .filter(sessions::Column::ExpiresAt.gt(now))
        .one(db)
        .await
}

/// Replaces the tokens unless they changed since `version` was read. Returns true if it did.
pub(super) async fn renew_session(
    db: &DatabaseConnection,
    token_hash: Vec<u8>,
    version: i64,
    sealed: Vec<u8>,
    access_expires_at: i64,
) -> Result<bool, DbErr> {
    let result = sessions::Entity::update_many()
        .col_expr(sessions::Column::Sealed, Expr::value(sealed))
        .col_expr(
            sessions::Column::AccessExpiresAt,
            Expr::value(access_expires_at),
        )
        .col_expr(
            sessions::Column::Version,
            Expr::col(sessions::Column::Version).add(1),
        )
        .filter(sessions::Column::TokenHash.eq(token_hash))
        .filter(sessions::Column::Version.eq(version))
        .exec(db)
        .await?;
    Ok(result.rows_affected == 1)
}

pub(super) async fn delete_session(
    db: &DatabaseConnection,
    token_hash: Vec<u8>,
) -> Result<(), DbErr> {
    sessions::Entity::delete_by_id(token_hash).exec(db).await?;
    Ok(())
}
