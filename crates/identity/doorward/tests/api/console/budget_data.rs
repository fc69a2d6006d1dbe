//! More objects of each kind than a page shows, for the budgets of pages.

use std::collections::BTreeSet;

use doorward_access::clock::Clock as _;
use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::{
    ApiKey, ApiKeyId, AuditKind, Client, ClientId, Consent, ConsentId, Group, GroupId, LinkId,
    LinkedAccount, Member, Organization, RegistrationToken, RegistrationTokenId, Role, Session,
    SessionId, SubjectKind, UserId,
};
use doorward_domain::secret::TokenHash;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;
use doorward_store::repo;
use uuid::Uuid;

use super::objects::{approval, attempt, fail, failed_job, invitation, lock_out};
use crate::admin::world::World;

/// More than a page shows.
const MANY: u32 = 60;
const DAY: i64 = 86_400;

/// Stores many objects of each kind: of the deployment, of the organization, and of alice and the
/// administrator.
pub async fn add_many(world: &mut World<'_>, bulk: &str) {
    for number in 0..MANY {
        world.create_user(&format!("user{number}")).await;
    }
    for number in 0..MANY {
        add_deployment(world, number).await;
        add_organization(world, bulk, number).await;
        failed_job(world).await;
        lock_out(world, Some(&format!("user{number}"))).await;
        let id = format!("idp{number}");
        let provider = ProviderSpec {
            issuer: Some(format!("https://{id}.example")),
            client_id: "doorward".to_owned(),
            ..ProviderSpec::default()
        };
        world.stack.put_provider(&id, &provider).await;
    }
    for name in ["alice", "admin"] {
        add_account(world, name).await;
    }
}

/// Stores a role with its holders, an organization, a group, a token, an event and an attempt.
async fn add_deployment(world: &World<'_>, number: u32) {
    let (now, user) = (world.stack.clock.now(), format!("user{number}"));
    let role = Role {
        name: format!("role{number}"),
        description: "A role".to_owned(),
        active: true,
        permissions: BTreeSet::new(),
    };
    let organization = Organization {
        slug: format!("org{number}"),
        name: format!("Organization {number}"),
        active: true,
        domain: None,
        created_at: now,
        updated_at: now,
    };
    let group = Group {
        id: GroupId::from_uuid(Uuid::now_v7()),
        path: format!("/group{number}"),
        description: "A group".to_owned(),
        code: None,
        org: None,
        parent: None,
        manager: None,
        created_at: now,
        updated_at: now,
    };
    let token = RegistrationToken {
        id: RegistrationTokenId::from_uuid(Uuid::now_v7()),
        hash: TokenHash::digest(&format!("permit {number}")),
        note: "Shop".to_owned(),
        uses_left: 1,
        created_by: None,
        created_at: now,
        expires_at: now + DAY,
    };
    let admin = world.operator("admin", &[], &[]);
    let event = admin.event(AuditKind::UserChanged, world.id(&user), "tested");
    let attempt = attempt(world, number + 1);
    let holder =
        |name: &str, role: &str| world.given(SubjectKind::User, &world.id(name), role, None);
    let tx = world.db.begin_write().await.unwrap();
    repo::roles::upsert(&tx, &role).await.unwrap();
    for held in [holder(&user, "helper"), holder("alice", &role.name)] {
        repo::roles::assign(&tx, &held).await.unwrap();
    }
    repo::organizations::insert(&tx, &organization)
        .await
        .unwrap();
    repo::groups::insert(&tx, &group).await.unwrap();
    repo::registration_tokens::insert(&tx, &token)
        .await
        .unwrap();
    repo::audit::insert(&tx, &event).await.unwrap();
    repo::attempts::insert_all(&tx, &[attempt]).await.unwrap();
    let change = approval(world, &user);
    repo::approvals::insert(&tx, &change).await.unwrap();
    tx.commit().await.unwrap();
}

