//! Tests of the standard roles at the tasks API: with tokens that the server issues after `doorward
//! role setup`, for each role.

use std::collections::BTreeMap;
use std::path::Path;

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_admin::tasks_sample;
use doorward_domain::model::{
    Assignment, AssignmentId, Member, Organization, SubjectKind, User, UserId,
};
use doorward_store::{Db, WriteTx, repo};
use doorward_testkit::{Authorization, Backend, Page, Stack, UserAgent, flows, stack};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

flows!(standard_roles_match_table);

/// The users and their standard roles.
const USERS: [(&str, &[&str]); 7] = [
    ("other", &["developer"]),
    ("owner", &["developer", "project_creator"]),
    ("manager", &["manager"]),
    ("admin", &["admin"]),
    ("senior", &["senior_developer"]),
    ("viewer", &["viewer"]),
    ("guard", &["developer", "24x7_access"]),
];
const ACTORS: [&str; 8] = [
    "nobody",
    "other",
    "owner",
    "manager",
    "admin",
    "owner@acme",
    "senior",
    "viewer",
];

/// The outcome of read, create, update and delete for each of [`ACTORS`] (the first sends no token):
/// `+` done, `1` 401, `3` 403, `4` 404, `5` a project that is hidden from the user.
#[rustfmt::skip]
const TABLE: [(&str, [&str; 8]); 7] = [
    //                         none    other   owner   manager admin   tenant  senior  viewer
    ("tasks",                 ["1111", "4+44", "++++", "++33", "++++", "4+44", "4+44", "4333"]),
    ("tasks assigned",        ["1111", "+++3", "++++", "++33", "++++", "4+44", "4+44", "4333"]),
    ("tasks restricted",      ["1111", "4544", "++++", "4544", "++++", "4544", "4544", "4333"]),
    ("projects public",       ["1111", "+333", "++++", "++33", "++++", "4+44", "++33", "+333"]),
    ("projects internal",     ["1111", "+333", "++++", "++33", "++++", "4+44", "++33", "+333"]),
    ("projects confidential", ["1111", "4344", "++++", "++33", "++++", "4+44", "4+44", "4333"]),
    ("projects restricted",   ["1111", "4344", "++++", "4+44", "++++", "4+44", "4+44", "4333"]),
];

/// The tokens of all users, by name.
struct World<'a> {
    stack: &'a Stack,
    tokens: BTreeMap<String, String>,
    people: BTreeMap<String, UserId>,
}

impl<'a> World<'a> {
    async fn new(stack: &'a Stack) -> Self {
        let db = stack.db().await;
        let tx = db.begin_write().await.unwrap();
        // The seed defines some of these roles, and the setup keeps existing roles.
        for role in ["developer", "manager", "admin", "reader"] {
            assert!(repo::roles::delete(&tx, role, 1).await.unwrap());
        }
        tx.commit().await.unwrap();
        let operator = AdminContext::command_line(&db, &stack.clock);
        tasks_sample::load(&operator, &stack.seed.audience)
            .await
            .unwrap();
        let users = seed(stack, &db).await;
        db.close().await.unwrap();
        let mut world = Self {
            stack,
            tokens: BTreeMap::new(),
            people: users,
        };
        for (name, _) in USERS {
            world.sign_in(name).await;
        }
        world.sign_in("owner@acme").await;
        world
    }

    /// Signs in through a client's authorization request.
    async fn sign_in(&mut self, who: &str) {
        let client = &self.stack.seed.trusted;
        let (name, org) = who.split_once('@').unwrap_or((who, ""));
        let request = Authorization::new(self.stack.issuer(), client)
            .with("scope", "openid tasks:read tasks:write tasks:delete")
            .with("organization", org);
        let code = request.complete(&UserAgent::new(), name).await.code();
        let page = self.stack.exchange(client, &code).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        let token = page.json()["access_token"].as_str().unwrap().to_owned();
        self.tokens.insert(who.to_owned(), token);
    }

    async fn ask(&self, actor: &str, method: Method, path: &str, body: &Value) -> Page {
        let agent = UserAgent::new();
        let mut request = agent.http().request(method, self.stack.at_tasks(path));
        if let Some(token) = self.tokens.get(actor) {
            request = request.bearer_auth(token);
        }
        agent.send(request.json(body)).await
    }

    /// Creates an object of the owner; returns its path and the body that creates another one.
    async fn object(&self, name: &str) -> (String, Value) {
        let (noun, special) = name.split_once(' ').unwrap_or((name, ""));
        let body = match (noun, special) {
            ("projects", level) => {
                json!({"name": "p", "department": "sales", "confidentiality": level})
            }
            (_, "assigned") => json!({"title": "t", "assignee": self.people["other"].to_string()}),
            (_, "restricted") => {
                let closed = json!({"name": "p", "confidentiality": "restricted"});
                let project = self.make("/api/projects/", &closed).await;
                json!({"title": "t", "project": project.rsplit('/').next()})
            }
            _ => json!({"title": "t"}),
        };
        (self.make(&format!("/api/{noun}/"), &body).await, body)
    }

