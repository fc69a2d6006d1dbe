//! Registered clients.

use doorward_domain::boxed;
use doorward_domain::model::{
    CodeProtection, PKCE_STREAK, PkcePolicy, RegisteredBy, SecretUse, SecretUses,
};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::token::GrantType;
use doorward_rules::displayed_name;
use sea_orm::{ActiveValue, Value};

use super::deletions::{self, Deletion};
use super::prelude::*;
use super::query::position;
use super::{client_origins, query, value_list};
use crate::entity::clients::{ActiveModel, Column, Entity, Model};
use crate::entity::{consents, grants};

#[boxed]
pub async fn find(conn: &Conn, id: &ClientId) -> Result<Option<Client>> {
    with_id(id).load_one(conn).await
}

fn with_id(id: &ClientId) -> Select<Entity> {
    kept().filter(Column::Id.eq(id.as_str()))
}

fn kept() -> Select<Entity> {
    Entity::find().filter(is_kept("clients"))
}

/// Returns the clients with these IDs, in no order.
#[boxed]
pub async fn find_all(conn: &Conn, ids: &[&ClientId]) -> Result<Vec<Client>> {
    let ids = ids.iter().map(|id| id.as_str());
    models(rows_with(conn, kept(), Column::Id, ids).await?)
}

/// Returns the client with this ID, and the last uses of its secrets.
#[boxed]
pub async fn find_with_secret_uses(
    conn: &Conn,
    id: &ClientId,
) -> Result<Option<(Client, SecretUses)>> {
    let row = with_id(id).one(conn).await?;
    row.map(with_secret_uses).transpose()
}

/// Returns the clients with these IDs and the last uses of their secrets, in no order.
#[boxed]
pub async fn find_many_with_secret_uses(
    conn: &Conn,
    ids: &[ClientId],
) -> Result<Vec<(Client, SecretUses)>> {
    let ids = ids.iter().map(ClientId::as_str);
    let rows = rows_with(conn, kept(), Column::Id, ids).await?;
    rows.into_iter().map(with_secret_uses).collect()
}

fn with_secret_uses(row: Model) -> Result<(Client, SecretUses)> {
    let uses = SecretUses::from(&row);
    Ok((Client::try_from(row)?, uses))
}

/// Returns up to `limit` clients after this ID, ordered by ID.
#[boxed]
pub async fn list(conn: &Conn, after: Option<&ClientId>, limit: u64) -> Result<Vec<Client>> {
    kept()
        .page_after(Column::Id, after.map(ClientId::as_str), limit)
        .load(conn)
        .await
}

/// The last use of the secret of a client, or the creation of the secret or the client. An index has
/// the same expression.
const USED: &str = "COALESCE(secret_used_at, secret_made_at, created_at)";

/// Returns up to `limit` enabled clients whose secret was not used since this time, with the uses,
/// after this position. Ordered by the last use, or else the creation, and by ID.
#[boxed]
pub async fn list_unused(
    conn: &Conn,
    since: UnixSeconds,
    after: Option<(UnixSeconds, &ClientId)>,
    limit: u64,
) -> Result<Vec<(Client, SecretUses)>> {
    let rows = unused(since, after, limit).all(conn).await?;
    rows.into_iter().map(with_secret_uses).collect()
}

fn unused(
    since: UnixSeconds,
    after: Option<(UnixSeconds, &ClientId)>,
    limit: u64,
) -> Select<Entity> {
    let used = || Expr::cust(USED);
    let methods = ClientAuthMethod::ALL.iter();
    let by_secret = methods.filter(|method| method.is_by_secret());
    let mut condition = Condition::all()
        .add(Column::SecretHash.is_not_null())
        .add(Column::DisabledAt.is_null())
        .add(is_word(
            Expr::col(Column::AuthMethod),
            by_secret.map(|method| method.as_str()),
        ))
        .add(used().lt(since));
    if let Some((at, id)) = after {
        let order = [used(), Column::Id.into_expr()];
        condition = condition.add(is_after(order, at, id.as_str()));
    }
    kept()
        .filter(condition)
        .order_by_asc(used())
        .order_by_asc(Column::Id)
        .limit(Ord::min(limit, PAGE_MAX))
}

