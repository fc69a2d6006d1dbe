//! A test environment with two organizations, users with roles in and outside of them, and an
//! administrative client.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use doorward_access::clock::Clock as _;
use doorward_admin::authority::Authority;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{
    Assignment, AssignmentId, Client, ClientId, EffectiveRoles, Group, GroupId, Member,
    Organization, Role, SubjectKind, UserId,
};
use doorward_protocol::scope::Scope;
use doorward_store::{Db, WriteTx, repo};
use doorward_testkit::{Authorization, Page, Stack, TestClient, UserAgent};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

/// A stack with the data of the administration tests.
pub struct World<'a> {
    pub stack: &'a Stack,
    pub db: Db,
    /// The user IDs by name.
    pub people: BTreeMap<String, UserId>,
    /// A group of each organization by slug; the group of no organization has an empty name.
    pub groups: BTreeMap<String, GroupId>,
    tokens: RefCell<BTreeMap<(String, String), String>>,
}

/// The permissions of the role `helper`: enough to attempt operations, too few to escalate.
const HELPER: &[&str] = &[
    "users:read",
    "users:write",
    "roles:read",
    "roles:write",
    "roles:assign",
    "groups:read",
    "groups:write",
    "organizations:read",
    "organizations:write",
    "clients:read",
    "clients:write",
    "sessions:read",
    "sessions:write",
];

impl<'a> World<'a> {
    /// Creates the environment: mona owns acme, bob owns zeta, alice is a member of acme; `helper`
    /// has most administration permissions and none for tasks.
    pub async fn new(stack: &'a Stack) -> Self {
        let db = stack.db().await;
        let mut users = BTreeMap::new();
        for name in ["alice", "bob", "mona", "admin"] {
            let found = repo::users::find_by_identifier(db.read(), name).await;
            users.insert(name.to_owned(), found.unwrap().unwrap().id);
        }
        let mut world = Self {
            stack,
            db,
            people: users,
            groups: BTreeMap::new(),
            tokens: RefCell::default(),
        };
        world.seed().await;
        world
    }

    async fn seed(&mut self) {
        let now = self.stack.clock.now();
        let tx = self.db.begin_write().await.unwrap();
        self.seed_clients(&tx).await;
        for name in ["helper", "carol"] {
            self.insert_user(&tx, name).await;
        }
        let role = Role {
            name: "helper".to_owned(),
            description: String::new(),
            active: true,
            permissions: HELPER.iter().map(|&helper| helper.to_owned()).collect(),
        };
        repo::roles::upsert(&tx, &role).await.unwrap();
        let helper = self.given(SubjectKind::User, &self.id("helper"), "helper", None);
        repo::roles::assign(&tx, &helper).await.unwrap();
        for (slug, owner, member) in [("acme", "mona", "alice"), ("zeta", "bob", "bob")] {
            let organization = Organization {
                slug: slug.to_owned(),
                name: slug.to_uppercase(),
                active: true,
                domain: None,
                created_at: now,
                updated_at: now,
            };
            repo::organizations::insert(&tx, &organization)
                .await
                .unwrap();
            for (name, is_owner) in [(member, false), (owner, true)] {
                let member = Member {
                    user_id: self.people[name],
                    is_owner,
                    created_at: now,
                    expires_at: None,
                };
                repo::organizations::put_member(&tx, slug, &member)
                    .await
                    .unwrap();
            }
        }
        for slug in ["", "acme", "zeta"] {
            let group = Group {
                id: GroupId::from_uuid(Uuid::now_v7()),
                path: "/sales".to_owned(),
                description: String::new(),
                code: None,
                org: (!slug.is_empty()).then(|| slug.to_owned()),
                parent: None,
                manager: None,
                created_at: now,
                updated_at: now,
            };
            repo::groups::insert(&tx, &group).await.unwrap();
            self.groups.insert(slug.to_owned(), group.id);
        }
        tx.commit().await.unwrap();
    }

