//! Queries on the table `article_categories`, within one organization.

use sea_orm::prelude::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait as _,
    QueryFilter, QueryOrder, SqlErr,
};

use super::category::{Category, MAX_CATEGORIES};
use super::model as article;
use crate::audit::{self, Event};
use crate::problem::{Problem, Result, is_dangling};
use crate::state::State;

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "article_categories")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        pub name: String,
        /// JSON array of subjects.
        pub editors: String,
        pub version: i64,
    }

    crate::entity::plain_entity!();
}

use entity::{ActiveModel, Column, Entity, Model};

/// Returns the categories, ordered by code.
pub(super) async fn list<C: ConnectionTrait>(db: &C, org: &str) -> Result<Vec<Category>, DbErr> {
    let rows = Entity::find()
        .filter(Column::Org.eq(org))
        .order_by_asc(Column::Code)
        .all(db)
        .await?;
    rows.into_iter().map(category).collect()
}

pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    org: &str,
    code: &str,
) -> Result<Option<Category>, DbErr> {
    let row = Entity::find_by_id((org.to_owned(), code.to_owned()))
        .one(db)
        .await?;
    row.map(category).transpose()
}

/// Inserts the category, or replaces the one with `version`. Returns false if another request changed
/// it since the decision.
pub(super) async fn put(
    state: &State,
    org: &str,
    new: &Category,
    version: Option<i64>,
    event: Event,
) -> Result<bool> {
    let editors = serde_json::json!(new.editors).to_string();
    let (_turn, tx) = state.begin().await?;
    let is_stored = if let Some(version) = version {
        let result = Entity::update_many()
            .filter(Column::Org.eq(org))
            .filter(Column::Code.eq(&new.code))
            .filter(Column::Version.eq(version))
            .col_expr(Column::Name, Expr::value(new.name.clone()))
            .col_expr(Column::Editors, Expr::value(editors))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .exec(&tx)
            .await?;
        result.rows_affected == 1
    } else {
        let all = Entity::find().filter(Column::Org.eq(org));
        if all.count(&tx).await? >= MAX_CATEGORIES {
            let detail = format!("There are {MAX_CATEGORIES} categories, the maximum.");
            return Err(Problem::malformed(detail));
        }
        let row = ActiveModel {
            org: Set(org.to_owned()),
            code: Set(new.code.clone()),
            name: Set(new.name.clone()),
            editors: Set(editors),
            version: Set(1),
        };
        match Entity::insert(row).exec_without_returning(&tx).await {
            Ok(_) => true,
            Err(cause) if matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                false
            }
            Err(cause) => return Err(cause.into()),
        }
    };
    if is_stored {
        audit::insert(&tx, state, event).await?;
        tx.commit().await?;
    }
    Ok(is_stored)
}

/// Deletes the category at this version, if no article belongs to it. Returns false if another
/// request changed it since the decision.
pub(super) async fn delete(
    state: &State,
    org: &str,
    code: &str,
    version: i64,
    event: Event,
) -> Result<bool> {
    let needed =
        || Problem::still_needed("Articles belong to this category. Move or delete them first.");
    let (_turn, tx) = state.begin().await?;
    let articles = article::Entity::find()
        .filter(article::Column::Org.eq(org))
        .filter(article::Column::Category.eq(code))
        .count(&tx)
        .await?;
    if articles > 0 {
        return Err(needed());
    }
    let result = Entity::delete_many()
        .filter(Column::Org.eq(org))
        .filter(Column::Code.eq(code))
        .filter(Column::Version.eq(version))
        .exec(&tx)
        .await;
    match result {
        Ok(result) if result.rows_affected == 1 => {
            audit::insert(&tx, state, event).await?;
            tx.commit().await?;
            Ok(true)
        }
        Ok(_) => Ok(false),
        // An article was added meanwhile; the foreign key rejected the deletion.
        Err(cause) if is_dangling(&cause) => Err(needed()),
        Err(cause) => Err(cause.into()),
    }
}

fn category(row: Model) -> Result<Category, DbErr> {
    let editors = serde_json::from_str(&row.editors).map_err(|_| {
        let code = &row.code;
        DbErr::Custom(format!("article_categories.editors of {code} is not JSON"))
    })?;
    Ok(Category {
        code: row.code,
        name: row.name,
        editors,
        version: row.version,
    })
}
