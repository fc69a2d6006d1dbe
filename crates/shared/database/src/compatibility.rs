//! Schemas with migrations that this program does not know: the database records which of them a program
//! must know (decision 120).

use std::collections::HashMap;

use doorward_migrations::identity::{Description, TABLE, describe};
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, Query};

use super::conn::Conn;
use super::sql::has_column;
use crate::error::Result;

/// Column of [`TABLE`] with the migration that a program must know to use the result of this one. Empty:
/// none. NULL: unknown, so that only programs with the migration use it.
const COLUMN: &str = "requires";

/// Returns true if the database records what its migrations require.
pub(super) async fn is_recorded(conn: &Conn) -> Result<bool> {
    Ok(has_column(conn, TABLE, COLUMN).await?)
}

/// Returns those of the unknown migrations whose result a program with only the known ones cannot use.
pub(super) async fn find_blocking(
    conn: &Conn,
    known: &[String],
    unknown: &[String],
) -> Result<Vec<String>> {
    if unknown.is_empty() {
        return Ok(Vec::new());
    }
    if !is_recorded(conn).await? {
        return Ok(unknown.to_vec());
    }
    let query = Query::select()
        .expr(Expr::col("version"))
        .expr(Expr::col(COLUMN))
        .from(TABLE)
        .take();
    let mut required = HashMap::new();
    for row in conn.query_all(&query).await? {
        let version: String = row.try_get("", "version")?;
        let requires: Option<String> = row.try_get("", COLUMN)?;
        required.insert(version, requires);
    }
    let blocks = |name: &&String| {
        let requires = required.get(*name).and_then(Option::as_deref);
        !suffices(known, requires)
    };
    Ok(unknown.iter().filter(blocks).cloned().collect())
}

/// Returns true if a program that knows these migrations can use the result of one with this
/// requirement.
pub(super) fn suffices(known: &[String], requires: Option<&str>) -> bool {
    requires.is_some_and(|name| name.is_empty() || known.iter().any(|known| known == name))
}

/// Records what the new migrations require; at the first time also what the former ones do.
pub(super) async fn record(conn: &Conn, former: &[String], new: &[String]) -> Result<()> {
    let mut names = new.to_vec();
    if !is_recorded(conn).await? {
        let add = format!("ALTER TABLE {TABLE} ADD COLUMN {COLUMN} text");
        conn.execute_unprepared(&add).await?;
        names.extend_from_slice(former);
    }
    let described = names.iter().filter_map(|name| describe(name));
    let (free, bound): (Vec<&Description>, Vec<&Description>) =
        described.partition(|described| described.requires().is_empty());
    let mut statements = Vec::new();
    if !free.is_empty() {
        let names: Vec<_> = free.iter().map(|described| described.name).collect();
        let names = names.join("', '");
        statements.push(format!(
            "UPDATE {TABLE} SET {COLUMN} = '' WHERE version IN ('{names}')"
        ));
    }
    for described in bound {
        let (name, requires) = (described.name, described.requires());
        statements.push(format!(
            "UPDATE {TABLE} SET {COLUMN} = '{requires}' WHERE version = '{name}'"
        ));
    }
    for statement in statements {
        conn.execute_unprepared(&statement).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::suffices;

    #[test]
    fn unrecorded_requirement_is_never_met() {
        let known = ["m0001_a".to_owned(), "m0002_b".to_owned()];
        for (requires, expected) in [
            (None, false),
            (Some(""), true),
            (Some("m0002_b"), true),
            (Some("m0003_c"), false),
            (Some("m0002"), false),
        ] {
            assert_eq!(suffices(&known, requires), expected, "{requires:?}");
        }
    }
}
