//! Differential tests of lists: a list contains exactly the objects that the policies permit one by
//! one, for random users, roles and objects, over HTTP and with the engine itself, in every order
//! and with the caller's filters.
//!
//! `DOORWARD_TEST_SEED` is a number that selects other random users and objects.

use std::collections::{BTreeMap, BTreeSet};

use doorward_access::Principal;
use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_policy::attribute_values::Attributes;
use doorward_policy::principal::Memberships;
use doorward_policy::{
    Action, Engine, Kind, Object, PolicyPrincipal as Actor, Situation, Value as Fact,
};
use jiff::tz::TimeZone;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::database::Backend;
use crate::fixture::{Caller, Fixture, NOW};
use crate::issuer::sign_claims;

const USERS: [&str; 5] = ["p0", "p1", "p2", "p3", "p4"];
const DEPARTMENTS: [&str; 3] = ["sales", "engineering", "engineering/backend"];
const LEVELS: [&str; 4] = ["public", "internal", "confidential", "restricted"];
const PROJECT_STATUSES: [&str; 4] = ["planning", "active", "completed", "cancelled"];
const ORGS: [&str; 2] = ["", "acme"];

/// An operator's rules: one with a translation to SQL, one that grants access, and one without a
/// translation.
const OWN_RULES: &str = r#"
@id("own.no_urgent_tasks_of_sales")
forbid (principal, action, resource is Task)
when { resource.priority == 4 && resource has department && resource.department == "sales" }
unless { principal.roles.contains("manager") };
@id("own.no_cancelled_projects")
forbid (principal, action == Action::"read", resource is Project)
when { resource.status == "cancelled" }
unless { principal.leads.contains(resource) };
@id("own.no_tasks_of_completed_projects")
forbid (principal, action == Action::"read", resource is Task)
when { resource has project && resource.project.status == "completed" };
@id("own.everybody_reads_done")
permit (principal, action == Action::"read", resource is Task)
when { resource.status == "done" };
"#;
const NOT_IN_SQL: &str = r#"
@id("own.like")
permit (principal, action == Action::"read", resource is Project)
when { resource has department && resource.department like "eng*" };
@id("own.self")
forbid (principal, action == Action::"read", resource is Task)
when { resource has assignee && resource.assignee == resource.owner };
"#;

fn one<'a>(rng: &mut StdRng, of: &[&'a str]) -> &'a str {
    of[rng.random_range(0..of.len())]
}

fn perhaps<'a>(rng: &mut StdRng, of: &[&'a str]) -> Option<&'a str> {
    let chosen = one(rng, of);
    rng.random_bool(0.5).then_some(chosen)
}

/// The objects as policies see them, and the memberships in projects.
struct World {
    objects: Vec<Object>,
    memberships: BTreeMap<(String, String), Memberships>,
}

struct Rows<'a> {
    db: &'a DatabaseConnection,
}

impl Rows<'_> {
    async fn insert(&self, table: &str, columns: &str, values: Vec<sea_orm::Value>) {
        let backend = self.db.get_database_backend();
        let places: Vec<String> = (1..=values.len())
            .map(|number| match backend {
                sea_orm::DbBackend::Postgres => format!("${number}"),
                _ => "?".to_owned(),
            })
            .collect();
        let sql = format!(
            "INSERT INTO {table} ({columns}) VALUES ({})",
            places.join(", ")
        );
        let statement = Statement::from_sql_and_values(backend, sql, values);
        self.db.execute_raw(statement).await.unwrap();
    }
}

