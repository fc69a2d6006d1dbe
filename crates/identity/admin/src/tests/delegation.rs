//! Tests of delegation (decision 36): no operation gives more than its administrator has, also through groups, clients,
//! ownership and time.

mod accounts;
mod clients;
mod endings;
mod groups;
mod managers;
mod organization_log;
mod owners;
mod providers;
mod roles;

use std::collections::BTreeMap;

use doorward_config::Config;
use doorward_domain::model::{Assignment, AssignmentId, Member, OrgScope, Role};
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_rules::delegation::DelegationRule;
use doorward_services::jobs::Jobs;
use doorward_services::outbox::MailOutbox;

use super::World;
use crate::authority::Authority;
use crate::groups::NewGroup;
use crate::operation::{Entry, Outcome};
use crate::prelude::*;
use crate::role_rules::Subject;
use crate::roles::NewAssignment;
use crate::{assignments, group_members, organizations, standard, users};

const ISSUER: &str = "https://id.example.org";

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

/// Users with their first role. `helper` gets the role of that name.
const USERS: [(&str, Option<&str>); 6] = [
    ("alice", Some("developer")),
    ("bob", Some("developer")),
    ("mona", Some("manager")),
    ("admin", Some("admin")),
    ("helper", None),
    ("carol", None),
];

/// A deployment with two organizations: mona owns acme, alice is a member of it, bob owns zeta. `helper` has most
/// permissions of administration, and none for tasks.
struct Company {
    world: World,
    users: BTreeMap<&'static str, UserId>,
    /// The group `/sales` of each organization by slug; that of no organization has an empty name.
    groups: BTreeMap<&'static str, GroupId>,
    config: Config,
    jobs: Jobs,
}

impl Company {
    async fn new() -> Self {
        let world = World::new().await;
        let mut config = Config::defaults().unwrap();
        config.capture_mail = true;
        let key = MasterKey::generate(&mut rand::rng());
        let mut company = Self {
            world,
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            config,
            jobs: Jobs::new(&key, Random::default()),
        };
        let line = company.world.op();
        standard::ensure_administration(&line, ISSUER)
            .await
            .unwrap();
        for (name, role) in USERS {
            company.add_user(name).await;
            if let Some(role) = role {
                company.grant(SubjectKind::User, name, role, None).await;
            }
        }
        company.hold("helper", "helper", HELPER).await;
        company.add_organizations().await;
        company
    }

    async fn add_user(&mut self, name: &'static str) {
        let id = self.world.user(name).await.id;
        self.users.insert(name, id);
    }

    async fn add_organizations(&mut self) {
        let line = self.world.op();
        for (slug, owner) in [("acme", "mona"), ("zeta", "bob")] {
            let owner = Some(self.users[owner]);
            let created = organizations::create(&line, slug, slug, owner).await;
            created.unwrap();
        }
        let alice = self.users["alice"];
        organizations::set_member(&line, "acme", alice, false)
            .await
            .unwrap();
        for slug in ["", "acme", "zeta"] {
            let new = NewGroup {
                name: "sales".to_owned(),
                org: (!slug.is_empty()).then(|| slug.to_owned()),
                ..NewGroup::default()
            };
            let group = crate::groups::create(&line, new).await.unwrap();
            self.groups.insert(slug, group.id);
        }
    }

