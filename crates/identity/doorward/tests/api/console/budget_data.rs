//! Data of every kind for the budgets of pages: one object of each, and then more than a page shows.

use std::collections::{BTreeMap, BTreeSet};

use doorward_access::clock::Clock as _;
use doorward_access_reviews::create::{self, NewReview};
use doorward_admin::operator::AdminContext;
use doorward_admin::providers::ProviderSpec;
use doorward_campaigns::use_cases::{self, NewCampaign};
use doorward_domain::model::saml_client::{SamlClient, SamlSettings};
use doorward_domain::model::{
    ApiKey, ApiKeyId, AppCount, AttemptOutcome, AttemptStep, AuditKind, BulkChangeId, BulkFailure,
    CampaignTarget, Client, ClientId, ClientKind, Consent, ConsentId, Group, GroupId, Invitation,
    InvitationId, LinkId, LinkedAccount, Member, MonthlyReport, Organization, OwnText,
    RegistrationToken, RegistrationTokenId, ReviewScope, Role, Session, SessionId, SignInAttempt,
    SignInAttemptId, Site, SiteDemand, SiteId, SitePath, SiteRule, SubjectKind, TextOwner,
    UserDemand, UserId,
};
use doorward_domain::secret::TokenHash;
use doorward_i18n::Lang;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;
use doorward_reports::month::Month;
use doorward_store::{WriteTx, repo};
use serde_json::Map;
use uuid::Uuid;

use super::admin_lists;
use super::bulk::running_change;
use super::routes::{event, grant, put_provider};
use super::system::{failed_job, lock_out};
use crate::admin::user_factors::{insert_link, insert_passkey};
use crate::admin::world::World;

/// More than a page shows.
const MANY: u32 = 60;
const DAY: i64 = 86_400;