async fn make_projects(rng: &mut StdRng, rows: &Rows<'_>, world: &mut World) {
    for number in 0..12_u128 {
        let (id, org) = (Uuid::from_u128(number + 1), one(rng, &ORGS));
        let (owner, level) = (one(rng, &USERS), one(rng, &LEVELS));
        let status = one(rng, &PROJECT_STATUSES);
        let department = perhaps(rng, &DEPARTMENTS);
        rows.insert(
            "projects",
            "id, org, owner_subject, name, name_key, description, department, confidentiality, \
             status, internal_notes, version, created_at, updated_at",
            vec![
                id.into(),
                org.into(),
                owner.into(),
                format!("p{number}").into(),
                format!("p{number}").into(),
                "".into(),
                department.map(str::to_owned).into(),
                level.into(),
                status.into(),
                "".into(),
                1_i64.into(),
                rng.random_range(0..5_i64).into(),
                0_i64.into(),
            ],
        )
        .await;
        let mut attributes = Attributes::from([
            ("owner", Fact::user(owner)),
            ("org", Fact::text(org)),
            ("confidentiality", Fact::text(level)),
            ("status", Fact::text(status)),
        ]);
        if let Some(department) = department {
            attributes.insert("department", Fact::text(department));
        }
        world
            .objects
            .push(Object::new(Kind::Project, id, attributes));
        for person in USERS {
            if !rng.random_bool(0.3) {
                continue;
            }
            let role = one(rng, &["member", "lead", "reviewer"]);
            let key = (org.to_owned(), person.to_owned());
            let of_person = world.memberships.entry(key).or_default();
            of_person.projects.insert(id);
            if role == "lead" {
                of_person.leads.insert(id);
            } else if role == "reviewer" {
                of_person.reviews.insert(id);
            }
            rows.insert(
                "project_members",
                "project_id, subject, org, role, permissions",
                vec![id.into(), person.into(), org.into(), role.into(), "".into()],
            )
            .await;
        }
    }
}

async fn make_tasks(rng: &mut StdRng, rows: &Rows<'_>, world: &mut World) {
    let projects = world.objects.clone();
    for number in 0..120_u128 {
        let within = rng.random_range(0..projects.len());
        let project = rng.random_bool(0.6).then(|| projects[within].clone());
        let (id, owner) = (Uuid::from_u128(number + 1000), one(rng, &USERS));
        let org = match &project {
            Some(project) => match &project.facts["org"] {
                Fact::Text(org) => org.clone(),
                _ => String::new(),
            },
            None => one(rng, &ORGS).to_owned(),
        };
        let (assignee, department) = (perhaps(rng, &USERS), perhaps(rng, &DEPARTMENTS));
        let (status, priority) = (one(rng, &["todo", "done"]), rng.random_range(1..=4_i32));
        let title = one(rng, &["a", "b", "c"]);
        let project_id = project
            .as_ref()
            .map(|project| project.id.parse::<Uuid>().unwrap());
        rows.insert(
            "tasks",
            "id, org, owner_subject, title, title_key, description, description_key, status, \
             priority, due_day, version, created_at, updated_at, project_id, assignee, department",
            vec![
                id.into(),
                org.as_str().into(),
                owner.into(),
                title.into(),
                title.into(),
                "".into(),
                "".into(),
                status.into(),
                priority.into(),
                i32::MAX.into(),
                1_i64.into(),
                // Many with the same second: the ID decides their order.
                rng.random_range(0..5_i64).into(),
                0_i64.into(),
                project_id.into(),
                assignee.map(str::to_owned).into(),
                department.map(str::to_owned).into(),
            ],
        )
        .await;
        let mut attributes = Attributes::from([
            ("owner", Fact::user(owner)),
            ("org", Fact::text(org)),
            ("status", Fact::text(status)),
            ("priority", Fact::Long(priority.into())),
        ]);
        if let Some(assignee) = assignee {
            attributes.insert("assignee", Fact::user(assignee));
        }
        if let Some(department) = department {
            attributes.insert("department", Fact::text(department));
        }
        let mut object = Object::new(Kind::Task, id, attributes);
        if let Some(project) = project {
            let link = Fact::Entity(Kind::Project, project.id.clone());
            object.facts.insert("project", link);
            object.related.push(project);
        }
        world.objects.push(object);
    }
}

/// Returns random claims.
fn random_claims(rng: &mut StdRng, fixture: &Fixture) -> Value {
    let extra = ["tasks:read_all", "projects:read_all", "projects:restricted"];
    let mut entitlements = vec!["tasks:read"];
    entitlements.extend(extra.into_iter().filter(|_| rng.random_bool(0.25)));
    let subject = one(rng, &USERS);
    let scope = "openid tasks:read";
    let mut claims = fixture.issuer.access_claims(
        &fixture.audience(),
        subject,
        &entitlements.join(" "),
        scope,
        NOW,
    );
    let roles: Vec<_> = ["manager", "editor"]
        .into_iter()
        .filter(|_| rng.random_bool(0.5))
        .collect();
    claims["roles"] = json!(roles);
    let groups: Vec<_> = ["/sales", "/engineering/backend"]
        .into_iter()
        .filter(|_| rng.random_bool(0.5))
        .collect();
    claims["groups"] = json!(groups);
    if rng.random_bool(0.5) {
        claims["org"] = json!("acme");
    }
    claims
}