    /// Returns the context of a user with the roles held now; `name@slug` acts in an organization.
    async fn context(&self, who: &str) -> AdminContext<'_> {
        let (name, org) = match who.split_once('@') {
            Some((name, slug)) => (name, Some(slug)),
            None => (who, None),
        };
        let (read, user) = (self.world.db.read(), self.users[name]);
        let (scope, now) = (OrgScope::from_org(org), self.now());
        let held = repo::roles::effective_for_user_in(read, user, scope, now).await;
        let member: Option<Member> = match org {
            Some(slug) => repo::organizations::membership(read, slug, user)
                .await
                .unwrap(),
            None => None,
        };
        let mut context = self.world.op();
        context.actor = Some(user.to_string());
        context.outbox = Some(MailOutbox::for_background(&self.config, &self.jobs));
        context.authority = Some(Authority {
            kind: SubjectKind::User,
            id: user.to_string(),
            client_id: None,
            org: org.map(str::to_owned),
            held: held.unwrap(),
            is_owner: member.is_some_and(|member| member.is_owner),
            issuer: ISSUER.to_owned(),
        });
        context
    }

    /// Returns an assignment that is not stored yet; `holder` is the name of a user or an ID.
    fn assignment(
        &self,
        kind: SubjectKind,
        holder: &str,
        role: &str,
        org: Option<&str>,
    ) -> Assignment {
        let user = self.users.get(holder).map(ToString::to_string);
        let now = self.now();
        Assignment {
            id: AssignmentId::generate(now, &mut Random::default().rng()),
            subject_kind: kind,
            subject_id: user.unwrap_or_else(|| holder.to_owned()),
            role: role.to_owned(),
            org: org.map(str::to_owned),
            assigned_by: None,
            expires_at: None,
            active: true,
            created_at: now,
        }
    }

    async fn store(&self, assignment: &Assignment) {
        let tx = self.world.db.begin_write().await.unwrap();
        repo::roles::assign(&tx, assignment).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Assigns a role in the database.
    async fn grant(&self, kind: SubjectKind, holder: &str, role: &str, org: Option<&str>) {
        self.store(&self.assignment(kind, holder, role, org)).await;
    }

    async fn grant_group(&self, group: GroupId, role: &str, org: Option<&str>) {
        let id = group.to_string();
        self.grant(SubjectKind::Group, &id, role, org).await;
    }

    /// Removes every role of a user.
    async fn ungrant(&self, name: &str) {
        let tx = self.world.db.begin_write().await.unwrap();
        let id = self.users[name].to_string();
        let held = repo::roles::assignments(&tx, SubjectKind::User, &id).await;
        for assignment in held.unwrap() {
            repo::roles::delete_assignment(&tx, assignment.id)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn store_role(&self, name: &str, permissions: &[&str]) {
        let role = Role {
            name: name.to_owned(),
            description: String::new(),
            active: true,
            permissions: permissions.iter().map(|&name| name.to_owned()).collect(),
        };
        let tx = self.world.db.begin_write().await.unwrap();
        repo::roles::upsert(&tx, &role).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Creates a role with these permissions, and assigns it to a user.
    async fn hold(&self, who: &str, role: &str, permissions: &[&str]) {
        self.store_role(role, permissions).await;
        self.grant(SubjectKind::User, who, role, None).await;
    }

    /// Adds a user to a group in the database.
    async fn join(&self, group: GroupId, name: &str) {
        let tx = self.world.db.begin_write().await.unwrap();
        let (user, now) = (self.users[name], self.now());
        repo::groups::add_member(&tx, group, user, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    fn now(&self) -> i64 {
        self.world.op().now()
    }

    fn user(&self, name: &str) -> Subject {
        Subject::User(self.users[name])
    }

    async fn assign(&self, who: &str, subject: Subject, role: &str) -> Result<Assignment> {
        self.assign_until(who, subject, role, None).await
    }

    async fn assign_until(
        &self,
        who: &str,
        subject: Subject,
        role: &str,
        expires_at: Option<i64>,
    ) -> Result<Assignment> {
        let new = NewAssignment {
            subject,
            role: role.to_owned(),
            org: None,
            expires_at,
            active: true,
        };
        assignments::create(&self.context(who).await, new).await
    }

    /// Changes a user with the body of a request.
    async fn change_user(&self, who: &str, name: &str, mut body: Value) -> Result<User> {
        let (context, id) = (self.context(who).await, self.users[name].to_string());
        body["id"] = id.as_str().into();
        users::update(&context, &id, read(body)).await
    }

    async fn change_role(&self, who: &str, role: &str, mut body: Value) -> Result<Outcome> {
        body["name"] = role.into();
        (crate::roles::operations::UPDATE.run)(body, &self.context(who).await).await
    }

    async fn create_group(&self, who: &str, body: Value) -> Result<Group> {
        self.write_group(who, &crate::groups::operations::CREATE, body)
            .await
    }

    async fn change_group(&self, who: &str, group: GroupId, mut body: Value) -> Result<Group> {
        body["id"] = group.to_string().into();
        self.write_group(who, &crate::groups::operations::UPDATE, body)
            .await
    }

    async fn write_group(&self, who: &str, entry: &Entry, body: Value) -> Result<Group> {
        let written = (entry.run)(body, &self.context(who).await).await?;
        let id = written.document["id"].as_str().and_then(GroupId::parse);
        crate::groups::get(&self.world.op(), id.unwrap()).await
    }

    async fn delete_group(&self, who: &str, group: GroupId) -> Result<()> {
        let deleted = crate::groups::delete(&self.context(who).await, group).await;
        deleted.map(drop)
    }

    async fn add_member(&self, who: &str, group: GroupId, name: &str) -> Result<()> {
        let context = self.context(who).await;
        group_members::add(&context, group, self.users[name]).await
    }

    async fn remove_member(&self, who: &str, group: GroupId, name: &str) -> Result<()> {
        let context = self.context(who).await;
        group_members::remove(&context, group, self.users[name]).await
    }

    async fn set_owner(&self, who: &str, slug: &str, name: &str, is_owner: bool) -> Result<Member> {
        let context = self.context(who).await;
        organizations::set_member(&context, slug, self.users[name], is_owner).await
    }

    async fn create_client(&self, who: &str, body: Value) -> Result<ClientId> {
        let new = read::<crate::clients::NewClientBody>(body).read_on(None)?;
        let (client, _) = crate::clients::create(&self.context(who).await, new).await?;
        Ok(client.id)
    }

    async fn change_client(&self, who: &str, id: &ClientId, body: Value) -> Result<Client> {
        let change = crate::clients::change_from_json(body)?;
        crate::clients::update(&self.context(who).await, id, change).await
    }

    async fn rotate_secret(&self, who: &str, id: &ClientId) -> Result<()> {
        let rotated = crate::clients::rotate_secret(&self.context(who).await, id, None).await;
        rotated.map(drop)
    }

    async fn delete_client(&self, who: &str, id: &ClientId) -> Result<()> {
        let deleted = crate::clients::delete(&self.context(who).await, id).await;
        deleted.map(drop)
    }
}

/// Reads the body of a request of the API.
#[track_caller]
fn read<T: serde::de::DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}

/// Asserts that a rule of delegation denied an operation.
#[track_caller]
fn denied<T>(done: Result<T>, rule: DelegationRule) {
    match done {
        Err(AdminError::Denied(denial)) => assert_eq!(denial.rule, rule),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{rule:?} did not deny it"),
    }
}