/// Returns the last part of a path.
fn last(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// Returns the part of a path before its action.
fn object(path: &str) -> String {
    last(path.rsplit_once('/').expect("an action").0)
}

/// Stores one object of each kind, and returns their IDs by their names in the table. Alice has
/// signed in.
pub async fn objects(world: &World<'_>) -> BTreeMap<&'static str, String> {
    let (now, alice) = (world.stack.clock.now(), world.people["alice"]);
    put_provider(world).await;
    world.put_into(world.groups["acme"], "alice").await;
    lock_out(world, Some("alice")).await;
    let kid = repo::keys::list(world.db.read()).await.unwrap()[0]
        .kid
        .clone();
    let forms = admin_lists::forms(world).await;
    let bulk = last(&running_change(world).await);
    let sessions = repo::sessions::list_for_user(world.db.read(), alice, now).await;
    let (group, app) = (
        world.groups["acme"].to_string(),
        &world.stack.seed.trusted.id,
    );
    let group_grant = world.given(SubjectKind::Group, &group, "manager", Some("acme"));
    let app_grant = world.given(SubjectKind::Client, app, "manager", None);
    let (attempt, invitation) = (attempt(world, 0), invitation(world, 0));
    let passkey = insert_passkey(world, alice).await;
    let review = review(world).await;
    let link = insert_link(world, alice, &[]).await;
    let tx = world.db.begin_write().await.unwrap();
    repo::attempts::insert_all(&tx, std::slice::from_ref(&attempt))
        .await
        .unwrap();
    repo::invitations::insert(&tx, &invitation).await.unwrap();
    for given in [&group_grant, &app_grant] {
        repo::roles::assign(&tx, given).await.unwrap();
    }
    fail(&tx, &bulk, alice).await;
    tx.commit().await.unwrap();
    set_texts(world).await;
    [
        ("ALICE", world.id("alice")),
        ("HELPER", world.id("helper")),
        ("APP", app.clone()),
        ("APP_GRANT", app_grant.id.to_string()),
        ("WEB", world.stack.seed.web.id.clone()),
        ("GROUP", group),
        ("GROUP_GRANT", group_grant.id.to_string()),
        ("EVENT", last(&event(world, &kid).await)),
        ("KID", kid),
        ("KEY", object(&forms[0])),
        ("TOKEN", object(&forms[1])),
        ("GRANT", last(&grant(world).await)),
        ("JOB", failed_job(world).await.to_string()),
        ("BULK", bulk),
        ("SESSION", sessions.unwrap()[0].id.to_string()),
        ("ATTEMPT", attempt.id.to_string()),
        ("INVITATION", invitation.id.to_string()),
        ("PASSKEY", passkey.to_string()),
        ("LINK", link.to_string()),
        ("REVIEW", review),
        ("CAMPAIGN", campaign(world).await),
        ("REPORT", report(world).await),
        ("SITE", site(world).await),
        ("SAML", saml_client(world).await),
    ]
    .into()
}

/// Inserts a client that speaks SAML.
async fn saml_client(world: &World<'_>) -> String {
    let id = ClientId::parse("saml-wiki").unwrap();
    let now = world.stack.clock.now();
    let client = Client {
        redirect_uris: vec!["https://wiki.example.com/acs".to_owned()],
        ..Client::new(id.clone(), "Wiki".to_owned(), ClientKind::Saml, now)
    };
    let saml = SamlClient {
        client_id: id,
        entity_id: "https://wiki.example.com".to_owned(),
        settings: SamlSettings::default(),
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::clients::insert(&tx, &client).await.unwrap();
    repo::saml_clients::insert(&tx, &saml).await.unwrap();
    tx.commit().await.unwrap();
    client.id.to_string()
}

/// Inserts a site with a rule for a group.
async fn site(world: &World<'_>) -> String {
    let now = world.stack.clock.now();
    let demand = UserDemand {
        groups: BTreeSet::from([world.groups["acme"]]),
        ..UserDemand::default()
    };
    let everywhere = SitePath::Prefix(String::new());
    let site = Site {
        hosts: vec!["wiki.example.com".to_owned()],
        rules: vec![SiteRule::new(1, everywhere, SiteDemand::User(demand))],
        ..Site::new(
            SiteId::from_uuid(Uuid::from_u128(7)),
            "wiki".to_owned(),
            now,
        )
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::sites::insert(&tx, &site).await.unwrap();
    tx.commit().await.unwrap();
    site.name
}

/// Sets a text of the deployment, of an organization and of a client.
async fn set_texts(world: &World<'_>) {
    let web = ClientId::parse(&world.stack.seed.web.id).unwrap();
    let text = OwnText {
        language: Lang::En.code().to_owned(),
        key: "login-title".to_owned(),
        text: "Sign in".to_owned(),
    };
    let tx = world.db.begin_write().await.unwrap();
    for owner in [
        TextOwner::Deployment,
        TextOwner::Organization("acme".to_owned()),
        TextOwner::Client(web),
    ] {
        let put = repo::own_texts::put(&tx, &owner, &text, 0).await;
        put.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Stores the report of a month with an app.
async fn report(world: &World<'_>) -> String {
    let month = Month::of(0);
    let report = MonthlyReport {
        month: month.start(),
        counted_at: world.stack.clock.now(),
        apps: vec![AppCount {
            client_id: Some(world.stack.seed.web.id.clone()),
            ..AppCount::default()
        }],
        ..MonthlyReport::default()
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::monthly_reports::put(&tx, &report).await.unwrap();
    tx.commit().await.unwrap();
    month.to_string()
}

/// Creates an access review of the role `helper`.
async fn review(world: &World<'_>) -> String {
    let operator = AdminContext::command_line(&world.db, &world.stack.clock);
    let new = NewReview {
        name: "Helpers".to_owned(),
        scope: ReviewScope::Role,
        scope_id: "helper".to_owned(),
        members_of: None,
        reviewers: vec![world.people["alice"]],
        due_at: world.stack.clock.now() + DAY,
        revoke_open: false,
    };
    let created = Box::pin(create::run(&operator, new)).await;
    created.unwrap().id.to_string()
}

/// Starts a campaign for a group without members.
async fn campaign(world: &World<'_>) -> String {
    let operator = AdminContext::command_line(&world.db, &world.stack.clock);
    let new = NewCampaign {
        target: CampaignTarget::Group(world.groups["zeta"]),
        starts_at: world.stack.clock.now() + DAY,
        reminders: Vec::new(),
    };
    let created = use_cases::create(&operator, new).await;
    created.unwrap().id.to_string()
}

/// Returns a failed sign-in of alice.
pub fn attempt(world: &World<'_>, number: u32) -> SignInAttempt {
    let at = world.stack.clock.now();
    SignInAttempt {
        id: SignInAttemptId::generate(at, &mut rand::rng()),
        at,
        step: AttemptStep::Password,
        outcome: AttemptOutcome::Failed,
        rule: "wrong_password".to_owned(),
        reason: "The password is wrong.".to_owned(),
        user_id: Some(world.people["alice"]),
        name_hash: None,
        client_id: Some(world.stack.seed.trusted.id.clone()),
        request_id: Some(format!("request-{number}")),
        address: Some("192.0.2.7".to_owned()),
        detail: Map::new(),
    }
}

fn invitation(world: &World<'_>, number: u32) -> Invitation {
    let (now, email) = (
        world.stack.clock.now(),
        format!("guest{number}@example.org"),
    );
    Invitation {
        id: InvitationId::from_uuid(Uuid::now_v7()),
        hash: TokenHash::digest(&format!("invitation {number}")),
        org: "acme".to_owned(),
        email_key: email.clone(),
        email,
        inviter: None,
        created_at: now,
        expires_at: now + DAY,
        ended_at: None,
        access: doorward_domain::model::invitation::InvitedAccess::default(),
        batch: None,
        queued_at: None,
    }
}

/// Stores a failure of a bulk change.
async fn fail(tx: &WriteTx, bulk: &str, user: UserId) {
    let failure = BulkFailure {
        user,
        reason: "not-found".to_owned(),
    };
    let id = BulkChangeId::parse(bulk).unwrap();
    repo::bulk_changes::insert_failures(tx, id, &[failure])
        .await
        .unwrap();
}

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