/// Returns the whole list, page by page.
async fn listed(person: &Caller<'_>, path: &str, query: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = format!("{path}?limit=7{query}");
    for _ in 0..200 {
        let page: Value = person.get(&next).await.json().await.unwrap();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(cursor) => next = format!("{path}?limit=7{query}&cursor={cursor}"),
            None => return items,
        }
    }
    panic!("the list of {path} does not end");
}

fn ids(items: &[Value]) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for item in items {
        let new = ids.insert(item["id"].as_str().unwrap().to_owned());
        assert!(new, "listed twice: {item}");
    }
    ids
}

/// Returns the sort key of an item for this order.
fn sorted_by(item: &Value, key: &str) -> (usize, String, String) {
    let words = ["low", "medium", "high", "urgent"];
    let rank = words.iter().position(|word| item[key] == *word);
    let text = item[key].as_str().unwrap_or_default();
    let text = if rank.is_some() { "" } else { text };
    let id = item["id"].as_str().unwrap();
    (rank.unwrap_or_default(), text.to_owned(), id.to_owned())
}

/// Returns an attribute of the object in the notation of a query.
fn written(object: &Object, name: &str) -> Option<String> {
    Some(match object.facts.get(name)? {
        Fact::Text(text) | Fact::Entity(_, text) => text.clone(),
        Fact::Long(rank) => {
            ["low", "medium", "high", "urgent"][usize::try_from(*rank).ok()? - 1].to_owned()
        }
        _ => return None,
    })
}

/// Checks lists with random orders and filters: exactly the matching objects among the permitted
/// ones.
async fn check_filtered(rng: &mut StdRng, person: &Caller<'_>, path: &str, allowed: &[&Object]) {
    let (keys, filters): (&[&str], &[(&str, &[&str])]) = if path == "/api/tasks/" {
        (
            &["created_at", "updated_at", "due_date", "priority", "title"],
            &[
                ("status", &["todo", "done"]),
                ("priority", &["low", "high", "urgent"]),
                ("assignee", &USERS),
                ("department", &DEPARTMENTS),
                ("project", &["00000000-0000-0000-0000-000000000003"]),
            ],
        )
    } else {
        (
            &["created_at", "updated_at", "name"],
            &[
                ("owner", &USERS),
                ("department", &DEPARTMENTS),
                ("confidentiality", &LEVELS),
                ("status", &PROJECT_STATUSES),
            ],
        )
    };
    for key in keys {
        let (name, values) = filters[rng.random_range(0..filters.len())];
        let (requested, minus) = (one(rng, values), one(rng, &["", "-"]));
        let filtered = rng.random_bool(0.7);
        let filter = if filtered {
            format!("&{name}={requested}")
        } else {
            String::new()
        };
        let query = format!("&ordering={minus}{key}{filter}");
        let items = listed(person, path, &query).await;
        let matching = allowed.iter().filter(|object| {
            !filtered || written(object, name).is_some_and(|value| value == requested)
        });
        let expected: BTreeSet<String> = matching.map(|object| object.id.clone()).collect();
        assert_eq!(ids(&items), expected, "{path} {query}");
        let mut order: Vec<_> = items.iter().map(|item| sorted_by(item, key)).collect();
        if minus == "-" {
            order.reverse();
        }
        assert!(order.is_sorted(), "{path} {query}: {order:?}");
    }
}

async fn check_caller(
    rng: &mut StdRng,
    fixture: &Fixture,
    engine: &Engine,
    world: &World,
    claims: &Value,
) {
    let claims_of: AccessTokenClaims = serde_json::from_value(claims.clone()).unwrap();
    let principal = Principal::from(claims_of);
    let org = principal.org.clone().unwrap_or_default();
    let memberships = world.memberships.get(&(org, principal.subject.clone()));
    let actor = Actor::new(&principal, &memberships.cloned().unwrap_or_default());
    let situation = Situation::new(NOW, &TimeZone::UTC, "GET");
    let person = fixture.with_token(sign_claims("at+jwt", claims));
    for (kind, path) in [
        (Kind::Task, "/api/tasks/"),
        (Kind::Project, "/api/projects/"),
    ] {
        let shown = ids(&listed(&person, path, "").await);
        let mut allowed = Vec::new();
        for object in world.objects.iter().filter(|object| object.kind == kind) {
            let decision = engine.decide(&actor, Action::Read, object, &situation);
            let case = format!("{claims}\n{object:?}");
            assert_eq!(
                shown.contains(&object.id),
                decision.allowed,
                "listed?\n{case}"
            );
            let alone = person.get(&format!("{path}{}", object.id)).await;
            let expected = if decision.allowed { 200 } else { 404 };
            assert_eq!(alone.status().as_u16(), expected, "alone\n{case}");
            allowed.extend(decision.allowed.then_some(object));
        }
        check_filtered(rng, &person, path, &allowed).await;
    }
}