    async fn make(&self, collection: &str, body: &Value) -> String {
        let page = self.ask("owner", Method::POST, collection, body).await;
        assert_eq!(page.status, 201, "{}", page.dump());
        page.header("location").unwrap().to_owned()
    }
}

/// Creates the users with their roles, and the organization acme with the owner as a member.
async fn seed(stack: &Stack, db: &Db) -> BTreeMap<String, UserId> {
    let now = stack.clock.now();
    let tx = db.begin_write().await.unwrap();
    let alice = repo::users::find_by_identifier(&tx, "alice").await;
    let alice = alice.unwrap().unwrap();
    let mut users = BTreeMap::new();
    for (name, roles) in USERS {
        let id = match repo::users::find_by_identifier(&tx, name).await.unwrap() {
            Some(known) => known.id,
            None => insert_user(&tx, &alice, name).await,
        };
        users.insert(name.to_owned(), id);
        for role in roles {
            let one = Assignment {
                id: AssignmentId::from_uuid(Uuid::now_v7()),
                subject_kind: SubjectKind::User,
                subject_id: id.to_string(),
                role: (*role).to_owned(),
                org: None,
                assigned_by: None,
                expires_at: None,
                active: true,
                created_at: now,
            };
            repo::roles::assign(&tx, &one).await.unwrap();
        }
    }
    let acme = Organization {
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
        active: true,
        domain: None,
        created_at: now,
        updated_at: now,
    };
    repo::organizations::insert(&tx, &acme).await.unwrap();
    let member = Member {
        user_id: users["owner"],
        is_owner: true,
        created_at: now,
        expires_at: None,
    };
    repo::organizations::put_member(&tx, "acme", &member)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    users
}

async fn insert_user(tx: &WriteTx, like: &User, name: &str) -> UserId {
    let mut person = like.clone();
    person.id = UserId::from_uuid(Uuid::now_v7());
    name.clone_into(&mut person.username);
    name.clone_into(&mut person.username_key);
    person.email = format!("{name}@example.org");
    person.email_key = format!("{name}@example.org");
    repo::users::insert(tx, &person).await.unwrap();
    person.id
}

async fn standard_roles_match_table(stack: &Stack) {
    let world = World::new(stack).await;
    let change = json!({"description": "changed"});
    for (name, row) in TABLE {
        for (actor, cells) in ACTORS.into_iter().zip(row) {
            let actions = ["read", "create", "update", "delete"];
            for (action, cell) in actions.into_iter().zip(cells.chars()) {
                let (path, new) = world.object(name).await;
                let all = format!("{}/", path.rsplit_once('/').unwrap().0);
                let nothing = json!({});
                let (method, path, body) = match action {
                    "read" => (Method::GET, &path, &nothing),
                    "create" => (Method::POST, &all, &new),
                    "update" => (Method::PATCH, &path, &change),
                    _ => (Method::DELETE, &path, &nothing),
                };
                let page = world.ask(actor, method, path, body).await;
                let expected = match (cell, action) {
                    ('1', _) => 401,
                    ('3', _) => 403,
                    ('4', _) => 404,
                    ('5', _) => 400,
                    (_, "create") => 201,
                    (_, "delete") => 204,
                    _ => 200,
                };
                let case = format!("{name}: {actor} {action}: {}", page.dump());
                assert_eq!(page.status, expected, "{case}");
            }
        }
    }
}

/// Checks an operator's policy for business hours: at night, only users with the role `24x7_access`
/// may access tasks.
#[test]
fn at_night_only_role_24x7_access_works() {
    let directory = tempfile::tempdir().unwrap();
    let rule = "forbid (principal, action, resource is Task) unless {\n\
                principal.roles.contains(\"24x7_access\") ||\n\
                (context.hour >= 8 && context.hour < 18)\n};";
    std::fs::write(directory.path().join("hours.cedar"), rule).unwrap();
    for backend in [Backend::SqliteMemory, Backend::PostgresRedis] {
        let directory: &Path = directory.path();
        let settings = [("DOORWARD__TASKS__POLICY_DIR", directory.to_str().unwrap())];
        stack::run_with(backend, &settings, async |stack: &Stack| {
            for (hour, of_developer) in [(23, 403), (12, 201)] {
                let now = stack.clock.now();
                stack.clock.advance((hour * 3600 - now).rem_euclid(86_400));
                if hour == 23 {
                    World::new(stack).await;
                }
                let mut world = World {
                    stack,
                    tokens: BTreeMap::new(),
                    people: BTreeMap::new(),
                };
                for (who, status) in [
                    ("guard", 201),
                    ("admin", of_developer),
                    ("other", of_developer),
                ] {
                    world.sign_in(who).await;
                    let task = json!({"title": "t"});
                    let page = world.ask(who, Method::POST, "/api/tasks/", &task).await;
                    assert_eq!(page.status, status, "{hour}: {who} {}", page.dump());
                }
            }
        });
    }
}
