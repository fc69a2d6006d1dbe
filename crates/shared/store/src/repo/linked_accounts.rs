//! Linked accounts at identity providers, by issuer and subject (ASVS 5.0 §6.8.1).

use doorward_domain::boxed;
use doorward_domain::model::{FederatedSignUp, LinkId, LinkedAccount, Provider};

use super::prelude::*;
use super::union_query::{Lists, push, table};
use super::{federated_sign_ups, providers};
use crate::entity;
use crate::entity::linked_accounts::{ActiveModel, Column, Entity, Model};

/// Returns the link of this account at an identity provider.
#[boxed]
pub async fn find(conn: &Conn, issuer: &str, subject: &str) -> Result<Option<LinkedAccount>> {
    let account = Column::Issuer.eq(issuer).and(Column::Subject.eq(subject));
    Entity::load_by(conn, account).await
}

/// Returns a user's linked accounts, oldest first.
#[boxed]
pub async fn list(conn: &Conn, user: UserId) -> Result<Vec<LinkedAccount>> {
    oldest_first(user).load(conn).await
}

/// Returns the linked accounts of these users, oldest first.
#[boxed]
pub async fn of_users(conn: &Conn, users: &[UserId]) -> Result<Vec<LinkedAccount>> {
    let ids = users.iter().map(UserId::as_uuid);
    let mut rows = rows_with(conn, Entity::find(), Column::UserId, ids).await?;
    rows.sort_by_key(|row| (row.created_at, row.id));
    models(rows)
}

/// Returns the linked accounts of a user, each with the provider of its issuer, enabled or not, in one statement.
#[boxed]
pub async fn list_with_providers(
    conn: &Conn,
    user: UserId,
) -> Result<Vec<(LinkedAccount, Option<Provider>)>> {
    let mut query = oldest_first(user).into_query();
    let issuer = Expr::col(("providers", "issuer"));
    query.left_join("providers", issuer.equals(("linked_accounts", "issuer")));
    select_all::<entity::providers::Entity>(&mut query, "providers", "p_");
    let read = |row: &QueryResult| {
        let link = joined::<Model, _>(row, "")?;
        let provider = joined_optional::<entity::providers::Model, _>(row, "p_")?;
        Ok((link, provider))
    };
    read_all(conn, &query, read).await
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
#[boxed]
pub async fn find_around(
    conn: &Conn,
    user: UserId,
    browser: &TokenHash,
    now: UnixSeconds,
) -> Result<LinkingContext> {
    let nothing = Query::select().expr_as(Expr::cust("1"), "one").take();
    let tables = vec![
        table::<Entity>("l_"),
        table::<entity::providers::Entity>("p_"),
        table::<entity::newcomers::Entity>("n_"),
    ];
    let first = Query::select().from_subquery(nothing, "nothing").take();
    let mut lists = Lists::begin(first, tables, &[]);
    lists.add_rows("links", of_user(user).into_query(), "linked_accounts");
    lists.add_rows("providers", providers::active().into_query(), "providers");
    let waiting = federated_sign_ups::of_browser(browser, now).into_query();
    lists.add_rows("newcomers", waiting, "newcomers");
    let mut found = LinkingContext::default();
    for (list, row) in lists.rows(conn).await? {
        match list.as_str() {
            "links" => push::<Model, _>(&mut found.links, &row, "l_")?,
            "providers" => push::<entity::providers::Model, _>(&mut found.providers, &row, "p_")?,
            "newcomers" => {
                found.sign_up = Some(joined::<entity::newcomers::Model, _>(&row, "n_")?);
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

#[boxed]
pub async fn count_by_issuer_up_to(conn: &Conn, issuer: &str, limit: u64) -> Result<u64> {
    let found = Entity::find().filter(Column::Issuer.eq(issuer));
    count_up_to(conn, found, Column::Id, limit).await
}

/// Inserts a linked account. Returns false if issuer and subject are already linked to any user: of
/// concurrent callers, exactly one gets true.
#[boxed]
pub async fn insert(tx: &WriteTx, link: &LinkedAccount) -> Result<bool> {
    let row = ActiveModel::try_from(link)?;
    insert_new(tx, row, [Column::Issuer, Column::Subject]).await
}

/// Records a sign-in, the account's current name at the provider, and the roles from its claims.
/// Returns false if the link was removed meanwhile.
#[boxed]
pub async fn record_use(tx: &WriteTx, link: &LinkedAccount, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::Label, link.label.as_str())
        .value(Column::Roles, to_json(&link.roles)?)
        .value(Column::LastUsedAt, now)
        .filter(Column::Id.eq(link.id.as_uuid()))
        .change_one(tx)
        .await
}

/// Returns the links of an issuer whose claims have given roles.
#[boxed]
pub async fn list_with_roles(conn: &Conn, issuer: &str) -> Result<Vec<LinkedAccount>> {
    let none: [String; 0] = [];
    Entity::find()
        .filter(Column::Issuer.eq(issuer))
        .filter(Column::Roles.ne(to_json(&none)?))
        .order_by_asc(Column::Id)
        .load(conn)
        .await
}

/// Stores the roles that the claims of a link have given.
#[boxed]
pub async fn set_roles(tx: &WriteTx, link: &LinkedAccount) -> Result<()> {
    Entity::update_many()
        .value(Column::Roles, to_json(&link.roles)?)
        .filter(Column::Id.eq(link.id.as_uuid()))
        .run(tx)
        .await
}

#[boxed]
pub async fn remove(tx: &WriteTx, user: UserId, id: LinkId) -> Result<bool> {
    let own = Column::UserId.eq(user.as_uuid());
    Entity::delete_one_by(tx, own.and(Column::Id.eq(id.as_uuid()))).await
}

#[boxed]
pub async fn remove_all(tx: &WriteTx, user: UserId) -> Result<u64> {
    Entity::delete_by(tx, Column::UserId.eq(user.as_uuid())).await
}
