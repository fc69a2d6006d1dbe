//! The roles of a user as one column: roles, permissions and groups in one JSON text built by the
//! database. It saves one or two queries for each token.

use doorward_domain::model::former_name::{FormerName, NameKind};
use doorward_domain::model::{CampaignCover, EffectiveRoles};
use doorward_rules::former_names;
use serde::Deserialize;

use crate::repo::former_roles::PRESENT_ROLE;
use crate::repo::prelude::*;

/// Column name if a statement selects one such column.
pub(in crate::repo) const ROLES: &str = "held";
/// Column name for the roles in any organization, if a statement selects both.
pub(in crate::repo) const ANYWHERE: &str = "held_anywhere";

/// The number of times `now` in the values of a statement for each such column.
pub(in crate::repo) const TIMES: usize = 2;

/// The columns of the enclosing statement that select the roles.
#[derive(Clone, Copy)]
pub(in crate::repo) struct RoleColumns {
    pub user: &'static str,
    pub place: Counts,
    pub prepared: bool,
}

#[derive(Clone, Copy)]
pub(in crate::repo) enum Counts {
    Anywhere,
    /// Global, and in the organization named by this column, if any.
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

impl RoleColumns {
    /// Selects all current roles of a user in any organization.
    pub(in crate::repo) const fn anywhere(user: &'static str) -> Self {
        Self {
            user,
            place: Counts::Anywhere,
            prepared: false,
        }
    }