/// Returns all clients, ordered by ID.
#[boxed]
pub async fn list_all(conn: &Conn) -> Result<Vec<Client>> {
    kept().order_by_asc(Column::Id).load(conn).await
}

/// Returns the enabled clients with a grant in this session whose front-channel logout URI the
/// browser loads (OIDC Front-Channel Logout §3), ordered by ID.
#[boxed]
pub async fn framed_in_session(conn: &Conn, session: SessionId) -> Result<Vec<Client>> {
    let mut there = Query::select();
    there
        .column(grants::Column::ClientId)
        .from(grants::Entity)
        .and_where(grants::Column::SessionId.eq(session.as_uuid()));
    kept()
        .filter(Column::FrontchannelLogoutUri.is_not_null())
        .filter(Column::DisabledAt.is_null())
        .filter(Column::Id.in_subquery(there.take()))
        .order_by_asc(Column::Id)
        .load(conn)
        .await
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameList {
    /// Scopes that it may request.
    Scopes,
    /// Scopes that it may request for itself (RFC 6749 §4.4).
    OwnScopes,
    /// Resources that it serves, or that it may exchange tokens for.
    Resources,
}

/// Returns a client whose list contains this name, if there is one.
#[boxed]
pub async fn find_naming(conn: &Conn, list: NameList, name: &str) -> Result<Option<ClientId>> {
    let found = page_naming(conn, list, name, None, 1).await?;
    Ok(found.into_iter().next().map(|client| client.id))
}

/// Returns up to `limit` clients after this ID whose list contains this name. The database compares
/// the text of the rows, so that none of the others is read.
#[boxed]
pub async fn page_naming(
    conn: &Conn,
    list: NameList,
    name: &str,
    after: Option<&ClientId>,
    limit: u64,
) -> Result<Vec<Client>> {
    let position = position(conn.get_database_backend());
    let contains = |column: Expr, part: String| {
        let place = Func::cust(position).args([column, Expr::value(part)]);
        Expr::from(place).gt(0)
    };
    let condition = match list {
        NameList::Scopes | NameList::OwnScopes => {
            let padded = Expr::cust("' ' || scopes || ' '");
            let for_itself = (list == NameList::OwnScopes)
                .then(|| to_json(&GrantType::ClientCredentials.as_str()))
                .transpose()?
                .map(|word| contains(Expr::col(Column::GrantTypes), word));
            Condition::all()
                .add(contains(padded, format!(" {name} ")))
                .add_option(for_itself)
        }
        NameList::Resources => {
            // In JSON, a name is a whole string.
            let part = to_json(&name)?;
            Condition::any()
                .add(contains(Expr::col(Column::Serves), part.clone()))
                .add(contains(Expr::col(Column::TokenExchange), part))
        }
    };
    let after = after.map(ClientId::as_str);
    let found = kept()
        .filter(condition)
        .page_after(Column::Id, after, limit);
    found.load(conn).await
}

/// Inserts a client. Returns [`StoreError::Conflict`] on `id` if there is one with this ID.
#[boxed]
pub async fn insert(tx: &WriteTx, client: &Client) -> Result<()> {
    query::insert(tx, client).await?;
    client_origins::insert(tx, client).await
}

/// Updates every field of a client except the record of its sign-ins. Returns false if the client
/// does not exist.
#[boxed]
pub async fn update(tx: &WriteTx, client: &Client) -> Result<bool> {
    let is_changed = set(tx, client).await?;
    if is_changed {
        client_origins::replace(tx, client).await?;
    }
    Ok(is_changed)
}

/// Like [`update`] for a client that was read in this transaction as `before`, whose origins are read only if they
/// change.
#[boxed]
pub async fn change(tx: &WriteTx, before: &Client, client: &Client) -> Result<bool> {
    if client_origins::differ(before, client) {
        return update(tx, client).await;
    }
    set(tx, client).await
}

async fn set(tx: &WriteTx, client: &Client) -> Result<bool> {
    let row = ActiveModel {
        // Concurrent sign-ins update these columns.
        pkce_streak: ActiveValue::NotSet,
        code_protection: ActiveValue::NotSet,
        ..ActiveModel::try_from(client)?
    };
    Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(client.id.as_str()))
        .change_one(tx)
        .await
}

