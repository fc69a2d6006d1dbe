//! Linked accounts at identity providers, by issuer and subject (ASVS 5.0 §6.8.1).

use doorward_domain::model::{FederatedSignUp, LinkId, LinkedAccount, Provider, UserId};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait as _, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QueryResult, QueryTrait, Select,
};

use super::query::{ChangeRows as _, count_up_to, joined, joined_optional, models};
use super::union_query::{Lists, table};
use super::{federated_sign_ups, providers};
use crate::db::{Conn, WriteTx};
use crate::entity;
use crate::entity::linked_accounts::{ActiveModel, Column, Entity, Model};
use crate::entity::row::select_all;
use crate::entity::stored::to_json;
use crate::error::StoreError;

/// Returns the link of this account at an identity provider.
pub async fn find(
    conn: &Conn,
    issuer: &str,
    subject: &str,
) -> Result<Option<LinkedAccount>, StoreError> {
    let row = Entity::find()
        .filter(Column::Issuer.eq(issuer))
        .filter(Column::Subject.eq(subject))
        .one(conn)
        .await?;
    row.map(LinkedAccount::try_from).transpose()
}

/// Returns a user's linked accounts, oldest first.
pub async fn list(conn: &Conn, user: UserId) -> Result<Vec<LinkedAccount>, StoreError> {
    models(oldest_first(user).all(conn).await?)
}

/// Returns the same, each with the provider of its issuer, enabled or not, in one statement.
pub async fn list_with_providers(
    conn: &Conn,
    user: UserId,
) -> Result<Vec<(LinkedAccount, Option<Provider>)>, StoreError> {
    let mut query = oldest_first(user).into_query();
    let issuer = Expr::col(("providers", "issuer"));
    query.left_join("providers", issuer.equals(("linked_accounts", "issuer")));
    select_all::<entity::providers::Entity>(&mut query, "providers", "p_");
    let rows = conn.query_all(&query).await?;
    let read = |row: &QueryResult| -> Result<(LinkedAccount, Option<Provider>), StoreError> {
        let link = joined::<Model, _>(row, "")?;
        let provider = joined_optional::<entity::providers::Model, _>(row, "p_")?;
        Ok((link, provider))
    };
    rows.iter().map(read).collect()
}

fn oldest_first(user: UserId) -> Select<Entity> {
    of_user(user)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
}

fn of_user(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user.as_uuid()))
}

/// The records for the linked accounts page of a user in one browser.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct LinkingContext {
    /// Linked accounts, oldest first.
    pub links: Vec<LinkedAccount>,
    /// Enabled identity providers, ordered by name.
    pub providers: Vec<Provider>,
    /// Pending federated sign-up of this browser, unless expired.
    pub sign_up: Option<FederatedSignUp>,
}

/// Returns all of these records in one statement.
pub async fn find_around(
    conn: &Conn,
    user: UserId,
    browser: &TokenHash,
    now: UnixSeconds,
) -> Result<LinkingContext, StoreError> {
    let of = |rows: SelectStatement, table: &'static str| {
        Query::select().from_subquery(rows, table).take()
    };
    let nothing = Query::select()
        .expr_as(Expr::cust("1"), Alias::new("one"))
        .take();
    let tables = vec![
        table::<Entity>("l_"),
        table::<entity::providers::Entity>("p_"),
        table::<entity::newcomers::Entity>("n_"),
    ];
    let mut lists = Lists::begin(of(nothing, "nothing"), tables, &[]);
    let linked = of(of_user(user).into_query(), "linked_accounts");
    lists.add("links", linked, &["linked_accounts"], &[]);
    let active = of(providers::active().into_query(), "providers");
    lists.add("providers", active, &["providers"], &[]);
    let waiting = of(
        federated_sign_ups::of_browser(browser, now).into_query(),
        "newcomers",
    );
    lists.add("newcomers", waiting, &["newcomers"], &[]);
    let mut found = LinkingContext::default();
    for (list, row) in lists.rows(conn).await? {
        match list.as_str() {
            "links" => found.links.push(joined::<Model, _>(&row, "l_")?),
            "providers" => {
                let provider = joined::<entity::providers::Model, _>(&row, "p_")?;
                found.providers.push(provider);
            }
            "newcomers" => {
                let sign_up = joined::<entity::newcomers::Model, _>(&row, "n_")?;
                found.sign_up = Some(sign_up);
            }
            _ => {}
        }
    }
    let age = |item: &LinkedAccount| (item.created_at, item.id.as_uuid());
    found.links.sort_by_key(age);
    found
        .providers
        .sort_by(|item, other| item.id.as_str().cmp(other.id.as_str()));
    Ok(found)
}

pub async fn count_by_issuer(conn: &Conn, issuer: &str) -> Result<u64, StoreError> {
    let found = Entity::find().filter(Column::Issuer.eq(issuer));
    Ok(found.count(conn).await?)
}

/// Counts the accounts linked with this issuer, at most `limit`.
pub async fn count_by_issuer_up_to(
    conn: &Conn,
    issuer: &str,
    limit: u64,
) -> Result<u64, StoreError> {
    let found = Entity::find().filter(Column::Issuer.eq(issuer));
    count_up_to(conn, found, Column::Id, limit).await
}

/// Inserts a linked account. Returns false if issuer and subject are already linked to any user: of
/// concurrent callers, exactly one gets true.
pub async fn insert(tx: &WriteTx, link: &LinkedAccount) -> Result<bool, StoreError> {
    let keep = OnConflict::columns([Column::Issuer, Column::Subject])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(ActiveModel::try_from(link)?)
        .on_conflict(keep)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(inserted == 1)
}

/// Records a sign-in, the account's current name at the provider, and the roles from its claims.
/// Returns false if the link was removed meanwhile.
pub async fn record_use(
    tx: &WriteTx,
    link: &LinkedAccount,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::Label, Expr::value(link.label.as_str()))
        .col_expr(Column::Roles, Expr::value(to_json(&link.roles)?))
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(link.id.as_uuid()))
        .change_one(tx)
        .await
}

/// Returns the links of an issuer whose claims have given roles.
pub async fn list_with_roles(conn: &Conn, issuer: &str) -> Result<Vec<LinkedAccount>, StoreError> {
    let none: [String; 0] = [];
    let rows = Entity::find()
        .filter(Column::Issuer.eq(issuer))
        .filter(Column::Roles.ne(to_json(&none)?))
        .order_by_asc(Column::Id)
        .all(conn)
        .await?;
    rows.into_iter().map(LinkedAccount::try_from).collect()
}

/// Stores the roles that the claims of a link have given.
pub async fn set_roles(tx: &WriteTx, link: &LinkedAccount) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Roles, Expr::value(to_json(&link.roles)?))
        .filter(Column::Id.eq(link.id.as_uuid()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Deletes a linked account. Returns false if the user has none with this ID.
pub async fn remove(tx: &WriteTx, user: UserId, id: LinkId) -> Result<bool, StoreError> {
    Entity::delete_many()
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .change_one(tx)
        .await
}

/// Deletes all linked accounts of a user. Returns their number.
pub async fn remove_all(tx: &WriteTx, user: UserId) -> Result<u64, StoreError> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user.as_uuid()))
        .change(tx)
        .await
}