    /// Creates a user with the password of the seeded users.
    pub async fn create_user(&mut self, name: &str) {
        let tx = self.db.begin_write().await.unwrap();
        self.insert_user(&tx, name).await;
        tx.commit().await.unwrap();
    }

    async fn insert_user(&mut self, tx: &WriteTx, name: &str) {
        let alice = repo::users::find_by_id(tx, self.people["alice"]).await;
        let mut person = alice.unwrap().unwrap();
        person.id = UserId::from_uuid(Uuid::now_v7());
        name.clone_into(&mut person.username);
        name.clone_into(&mut person.username_key);
        person.email = format!("{name}@example.org");
        person.email_key = format!("{name}@example.org");
        repo::users::insert(tx, &person).await.unwrap();
        self.people.insert(name.to_owned(), person.id);
    }

    /// Gives the scope `admin` to a first-party client and to a service.
    async fn seed_clients(&self, tx: &WriteTx) {
        let id = ClientId::parse(&self.stack.seed.trusted.id).unwrap();
        let trusted = repo::clients::find(tx, &id).await.unwrap().unwrap();
        let with_admin =
            |client: &Client| -> Scope { client.scopes.iter().chain(["admin"]).collect() };
        let changed = Client {
            scopes: with_admin(&trusted),
            ..trusted
        };
        repo::clients::update(tx, &changed).await.unwrap();
        let id = ClientId::parse(&self.stack.seed.service.id).unwrap();
        let service = repo::clients::find(tx, &id).await.unwrap().unwrap();
        let changed = Client {
            scopes: with_admin(&service),
            ..service
        };
        repo::clients::update(tx, &changed).await.unwrap();
    }

    /// Returns an assignment that is not stored yet.
    pub fn given(&self, kind: SubjectKind, id: &str, role: &str, org: Option<&str>) -> Assignment {
        Assignment {
            id: AssignmentId::from_uuid(Uuid::now_v7()),
            subject_kind: kind,
            subject_id: id.to_owned(),
            role: role.to_owned(),
            org: org.map(str::to_owned),
            assigned_by: None,
            expires_at: None,
            active: true,
            created_at: self.stack.clock.now(),
        }
    }