/// Returns true if another client that an administrator registered has a name that looks like this
/// one.
#[boxed]
pub async fn has_administered_look(conn: &Conn, name: &str, except: &ClientId) -> Result<bool> {
    let looks = value_list::is_look(Column::NameLook.into_expr(), displayed_name::looks(name));
    let other = Condition::all()
        .add(is_kept("clients"))
        .add(looks)
        .add(Column::RegisteredBy.eq(RegisteredBy::Administrator.as_str()))
        .add(Column::Id.ne(except.as_str()));
    Entity::has(conn, other).await
}

/// Records a sign-in with PKCE under the policy `auto`, unless PKCE has become required. Returns
/// the new number of consecutive sign-ins with PKCE.
///
/// One conditional statement decides: of concurrent callers, exactly one gets each number.
#[boxed]
pub async fn count_pkce(tx: &WriteTx, id: &ClientId) -> Result<Option<i32>> {
    let protection = CodeProtection::Pkce.as_str();
    let one_more = Expr::col(Column::PkceStreak).add(1);
    let counted = Entity::update_many()
        .col_expr(Column::PkceStreak, one_more)
        .value(Column::CodeProtection, protection)
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::Pkce.eq(PkcePolicy::Auto.as_str()))
        .filter(Column::PkceStreak.lt(PKCE_STREAK))
        .exec_with_returning(tx.conn())
        .await?;
    Ok(counted.into_iter().next().map(|row| row.pkce_streak))
}

/// Records the code protection of a sign-in and resets the count of sign-ins with PKCE, unless PKCE
/// has become required.
#[boxed]
pub async fn record_protection(
    tx: &WriteTx,
    id: &ClientId,
    protection: CodeProtection,
) -> Result<()> {
    Entity::update_many()
        .value(Column::PkceStreak, 0)
        .value(Column::CodeProtection, protection.as_str())
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::PkceStreak.lt(PKCE_STREAK))
        .run(tx)
        .await
}

/// Clears the recorded sign-ins: under the policy `auto` the count restarts.
#[boxed]
pub async fn reset_pkce(tx: &WriteTx, id: &ClientId) -> Result<()> {
    Entity::update_many()
        .value(Column::PkceStreak, 0)
        .value(Column::CodeProtection, None::<String>)
        .filter(Column::Id.eq(id.as_str()))
        .run(tx)
        .await
}

/// Replaces the imported hash `stored` of a secret by the SHA-256 of the same secret. Returns false
/// if the client no longer has that hash.
#[boxed]
pub async fn keep_secret(
    tx: &WriteTx,
    id: &ClientId,
    stored: &str,
    known: &TokenHash,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::SecretHash, to_bytes(known))
        .value(Column::ForeignSecret, None::<String>)
        .value(Column::UpdatedAt, now)
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::ForeignSecret.eq(stored))
        .change_one(tx)
        .await
}

/// The columns of the uses of a secret: the time and the address of the last one, and the number.
const CURRENT_USE: [Column; 3] = [
    Column::SecretUsedAt,
    Column::SecretUsedFrom,
    Column::SecretUses,
];
const FORMER_USE: [Column; 3] = [
    Column::FormerSecretUsedAt,
    Column::FormerSecretUsedFrom,
    Column::FormerSecretUses,
];

