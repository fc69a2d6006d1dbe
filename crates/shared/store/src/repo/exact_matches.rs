//! Objects of several kinds with exactly this name or ID, in one statement.

use doorward_domain::boxed;
use doorward_domain::model::group::MAX_PATH;
use doorward_domain::model::organization::is_slug;
use doorward_domain::model::{AuditId, DenialId, SignInAttemptId};
use sea_orm::sea_query::UnionType;
use uuid::Uuid;

use super::prelude::*;
use super::sessions;

const MAX: u64 = 20;
/// The seconds within which a request writes its audit events.
const REQUEST_TIME: i64 = 60;

const KIND: &str = "kind";
const ID: &str = "match_id";
const NAME: &str = "match_name";
const ORG: &str = "match_org";
const NO_ID: &str = "CAST(NULL AS uuid)";
const NO_TEXT: &str = "CAST(NULL AS text)";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MatchKind {
    /// Organizations, by slug.
    Organization,
    Role,
    /// Groups, by ID, by path, and by slug of the organization with the path, such as `acme/sales`.
    Group,
    /// Active sessions, by ID.
    Session,
    /// Sign-in attempts, by ID and by ID of the request.
    Attempt,
    /// Denials, by decision ID.
    Denial,
    /// Audit events, by ID and by ID of the request, unless a proxy has chosen that.
    Event,
}

impl MatchKind {
    pub const ALL: [Self; 7] = [
        Self::Organization,
        Self::Role,
        Self::Group,
        Self::Session,
        Self::Attempt,
        Self::Denial,
        Self::Event,
    ];

