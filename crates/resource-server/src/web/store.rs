//! The web client's rows: sign-ins under way and sessions.

use sea_orm::prelude::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter};

/// A sign-in under way.
pub(super) mod logins {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "web_logins")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub state_hash: Vec<u8>,
        pub browser_hash: Vec<u8>,
        pub sealed: Vec<u8>,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A signed-in browser.
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

/// Keeps a sign-in, and drops those that nobody came back from.
pub(super) async fn insert_login(
    db: &DatabaseConnection,
    login: logins::Model,
    now: i64,
) -> Result<(), DbErr> {
    logins::Entity::delete_many()
        .filter(logins::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    let row = logins::ActiveModel {
        state_hash: Set(login.state_hash),
        browser_hash: Set(login.browser_hash),
        sealed: Set(login.sealed),
        expires_at: Set(login.expires_at),
    };
    logins::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Takes a sign-in, once: of several callbacks with one state only one gets it.
pub(super) async fn claim_login(
    db: &DatabaseConnection,
    state_hash: Vec<u8>,
    browser_hash: &[u8],
    now: i64,
) -> Result<Option<logins::Model>, DbErr> {
    let Some(login) = logins::Entity::find_by_id(state_hash.clone())
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    let claimed = logins::Entity::delete_many()
        .filter(logins::Column::StateHash.eq(state_hash))
        .filter(logins::Column::BrowserHash.eq(browser_hash.to_vec()))
        .filter(logins::Column::ExpiresAt.gt(now))
        .exec(db)
        .await?;
    Ok((claimed.rows_affected == 1).then_some(login))
}

/// Keeps a session, and drops those that are over.
pub(super) async fn insert_session(
    db: &DatabaseConnection,
    session: sessions::Model,
) -> Result<(), DbErr> {
    sessions::Entity::delete_many()
        .filter(sessions::Column::ExpiresAt.lte(session.created_at))
        .exec(db)
        .await?;
    let row = sessions::ActiveModel {
        token_hash: Set(session.token_hash),
        sealed: Set(session.sealed),
        version: Set(session.version),
        access_expires_at: Set(session.access_expires_at),
        created_at: Set(session.created_at),
        expires_at: Set(session.expires_at),
    };
    sessions::Entity::insert(row)
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

/// Replaces the tokens unless somebody else did since `version` was read; says whether it did.
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
