//! Own texts of pages and e-mail messages.

use doorward_domain::boxed;
use doorward_domain::model::{OwnText, TextOwner};

use super::prelude::*;
use crate::entity::own_texts::{ActiveModel, Column, Entity, Model};

/// Maximum number of texts of an owner, in all languages.
pub const MAX: u64 = 500;

/// Returns the texts of an owner, ordered by language and key.
#[boxed]
pub async fn list(conn: &Conn, owner: &TextOwner) -> Result<Vec<OwnText>> {
    load(conn, Entity::find().filter(Column::Owner.eq(owner.key()))).await
}

/// Returns the texts of an owner in a language, ordered by key.
#[boxed]
pub async fn list_in(conn: &Conn, owner: &TextOwner, language: &str) -> Result<Vec<OwnText>> {
    let own = Entity::find().filter(Column::Owner.eq(owner.key()));
    load(conn, own.filter(Column::Language.eq(language))).await
}

/// Returns up to `limit` texts of all owners after this one, each with the key of its owner, ordered by
/// owner, language and key.
#[boxed]
pub async fn list_all(
    conn: &Conn,
    after: Option<&(String, OwnText)>,
    limit: u64,
) -> Result<Vec<(String, OwnText)>> {
    let mut all = Entity::find();
    if let Some((owner, last)) = after {
        let in_language = Condition::all()
            .add(Column::Language.eq(last.language.as_str()))
            .add(Column::Key.gt(last.key.as_str()));
        let of_owner = Condition::any()
            .add(Column::Language.gt(last.language.as_str()))
            .add(in_language);
        let of_owner = Condition::all()
            .add(Column::Owner.eq(owner.as_str()))
            .add(of_owner);
        all = all.filter(
            Condition::any()
                .add(Column::Owner.gt(owner.as_str()))
                .add(of_owner),
        );
    }
    let rows = all
        .order_by_asc(Column::Owner)
        .order_by_asc(Column::Language)
        .order_by_asc(Column::Key)
        .limit(Ord::min(limit, PAGE_MAX))
        .all(conn)
        .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.owner.clone(), read(row))).collect())
}

async fn load(conn: &Conn, rows: Select<Entity>) -> Result<Vec<OwnText>> {
    let rows = rows
        .order_by_asc(Column::Language)
        .order_by_asc(Column::Key)
        .limit(MAX);
    Ok(rows.all(conn).await?.into_iter().map(read).collect())
}

fn read(row: Model) -> OwnText {
    OwnText {
        language: row.language,
        key: row.key,
        text: row.text,
    }
}

/// Returns true if a client or an organization has a text.
#[boxed]
pub async fn has_of_brands(conn: &Conn) -> Result<bool> {
    Entity::has(conn, Column::Owner.ne(TextOwner::Deployment.key())).await
}

/// Returns a text of an owner.
#[boxed]
pub async fn find(
    conn: &Conn,
    owner: &TextOwner,
    language: &str,
    key: &str,
) -> Result<Option<String>> {
    let key = (owner.key(), language.to_owned(), key.to_owned());
    let row = Entity::find_by_id(key).one(conn).await?;
    Ok(row.map(|row| row.text))
}

/// Counts the texts of an owner, at most the maximum number.
#[boxed]
pub async fn count(conn: &Conn, owner: &TextOwner) -> Result<u64> {
    let own = Entity::find().filter(Column::Owner.eq(owner.key()));
    count_up_to(conn, own, Column::Key, MAX).await
}

/// Stores a text. Returns [`StoreError::MissingReference`] if the owner does not exist.
#[boxed]
pub async fn put(tx: &WriteTx, owner: &TextOwner, text: &OwnText, now: UnixSeconds) -> Result<()> {
    let (client_id, org) = match owner {
        TextOwner::Deployment => (None, None),
        TextOwner::Client(id) => (Some(id.to_string()), None),
        TextOwner::Organization(slug) => (None, Some(slug.clone())),
    };
    let row = ActiveModel {
        owner: Set(owner.key()),
        language: Set(text.language.clone()),
        key: Set(text.key.clone()),
        client_id: Set(client_id),
        org: Set(org),
        text: Set(text.text.clone()),
        updated_at: Set(now),
    };
    let unique = [Column::Owner, Column::Language, Column::Key];
    upsert_row(tx, row, unique, [Column::Text, Column::UpdatedAt]).await
}

/// Removes a text. Returns false if there is none.
#[boxed]
pub async fn remove(tx: &WriteTx, owner: &TextOwner, language: &str, key: &str) -> Result<bool> {
    let own = Condition::all()
        .add(Column::Owner.eq(owner.key()))
        .add(Column::Language.eq(language))
        .add(Column::Key.eq(key));
    Entity::delete_one_by(tx, own).await
}
