//! What a person holds, as one column of the statement that reads them: roles, permissions and
//! groups in one JSON text that the database puts together. A token costs one way to the database
//! less by it, or two.

use doorward_domain::model::EffectiveRoles;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Alias, Expr, SelectStatement};
use sea_orm::{DbBackend, QueryResult};
use serde::Deserialize;

use crate::error::StoreError;

/// What the column is called where a statement has one alone.
pub(in crate::repo) const HELD: &str = "held";
/// The same for all that is held in whichever place, beside what counts in one.
pub(in crate::repo) const ANYWHERE: &str = "held_anywhere";

/// Whose, where and which; columns of the statement that it stands in.
#[derive(Clone, Copy)]
pub(in crate::repo) struct Whose {
    /// The id of the person.
    pub user: &'static str,
    /// Where it counts.
    pub place: Counts,
    /// Whether what is switched off counts as well.
    pub prepared: bool,
}

/// Where something has to be held to count.
#[derive(Clone, Copy)]
pub(in crate::repo) enum Counts {
    /// In whichever place.
    Anywhere,
    /// Everywhere, and in the organization that this column names, if it names one.
    AlsoIn(&'static str),
}

impl Counts {
    fn condition(self, org: &str) -> String {
        match self {
            Self::Anywhere => "1 = 1".to_owned(),
            Self::AlsoIn(here) => format!("({org} IS NULL OR {org} = {here})"),
        }
    }
}

impl Whose {
    /// All that this person holds now, in whichever place.
    pub(in crate::repo) const fn anywhere(user: &'static str) -> Self {
        Self {
            user,
            place: Counts::Anywhere,
            prepared: false,
        }
    }
}

/// Adds the column. What was over at `now` is left out.
pub(in crate::repo) fn select(
    query: &mut SelectStatement,
    backend: DbBackend,
    (column, whose): (&'static str, Whose),
    now: UnixSeconds,
) {
    query.expr_as(expression(backend, whose, now), Alias::new(column));
}

/// What the column is.
pub(in crate::repo) fn expression(backend: DbBackend, whose: Whose, now: UnixSeconds) -> Expr {
    // A bound value, so that the text of the statement is the same every second.
    Expr::cust_with_values(Dialect::of(backend).statement(whose), [now])
}

/// Reads the column.
pub(in crate::repo) fn read(
    row: &QueryResult,
    column: &'static str,
) -> Result<EffectiveRoles, StoreError> {
    let text: String = row.try_get("", column)?;
    let found: Found = serde_json::from_str(&text).map_err(|_| StoreError::Corrupt {
        table: "role_assignments",
        column,
        id: "a person's".to_owned(),
    })?;
    let mut held = EffectiveRoles::default();
    for (role, codename, audience) in found.held.unwrap_or_default() {
        held.add(role, codename.zip(audience));
    }
    held.groups.extend(found.groups.unwrap_or_default());
    held.managed_groups
        .extend(found.manages.unwrap_or_default());
    Ok(held)
}

/// A role, with the codename and audience of one permission where it has any.
type RoleRow = (String, Option<String>, Option<String>);

/// What the database has put together. PostgreSQL writes `null` for an empty list.
#[derive(Deserialize)]
struct Found {
    groups: Option<Vec<String>>,
    manages: Option<Vec<String>>,
    held: Option<Vec<RoleRow>>,
}

/// What the two databases call the same things.
struct Dialect {
    list: &'static str,
    tuple: &'static str,
    object: &'static str,
    /// The place of the one bound value.
    value: &'static str,
    backend: DbBackend,
}

impl Dialect {
    const fn of(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Postgres => Self {
                list: "json_agg",
                tuple: "json_build_array",
                object: "json_build_object",
                value: "$1",
                backend,
            },
            _ => Self {
                list: "json_group_array",
                tuple: "json_array",
                object: "json_object",
                value: "?",
                backend,
            },
        }
    }

    /// A UUID as `role_assignments.subject_id` holds it.
    fn text_of(&self, uuid: &str) -> String {
        if self.backend == DbBackend::Postgres {
            return format!("CAST({uuid} AS text)");
        }
        // SQLite keeps its 16 bytes.
        let parts = ["1, 8", "9, 4", "13, 4", "17, 4", "21, 12"];
        let parts = parts.map(|part| format!("substr(hex({uuid}), {part})"));
        format!("lower({})", parts.join(" || '-' || "))
    }

    /// The JSON of a query, as JSON again: SQLite forgets that it is some.
    fn json(&self, query: &str) -> String {
        match self.backend {
            DbBackend::Postgres => format!("({query})"),
            _ => format!("json(({query}))"),
        }
    }

    /// The groups of a person and those above them (`mine`), the groups that the person manages and
    /// those below them (`managed`), then all that the person and the groups of `mine` hold.
    /// Each step finds its rows by an index.
    fn statement(&self, whose: Whose) -> String {
        let Self {
            list,
            tuple,
            object,
            value,
            ..
        } = self;
        let live = if whose.prepared {
            ""
        } else {
            "a.active AND r.active AND "
        };
        let groups = self.json(&format!("SELECT {list}(path) FROM mine"));
        let manages = self.json(&format!("SELECT {list}(path) FROM managed"));
        let held = self.json(&format!(
            "SELECT {list}({tuple}(r.name, p.codename, p.audience)) FROM subjects s \
             JOIN role_assignments a ON a.subject_kind = s.kind AND a.subject_id = s.id \
             JOIN roles r ON r.name = a.role \
             LEFT JOIN role_permissions rp ON rp.role = r.name \
             LEFT JOIN permissions p ON p.codename = rp.permission \
             WHERE {live}(a.expires_at IS NULL OR a.expires_at > {value}) AND {}",
            whose.place.condition("a.org"),
        ));
        format!(
            "(WITH RECURSIVE mine(id, parent_id, path) AS (\
             SELECT g.id, g.parent_id, g.path FROM group_members m \
             JOIN groups g ON g.id = m.group_id WHERE m.user_id = {user} AND {counts} \
             UNION SELECT g.id, g.parent_id, g.path FROM mine JOIN groups g ON g.id = mine.parent_id), \
             managed(id, path) AS (\
             SELECT g.id, g.path FROM groups g WHERE g.manager_id = {user} AND {counts} \
             UNION SELECT g.id, g.path FROM managed JOIN groups g ON g.parent_id = managed.id), \
             subjects(kind, id) AS (SELECT 'user', {person} UNION ALL SELECT 'group', {group} FROM mine) \
             SELECT CAST({object}('groups', {groups}, 'manages', {manages}, 'held', {held}) AS text))",
            user = whose.user,
            counts = whose.place.condition("g.org"),
            person = self.text_of(whose.user),
            group = self.text_of("id"),
        )
    }
}