/// Hides the projects that only make the users members of many.
const HIDES_OTHERS: &str = r#"
@id("own.others")
forbid (principal, action, resource is Project)
when { resource has department && resource.department == "others" };
"#;

/// Makes every user a member of so many other projects that their memberships are not read at once.
async fn make_many_memberships(rows: &Rows<'_>) {
    for (at, org) in ORGS.into_iter().enumerate() {
        for number in 0..70_u128 {
            let id = Uuid::from_u128(1_000_000 + 1000 * at as u128 + number);
            rows.insert(
                "projects",
                "id, org, owner_subject, name, name_key, description, department, \
                 confidentiality, status, internal_notes, version, created_at, updated_at",
                vec![
                    id.into(),
                    org.into(),
                    "nobody".into(),
                    "o".into(),
                    "o".into(),
                    "".into(),
                    "others".into(),
                    "restricted".into(),
                    "active".into(),
                    "".into(),
                    1_i64.into(),
                    0_i64.into(),
                    0_i64.into(),
                ],
            )
            .await;
            for person in USERS {
                rows.insert(
                    "project_members",
                    "project_id, subject, org, role, permissions",
                    vec![
                        id.into(),
                        person.into(),
                        org.into(),
                        "lead".into(),
                        "edit".into(),
                    ],
                )
                .await;
            }
        }
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite, "", false)]
#[case::postgres(Backend::Postgres, "", false)]
#[case::sqlite_own_rules(Backend::Sqlite, OWN_RULES, false)]
#[case::postgres_own_rules(Backend::Postgres, OWN_RULES, false)]
#[case::sqlite_not_in_sql(Backend::Sqlite, NOT_IN_SQL, false)]
#[case::postgres_not_in_sql(Backend::Postgres, NOT_IN_SQL, false)]
#[case::sqlite_many(Backend::Sqlite, "", true)]
#[case::postgres_many(Backend::Postgres, "", true)]
#[case::sqlite_many_own_rules(Backend::Sqlite, OWN_RULES, true)]
#[case::postgres_many_own_rules(Backend::Postgres, OWN_RULES, true)]
#[case::sqlite_many_not_in_sql(Backend::Sqlite, NOT_IN_SQL, true)]
#[case::postgres_many_not_in_sql(Backend::Postgres, NOT_IN_SQL, true)]
#[actix_web::test]
async fn list_equals_individually_readable_objects(
    #[case] backend: Backend,
    #[case] own_rules: &str,
    #[case] many: bool,
) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("own.cedar"), own_rules).unwrap();
    if many {
        std::fs::write(directory.path().join("others.cedar"), HIDES_OTHERS).unwrap();
    }
    let fixture = Fixture::configured(backend, |config| {
        config.policy_dir = Some(directory.path().to_owned());
        config.limits_multiplier = 1000.0;
    })
    .await;
    let seed = std::env::var("DOORWARD_TEST_SEED");
    let seed: u64 = seed.map_or(20_261_120, |text| text.parse().expect("a number"));
    let mut rng = StdRng::seed_from_u64(seed);
    let mut world = World {
        objects: Vec::new(),
        memberships: BTreeMap::new(),
    };
    let db = crate::database::connect(fixture.database.url()).await;
    let rows = Rows { db: &db };
    make_projects(&mut rng, &rows, &mut world).await;
    make_tasks(&mut rng, &rows, &mut world).await;
    if many {
        make_many_memberships(&rows).await;
    }
    db.close().await.unwrap();
    let engine = Engine::load(Some(directory.path())).unwrap();
    for _ in 0..8 {
        let claims = random_claims(&mut rng, &fixture);
        check_caller(&mut rng, &fixture, &engine, &world, &claims).await;
    }
}