/// Stores a member of the organization and of its group, an invitation, and a failed change.
async fn add_organization(world: &World<'_>, bulk: &str, number: u32) {
    let (now, user) = (
        world.stack.clock.now(),
        world.people[&format!("user{number}")],
    );
    let member = Member {
        user_id: user,
        is_owner: false,
        created_at: now,
        expires_at: None,
    };
    let invitation = invitation(world, number + 1);
    let tx = world.db.begin_write().await.unwrap();
    repo::organizations::put_member(&tx, "acme", &member)
        .await
        .unwrap();
    repo::groups::add_member(&tx, world.groups["acme"], user, now)
        .await
        .unwrap();
    repo::invitations::insert(&tx, &invitation).await.unwrap();
    fail(&tx, bulk, user).await;
    tx.commit().await.unwrap();
}

/// Stores clients with access to the account, and sessions, API keys and linked accounts.
async fn add_account(world: &World<'_>, name: &str) {
    let (now, user) = (world.stack.clock.now(), world.people[name]);
    let tx = world.db.begin_write().await.unwrap();
    let id = ClientId::parse(&world.stack.seed.web.id).unwrap();
    let client = repo::clients::find(&tx, &id).await.unwrap().unwrap();
    let sessions = repo::sessions::list_for_user(&tx, user, now).await;
    let session = sessions.unwrap().remove(0);
    for number in 0..MANY {
        let own = Client {
            id: ClientId::parse(&format!("app-{name}-{number}")).unwrap(),
            name: format!("App {number} of {name}"),
            // Unused, as are the API keys.
            secret_made_at: Some(now - 100 * DAY),
            ..client.clone()
        };
        repo::clients::insert(&tx, &own).await.unwrap();
        let own = consent(user, own.id, now);
        repo::consents::upsert(&tx, &own).await.unwrap();
        let other = world.people[&format!("user{number}")];
        let other = consent(other, id.clone(), now);
        repo::consents::upsert(&tx, &other).await.unwrap();
        let session = Session {
            id: SessionId::from_uuid(Uuid::now_v7()),
            token_hash: TokenHash::digest(&format!("cookie {name} {number}")),
            ..session.clone()
        };
        repo::sessions::insert(&tx, &session).await.unwrap();
        let key = key(user, name, number, now);
        repo::api_keys::insert(&tx, &key).await.unwrap();
        let link = LinkedAccount {
            id: LinkId::from_uuid(Uuid::now_v7()),
            user_id: user,
            issuer: "https://login.acme.example".to_owned(),
            subject: format!("{name}-{number}"),
            label: name.to_owned(),
            roles: Vec::new(),
            created_at: now,
            last_used_at: None,
        };
        assert!(repo::linked_accounts::insert(&tx, &link).await.unwrap());
    }
    tx.commit().await.unwrap();
}

fn consent(user_id: UserId, client_id: ClientId, now: i64) -> Consent {
    Consent {
        id: ConsentId::from_uuid(Uuid::now_v7()),
        user_id,
        client_id,
        scope: Scope::parse("openid").unwrap(),
        declined: Scope::default(),
        resources: Vec::new(),
        authorization_details: AuthorizationDetails::default(),
        granted_at: now,
        expires_at: None,
        revoked_at: None,
    }
}

fn key(user_id: UserId, name: &str, number: u32, now: i64) -> ApiKey {
    let first = if name == "admin" { 1_000 } else { 2_000 };
    ApiKey {
        id: ApiKeyId::parse(&format!("{:012}", first + number)).unwrap(),
        hash: TokenHash::digest(&format!("key {name} {number}")),
        user_id,
        org: None,
        name: format!("Key {number}"),
        scopes: Scope::parse("tasks:read").unwrap(),
        networks: Vec::new(),
        created_at: now - 100 * DAY,
        expires_at: now + DAY,
        last_used_at: None,
        last_used_from: None,
        revoked_at: None,
    }
}