    const fn table(self) -> &'static str {
        match self {
            Self::Organization => "organizations",
            Self::Role => "roles",
            Self::Group => "groups",
            Self::Session => "sessions",
            Self::Attempt => "attempts",
            Self::Denial => "refusals",
            Self::Event => "audit_events",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExactMatch {
    Organization {
        slug: String,
        name: String,
    },
    Role(String),
    Group {
        id: GroupId,
        path: String,
        /// Slug of its organization.
        org: Option<String>,
    },
    SessionOf(UserId),
    Attempt(SignInAttemptId),
    Denial(DenialId),
    Event(AuditId),
}

/// Returns up to 20 objects of these kinds. The form of the text decides which tables are read. A
/// path without a slug is of a group in the organization `org`, or outside all organizations.
#[boxed]
pub async fn find(
    conn: &Conn,
    text: &str,
    kinds: &[MatchKind],
    org: Option<&str>,
    now: UnixSeconds,
) -> Result<Vec<ExactMatch>> {
    let Some(query) = select(text, kinds, org, now) else {
        return Ok(Vec::new());
    };
    read_all(conn, &query, read).await
}

fn select(
    text: &str,
    kinds: &[MatchKind],
    org: Option<&str>,
    now: UnixSeconds,
) -> Option<SelectStatement> {
    let mut rest = kinds.iter().flat_map(|kind| parts(*kind, text, org, now));
    let mut all = rest.next()?;
    for part in rest {
        all.union(UnionType::All, part);
    }
    all.limit(MAX);
    Some(all)
}

/// Returns the statements for the objects of a kind that can have this name or ID.
fn parts(kind: MatchKind, text: &str, org: Option<&str>, now: UnixSeconds) -> Vec<SelectStatement> {
    let id = (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok())
        .flatten();
    let column = |name: &'static str| Expr::col((kind.table(), name));
    let with_text =
        |name, columns| part(kind, columns, Condition::all().add(column(name).eq(text)));
    let with_id = |columns| {
        let id = id.map(|id| Condition::all().add(column("id").eq(id)));
        id.map(|id| part(kind, columns, id))
    };
    let found = match kind {
        MatchKind::Organization => {
            let is_slug = id.is_none() && is_slug(text);
            vec![is_slug.then(|| with_text("slug", [NO_ID, "name", "slug"]))]
        }
        MatchKind::Role => {
            let is_name = id.is_none() && is_plain(text, (1, 64), "_-.:");
            vec![is_name.then(|| with_text("name", [NO_ID, "name", NO_TEXT]))]
        }
        MatchKind::Group => {
            let columns = ["id", "path", "org"];
            let path = group_path(text, org).filter(|_| id.is_none());
            let at_path = path.map(|(org, path)| {
                // The expression of the index.
                let own = Expr::cust("COALESCE(org, '')").eq(org);
                let condition = Condition::all().add(own).add(column("path").eq(path));
                part(kind, columns, condition)
            });
            vec![at_path, with_id(columns)]
        }
        MatchKind::Session => {
            let mut session = with_id(["user_id", NO_TEXT, NO_TEXT]);
            if let Some(session) = &mut session {
                session.cond_where(sessions::live(now));
            }
            vec![session]
        }
        MatchKind::Attempt => {
            let columns = ["id", NO_TEXT, NO_TEXT];
            let is_request = is_plain(text, (8, 64), "-_.");
            let of_request = is_request.then(|| with_text("request_id", columns));
            vec![with_id(columns), of_request]
        }
        MatchKind::Denial => vec![with_id(["id", NO_TEXT, NO_TEXT])],
        MatchKind::Event => {
            let columns = ["id", NO_TEXT, NO_TEXT];
            let time = id.and_then(|id| id.get_timestamp());
            let of_request = time.map(|time| {
                // The time in the ID limits the events to read: there is no index of requests.
                let at = i64::try_from(time.to_unix().0).unwrap_or(i64::MAX);
                let during = column("at").between(at, at.saturating_add(REQUEST_TIME));
                let condition = Condition::all().add(during);
                part(kind, columns, condition.add(column("request_id").eq(text)))
            });
            vec![with_id(columns), of_request]
        }
    };
    found.into_iter().flatten().collect()
}

/// Selects the ID, name and organization of the rows under a condition.
fn part(
    kind: MatchKind,
    [id, name, org]: [&'static str; 3],
    condition: Condition,
) -> SelectStatement {
    let marked = matches!(
        kind,
        MatchKind::Organization | MatchKind::Role | MatchKind::Group
    );
    Query::select()
        .expr_as(Expr::cust(format!("'{}'", kind.table())), KIND)
        .expr_as(Expr::cust(id), ID)
        .expr_as(Expr::cust(name), NAME)
        .expr_as(Expr::cust(org), ORG)
        .from(kind.table())
        .cond_where(condition)
        .and_where_option(marked.then(|| is_kept(kind.table())))
        .take()
}

fn read(row: &QueryResult) -> Result<ExactMatch> {
    let table: String = row.try_get("", KIND)?;
    let kind = MatchKind::ALL
        .into_iter()
        .find(|kind| kind.table() == table);
    let id = || row.try_get::<Uuid>("", ID);
    Ok(match kind {
        Some(MatchKind::Organization) => ExactMatch::Organization {
            slug: row.try_get("", ORG)?,
            name: row.try_get("", NAME)?,
        },
        Some(MatchKind::Role) => ExactMatch::Role(row.try_get("", NAME)?),
        Some(MatchKind::Group) => ExactMatch::Group {
            id: GroupId::from_uuid(id()?),
            path: row.try_get("", NAME)?,
            org: row.try_get("", ORG)?,
        },
        Some(MatchKind::Session) => ExactMatch::SessionOf(UserId::from_uuid(id()?)),
        Some(MatchKind::Attempt) => ExactMatch::Attempt(SignInAttemptId::from_uuid(id()?)),
        Some(MatchKind::Denial) => ExactMatch::Denial(DenialId::from_uuid(id()?)),
        Some(MatchKind::Event) | None => ExactMatch::Event(AuditId::from_uuid(id()?)),
    })
}

/// Returns the organization (empty for none) and the path of a group, if the text can be one.
fn group_path<'t>(text: &'t str, org: Option<&'t str>) -> Option<(&'t str, String)> {
    let own = org.unwrap_or_default();
    let (org, path) = match text.split_once('/') {
        Some(("", _)) => (own, text.to_owned()),
        Some((slug, below)) => (slug, format!("/{below}")),
        None => (own, format!("/{text}")),
    };
    is_plain(&path, (2, MAX_PATH), "/_-").then_some((org, path))
}

/// Returns true for a text of this length that contains only ASCII alphanumeric characters and these.
fn is_plain(text: &str, (least, most): (usize, usize), others: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
    (least..=most).contains(&text.len()) && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn each_part_reads_few_rows_of_index() {
        let db = migrated().await;
        for (text, tables) in [
            ("helper", 3),
            ("acme/sales", 1),
            // The events of a minute are read for the ID of a request.
            ("018f0000-0000-7000-8000-000000000000", 7),
        ] {
            let query = select(text, &MatchKind::ALL, None, 1).unwrap();
            let plan = explain(&db, DbBackend::Sqlite.build(&query)).await;
            let reads = |word: &'static str| plan.iter().filter(move |line| line.starts_with(word));
            let searched: Vec<_> = reads("SEARCH ").collect();
            assert_eq!(searched.len(), tables, "{text}: {plan:#?}");
            assert!(reads("SCAN ").next().is_none(), "{plan:#?}");
        }
        assert!(select("two words", &MatchKind::ALL, None, 1).is_none());
    }
}