    /// Assigns a role in the database, without the API.
    pub async fn assign(&self, kind: SubjectKind, id: &str, role: &str, org: Option<&str>) {
        let tx = self.db.begin_write().await.unwrap();
        let one = self.given(kind, id, role, org);
        repo::roles::assign(&tx, &one).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Creates a role with these permissions and assigns it globally to a user.
    pub async fn let_hold(&self, who: &str, role: &str, permissions: &[&str]) {
        let tx = self.db.begin_write().await.unwrap();
        let created = Role {
            name: role.to_owned(),
            description: String::new(),
            active: true,
            permissions: permissions
                .iter()
                .map(|&permission| permission.to_owned())
                .collect(),
        };
        repo::roles::upsert(&tx, &created).await.unwrap();
        tx.commit().await.unwrap();
        self.assign(SubjectKind::User, &self.id(who), role, None)
            .await;
    }

    /// Adds a user to a group in the database, without the API.
    pub async fn put_into(&self, group: GroupId, who: &str) {
        let tx = self.db.begin_write().await.unwrap();
        let now = self.stack.clock.now();
        repo::groups::add_member(&tx, group, self.people[who], now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Returns the context of an API caller with these permissions and roles, for the flow
    /// functions.
    pub fn operator(&self, who: &str, permissions: &[&str], roles: &[&str]) -> AdminContext<'_> {
        let issuer = self.stack.issuer().to_owned();
        let own: BTreeSet<String> = permissions
            .iter()
            .map(|&permission| permission.to_owned())
            .collect();
        let assigned = EffectiveRoles {
            roles: roles.iter().map(|&role| role.to_owned()).collect(),
            permissions: [(issuer.clone(), own)].into(),
            ..EffectiveRoles::default()
        };
        let mut operator = AdminContext::command_line(&self.db, &self.stack.clock);
        operator.authority = Some(Authority {
            kind: SubjectKind::User,
            id: self.id(who),
            client_id: Some("console".to_owned()),
            org: None,
            held: assigned,
            is_owner: false,
            issuer,
        });
        operator
    }

    /// Returns the ID of a user.
    pub fn id(&self, name: &str) -> String {
        self.people[name].to_string()
    }

    fn console(&self) -> &TestClient {
        &self.stack.seed.trusted
    }

    /// Returns a token of a user for this server with the scope `admin`; `name@slug` selects an
    /// organization.
    pub async fn token(&self, who: &str) -> String {
        self.token_with(who, "openid admin").await
    }

    /// Returns a token of a user for this server with this scope.
    pub async fn token_with(&self, who: &str, scope: &str) -> String {
        let key = (who.to_owned(), scope.to_owned());
        if let Some(token) = self.tokens.borrow().get(&key) {
            return token.clone();
        }
        let (name, org) = who.split_once('@').unwrap_or((who, ""));
        let request = Authorization::new(self.stack.issuer(), self.console())
            .with("scope", scope)
            .with("organization", org);
        let code = request.complete(&UserAgent::new(), name).await.code();
        let page = self.stack.exchange(self.console(), &code).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        let token = page.json()["access_token"].as_str().unwrap().to_owned();
        self.tokens.borrow_mut().insert(key, token.clone());
        token
    }

    /// Makes one user sign in again at the next request.
    pub fn forget_token(&self, who: &str) {
        self.tokens.borrow_mut().retain(|(name, _), _| name != who);
    }

    /// Makes all users sign in again at the next request.
    pub fn forget_tokens(&self) {
        self.tokens.borrow_mut().clear();
    }

    /// Sends a request with a token of this user.
    pub async fn call(&self, who: &str, method: &str, path: &str, body: Option<&Value>) -> Page {
        self.call_with(who, method, path, body, &[]).await
    }

    /// Sends a request with this token.
    pub async fn call_as(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Page {
        let authorization = format!("Bearer {token}");
        let fields = [("authorization", authorization.as_str())];
        self.call_with("", method, path, body, &fields).await
    }

    /// Sends a request with a token of this user and more header fields.
    pub async fn call_with(
        &self,
        who: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
        fields: &[(&str, &str)],
    ) -> Page {
        let agent = UserAgent::new();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = agent.http().request(method, self.stack.at(path));
        if !who.is_empty() {
            request = request.bearer_auth(self.token(who).await);
        }
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        agent.send(request).await
    }

    /// Sends a change with `If-Match: *`.
    pub async fn change(&self, who: &str, method: &str, path: &str, body: Option<&Value>) -> Page {
        self.call_with(who, method, path, body, &[("if-match", "*")])
            .await
    }

    /// Returns the number of denials in the audit log.
    pub async fn denials(&self) -> usize {
        let events = repo::audit::list(self.db.read(), None, 1000).await.unwrap();
        let denied = events
            .iter()
            .filter(|event| event.kind.as_str() == "access.denied");
        denied.count()
    }

    /// Returns true if the audit log has a change of this kind by this user.
    pub async fn has_event(&self, kind: &str, actor: &str, change: &str) -> bool {
        let actor = self.id(actor);
        let events = repo::audit::list(self.db.read(), None, 1000).await.unwrap();
        events.iter().any(|event| {
            event.kind.as_str() == kind
                && event.actor.as_deref() == Some(actor.as_str())
                && event.detail.get("change").and_then(Value::as_str) == Some(change)
        })
    }
}

/// Asserts the status of a response and returns its JSON.
#[track_caller]
pub fn ok(page: &Page, status: u16) -> Value {
    assert_eq!(page.status, status, "{}", page.dump());
    page.json()
}

/// Asserts the problem type of a response and returns the problem (RFC 9457).
#[track_caller]
pub fn problem(page: &Page, status: u16, word: &str) -> Value {
    let body = ok(page, status);
    let kind = page.header("content-type");
    assert_eq!(kind, Some("application/problem+json"), "{body}");
    assert_eq!(
        body["type"],
        format!("urn:doorward:problem:{word}"),
        "{body}"
    );
    body
}