    /// Selects the current roles of the user of a grant within the grant's organization.
    pub(in crate::repo) const fn of_grant() -> Self {
        Self {
            user: "grants.user_id",
            place: Counts::AlsoIn("grants.org"),
            prepared: false,
        }
    }
}

/// Adds the column to a query. Excludes assignments and former names that expired before `now`.
pub(in crate::repo) fn select(
    query: &mut SelectStatement,
    backend: DbBackend,
    (column, whose): (&'static str, RoleColumns),
    now: UnixSeconds,
) {
    query.expr_as(expression(backend, whose, now), Alias::new(column));
}

pub(in crate::repo) fn expression(
    backend: DbBackend,
    whose: RoleColumns,
    now: UnixSeconds,
) -> Expr {
    // A bound value, so that the text of the statement does not change every second.
    Expr::cust_with_values(Dialect::for_backend(backend).statement(whose), [now; TIMES])
}

/// Returns a UUID in the format of `role_assignments.subject_id`.
pub(in crate::repo) fn text_of(backend: DbBackend, uuid: &str) -> String {
    if backend == DbBackend::Postgres {
        return format!("CAST({uuid} AS text)");
    }
    // SQLite stores the 16 bytes.
    let parts = ["1, 8", "9, 4", "13, 4", "17, 4", "21, 12"];
    let parts = parts.map(|part| format!("substr(hex({uuid}), {part})"));
    format!("lower({})", parts.join(" || '-' || "))
}

pub(in crate::repo) fn read(row: &QueryResult, column: &'static str) -> Result<EffectiveRoles> {
    let text: String = row.try_get("", column)?;
    parse(&text, column)
}

/// Reads a column that is null if a condition was not met.
pub(in crate::repo) fn read_optional(
    row: &QueryResult,
    column: &'static str,
) -> Result<Option<EffectiveRoles>> {
    let text: Option<String> = row.try_get("", column)?;
    text.map(|text| parse(&text, column)).transpose()
}

fn parse(text: &str, column: &'static str) -> Result<EffectiveRoles> {
    let corrupt = || StoreError::Corrupt {
        table: "role_assignments",
        column,
        id: "a user's".to_owned(),
    };
    let found: RoleObject = serde_json::from_str(text).map_err(|_| corrupt())?;
    let mut roles = EffectiveRoles::default();
    for (role, codename, audience) in found.held.unwrap_or_default() {
        roles.add(role, codename.zip(audience));
    }
    roles.groups.extend(found.groups.unwrap_or_default());
    roles
        .managed_groups
        .extend(found.manages.unwrap_or_default());
    let covers = found.campaigns.unwrap_or_default().into_iter();
    roles
        .campaigns
        .extend(covers.map(|(starts_at, excepted_until)| CampaignCover {
            starts_at,
            excepted_until,
        }));
    let former = found.former.unwrap_or_default().into_iter();
    let former = former.map(|(kind, former, name, expires_at)| {
        Some(FormerName {
            kind: NameKind::parse(&kind)?,
            former,
            name,
            expires_at,
        })
    });
    let former: Option<Vec<FormerName>> = former.collect();
    former_names::add_to_roles(&mut roles, &former.ok_or_else(corrupt)?);
    Ok(roles)
}

/// A role with the codename and audience of one permission, if it has any.
type RoleRow = (String, Option<String>, Option<String>);

/// The JSON object built by the database. PostgreSQL writes `null` for an empty list.
#[derive(Deserialize)]
struct RoleObject {
    groups: Option<Vec<String>>,
    manages: Option<Vec<String>>,
    held: Option<Vec<RoleRow>>,
    /// Start of each campaign, and end of the user's exception.
    campaigns: Option<Vec<(UnixSeconds, Option<UnixSeconds>)>>,
    /// Kind, former name, present name and end.
    former: Option<Vec<(String, String, String, UnixSeconds)>>,
}

/// The JSON functions of a database.
struct Dialect {
    list: &'static str,
    tuple: &'static str,
    object: &'static str,
    /// Placeholders of the bound values.
    values: [&'static str; TIMES],
    backend: DbBackend,
}

impl Dialect {
    const fn for_backend(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Postgres => Self {
                list: "json_agg",
                tuple: "json_build_array",
                object: "json_build_object",
                values: ["$1", "$2"],
                backend,
            },
            _ => Self {
                list: "json_group_array",
                tuple: "json_array",
                object: "json_object",
                values: ["?", "?"],
                backend,
            },
        }
    }

    /// Wraps a subquery as JSON, because SQLite loses its JSON type.
    fn json(&self, query: &str) -> String {
        match self.backend {
            DbBackend::Postgres => format!("({query})"),
            _ => format!("json(({query}))"),
        }
    }

    /// Builds the statement: the groups of a user and their parents (`mine`), the groups that the
    /// user manages and their subgroups (`managed`), then the roles of the user and of the groups
    /// in `mine`, the former names of roles and permissions, and the campaigns. Each step uses an index.
    fn statement(&self, whose: RoleColumns) -> String {
        let Self {
            list,
            tuple,
            object,
            values: [value, later],
            ..
        } = self;
        let live = if whose.prepared {
            "r.deleted_at IS NULL AND "
        } else {
            "a.active AND r.active AND "
        };
        let groups = self.json(&format!("SELECT {list}(path) FROM mine"));
        let manages = self.json(&format!("SELECT {list}(path) FROM managed"));
        let roles = self.json(&format!(
            "SELECT {list}({tuple}(r.name, p.codename, p.audience)) FROM subjects s \
             JOIN role_assignments a ON a.subject_kind = s.kind AND a.subject_id = s.id \
             JOIN roles r ON r.name = {PRESENT_ROLE} \
             LEFT JOIN role_permissions rp ON rp.role = r.name \
             LEFT JOIN permissions p ON p.codename = rp.permission \
             WHERE {live}(a.expires_at IS NULL OR a.expires_at > {value}) AND {}",
            whose.place.condition("a.org"),
        ));
        let former = self.json(&format!(
            "SELECT {list}({tuple}(f.kind, f.former, f.name, f.expires_at)) FROM former_names f \
             WHERE f.expires_at > {later}"
        ));
        format!(
            "(WITH RECURSIVE mine(id, parent_id, path) AS (\
             SELECT g.id, g.parent_id, g.path FROM group_members m \
             JOIN groups g ON g.id = m.group_id AND g.deleted_at IS NULL \
             WHERE m.user_id = {user} AND {counts} \
             UNION SELECT g.id, g.parent_id, g.path FROM mine JOIN groups g ON g.id = mine.parent_id), \
             managed(id, path) AS (\
             SELECT g.id, g.path FROM groups g WHERE g.manager_id = {user} AND {counts} \
             UNION SELECT g.id, g.path FROM managed JOIN groups g ON g.parent_id = managed.id), \
             subjects(kind, id) AS (SELECT 'user', {person} UNION ALL SELECT 'group', {group} FROM mine) \
             SELECT CAST({object}('groups', {groups}, 'manages', {manages}, 'held', {roles}, \
             'former', {former}{campaigns}) \
             AS text))",
            user = whose.user,
            campaigns = self.campaigns(whose),
            counts = whose.place.condition("g.org"),
            person = text_of(self.backend, whose.user),
            group = text_of(self.backend, "id"),
        )
    }

    /// Returns the open campaigns that cover a user as a member of the object. They do not depend on
    /// an organization, so that only the roles in any organization come with them.
    fn campaigns(&self, whose: RoleColumns) -> String {
        if !matches!(whose.place, Counts::Anywhere) {
            return String::new();
        }
        let Self { list, tuple, .. } = self;
        let user = whose.user;
        let covers = self.json(&format!(
            "SELECT {list}({tuple}(c.starts_at, x.excepted_until)) FROM factor_campaigns c \
             LEFT JOIN factor_exceptions x ON x.user_id = {user} \
             WHERE c.ended_at IS NULL AND (c.org IS NULL AND c.group_id IS NULL \
             OR c.group_id IN (SELECT id FROM mine) \
             OR EXISTS (SELECT 1 FROM organization_members om \
             WHERE om.org = c.org AND om.user_id = {user}))"
        ));
        format!(", 'campaigns', {covers}")
    }
}