/// Moves the uses of a replaced secret to the former secret, or clears them if the client has
/// none.
#[boxed]
pub async fn move_secret_use(tx: &WriteTx, client: &Client) -> Result<()> {
    let unused: [Value; 3] = [
        None::<UnixSeconds>.into(),
        None::<String>.into(),
        0_i64.into(),
    ];
    let mut update = Entity::update_many().filter(Column::Id.eq(client.id.as_str()));
    for ((current, former), unused) in CURRENT_USE.into_iter().zip(FORMER_USE).zip(unused) {
        let moved = match &client.former_secret {
            Some(_) => Expr::col(current),
            None => Expr::value(unused.clone()),
        };
        update = update.col_expr(former, moved).value(current, unused);
    }
    update.run(tx).await
}

/// Adds uses of the secret with this hash. Another replica may have recorded a later one. Does
/// nothing if the client no longer has the secret.
#[boxed]
pub async fn record_secret_use(
    tx: &WriteTx,
    id: &ClientId,
    secret: &TokenHash,
    new: SecretUse,
) -> Result<()> {
    let from = new.from.map(|from| from.to_string());
    for (hash, [used_at, used_from, uses]) in [
        (Column::SecretHash, CURRENT_USE),
        (Column::FormerSecretHash, FORMER_USE),
    ] {
        let is_newer = || {
            Condition::any()
                .add(used_at.is_null())
                .add(used_at.lte(new.at))
        };
        let at = Expr::case(is_newer(), new.at).finally(Expr::col(used_at));
        let from = Expr::case(is_newer(), from.clone()).finally(Expr::col(used_from));
        Entity::update_many()
            .col_expr(used_at, at.into())
            .col_expr(used_from, from.into())
            .col_expr(uses, Expr::col(uses).add(new.count))
            .filter(Column::Id.eq(id.as_str()))
            .filter(hash.eq(to_bytes(secret)))
            .run(tx)
            .await?;
    }
    Ok(())
}

/// Deletes a client with its grants, tokens, consents, role assignments and statistics, as
/// [`deletions`] describes. Returns false if it does not exist.
#[boxed]
pub async fn delete(tx: &WriteTx, id: &ClientId, now: UnixSeconds) -> Result<bool> {
    deletions::start(tx, Deletion::Client(id), now).await
}

/// Counts the clients that exist only through their metadata documents.
#[boxed]
pub async fn count_documents(conn: &Conn) -> Result<u64> {
    let those = kept().filter(Column::DocumentFetchedAt.is_not_null());
    Ok(those.count(conn).await?)
}

/// Deletes up to `limit` clients with metadata documents that have no consent and no grant, and whose
/// document was last fetched before `before`. Returns their number. Keeps disabled clients: otherwise
/// they would return enabled.
#[boxed]
pub async fn purge_documents(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    let allowed = of_client(consents::Column::ClientId, consents::Entity)
        .and_where(consents::Column::RevokedAt.is_null())
        .take();
    let used = of_client(grants::Column::ClientId, grants::Entity);
    let unused = Condition::all()
        .add(Column::DocumentFetchedAt.lt(before))
        .add(Column::DisabledAt.is_null())
        .add(Expr::exists(allowed).not())
        .add(Expr::exists(used).not());
    purge_some::<Entity>(tx, unused, Column::DocumentFetchedAt, limit).await
}

/// Selects the rows of a table with this column for the client of the enclosing statement.
fn of_client<T: EntityTrait>(column: T::Column, table: T) -> SelectStatement {
    let client = Expr::col((Entity, Column::Id));
    let own = Expr::col((table, column)).eq(client);
    select_one(table).and_where(own).take()
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QueryTrait as _};

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn unused_clients_are_range_of_index() {
        let db = migrated().await;
        let last = ClientId::parse("photos").unwrap();
        let query = unused(9, Some((7, &last)), 50);
        let plan = explain(&db, query.build(DbBackend::Sqlite)).await;
        assert!(plan[0].contains("(<expr>>? AND <expr><?)"), "{plan:#?}");
        let is_sorted = plan.iter().any(|line| line.contains("TEMP B-TREE"));
        assert!(!is_sorted, "{plan:#?}");
    }
}
