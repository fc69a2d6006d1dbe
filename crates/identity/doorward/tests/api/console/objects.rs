//! An object of each kind, for the tests of all pages.

use std::collections::{BTreeMap, BTreeSet};

use doorward_access::clock::Clock as _;
use doorward_access_reviews::create::{self, NewReview};
use doorward_admin::operator::AdminContext;
use doorward_admin::providers::ProviderSpec;
use doorward_campaigns::use_cases::{self, NewCampaign};
use doorward_domain::model::saml_client::{SamlClient, SamlSettings};
use doorward_domain::model::{
    ApiKey, ApiKeyId, AppCount, Approval, ApprovalId, ApprovalState, AttemptOutcome, AttemptStep,
    AuditKind, BulkAction, BulkChange, BulkChangeId, BulkFailure, BulkSelection, BulkState,
    CampaignTarget, Client, ClientId, ClientKind, Consent, ConsentId, Invitation, InvitationId,
    Job, JobId, JobKind, MonthlyReport, OwnText, RegistrationToken, RegistrationTokenId,
    ReviewScope, SignInAttempt, SignInAttemptId, Site, SiteDemand, SiteId, SitePath, SiteRule,
    SubjectKind, TextOwner, UserDemand, UserId,
};
use doorward_domain::secret::TokenHash;
use doorward_i18n::Lang;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;
use doorward_reports::month::Month;
use doorward_rules::limits::lockout::Failures;
use doorward_store::{WriteTx, repo};
use serde_json::Map;
use uuid::Uuid;

use super::factor_objects::{ISSUER, insert_link, insert_passkey};
use super::stream_objects::{insert_stream, paused_stream, stream};
use crate::admin::world::World;

const DAY: i64 = 86_400;

/// Returns the last part of a path.
pub fn last(path: &str) -> String {
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
    let forms = forms(world).await;
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
    let change = approval(world, "helper");
    repo::approvals::insert(&tx, &change).await.unwrap();
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
        ("CHANGE", change.id.to_string()),
        ("REPORT", report(world).await),
        ("SITE", site(world).await),
        ("SAML", saml_client(world).await),
        ("STREAM", insert_stream(world, stream(world)).await),
        ("PAUSED", insert_stream(world, paused_stream(world)).await),
    ]
    .into()
}

/// Returns a change of files by the command line that a user has approved, who has no right to any more.
pub fn approval(world: &World<'_>, by: &str) -> Approval {
    let now = world.stack.clock.now();
    Approval {
        id: ApprovalId::from_uuid(Uuid::now_v7()),
        name: "0tYeHWdGVWkV".to_owned(),
        author: None,
        is_plan: true,
        marks: "roles deletions".to_owned(),
        text: "~ roles/helper\n    permissions: [\"users:read\"] → []\n\nUsers who lose access: 1\n    \
               users:read (users: 1)\nSimulated sign-ins: 1 of at most 100.\n"
            .to_owned(),
        source: Some("4f2c9e1".to_owned()),
        state: ApprovalState::Approved,
        created_at: now,
        ends_at: now + DAY,
        decided_by: Some(world.id(by)),
        decided_at: Some(now),
    }
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

pub fn invitation(world: &World<'_>, number: u32) -> Invitation {
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
pub async fn fail(tx: &WriteTx, bulk: &str, user: UserId) {
    let failure = BulkFailure {
        user,
        reason: "not-found".to_owned(),
    };
    let id = BulkChangeId::parse(bulk).unwrap();
    repo::bulk_changes::insert_failures(tx, id, &[failure])
        .await
        .unwrap();
}

/// Stores an API key, a registration token and a consent of alice, and returns the paths of the forms
/// that take them away.
pub async fn forms(world: &World<'_>) -> Vec<String> {
    let now = world.stack.clock.now();
    let key = insert_key(world, 77, now, now + DAY).await;
    let permit = RegistrationToken {
        id: RegistrationTokenId::from_uuid(Uuid::now_v7()),
        hash: TokenHash::digest("permit"),
        note: "Shop".to_owned(),
        uses_left: 1,
        created_by: None,
        created_at: now,
        expires_at: now + DAY,
    };
    let web = &world.stack.seed.web.id;
    let consent = Consent {
        id: ConsentId::from_uuid(Uuid::now_v7()),
        user_id: world.people["alice"],
        client_id: ClientId::parse(web).unwrap(),
        scope: Scope::parse("openid").unwrap(),
        declined: Scope::default(),
        resources: Vec::new(),
        authorization_details: AuthorizationDetails::default(),
        granted_at: now,
        expires_at: None,
        revoked_at: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::registration_tokens::insert(&tx, &permit)
        .await
        .unwrap();
    repo::consents::upsert(&tx, &consent).await.unwrap();
    tx.commit().await.unwrap();
    let alice = world.id("alice");
    vec![
        format!("/admin/api-access/{key}/revoke"),
        format!("/admin/apps/tokens/{}/revoke", permit.id),
        format!("/admin/people/{alice}/apps/{web}/withdraw"),
    ]
}

/// Inserts an API key of alice with this number in its ID, and returns the ID.
pub async fn insert_key(
    world: &World<'_>,
    number: u32,
    created_at: i64,
    expires_at: i64,
) -> ApiKeyId {
    let id = ApiKeyId::parse(&format!("{number:012}")).unwrap();
    let key = ApiKey {
        id: id.clone(),
        hash: TokenHash::digest(&format!("key {number}")),
        user_id: world.people["alice"],
        org: None,
        name: format!("Key {number}"),
        scopes: Scope::parse("tasks:read").unwrap(),
        networks: Vec::new(),
        created_at,
        expires_at,
        last_used_at: None,
        last_used_from: None,
        revoked_at: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::api_keys::insert(&tx, &key).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Stores a running change of these users, which no process continues for an hour.
pub async fn stored(world: &World<'_>, starter: &str, users: &[UserId]) -> BulkChangeId {
    stored_by(world, (starter, None), users).await
}

/// Stores such a change that was started with a client.
pub async fn stored_by(
    world: &World<'_>,
    (starter, client): (&str, Option<&str>),
    users: &[UserId],
) -> BulkChangeId {
    let now = world.stack.clock.now();
    let change = BulkChange {
        id: BulkChangeId::from_uuid(Uuid::now_v7()),
        starter_kind: SubjectKind::User,
        starter: world.id(starter),
        org: None,
        client_id: client.map(str::to_owned),
        action: BulkAction::Disable,
        group: None,
        email_domains: None,
        notify: true,
        keep_access: false,
        selection: BulkSelection::Users(users.to_vec()),
        total: Some(users.len() as u64),
        cursor: None,
        done: 0,
        failed: 0,
        state: BulkState::Running,
        stop_reason: None,
        lease_until: now + 3600,
        created_at: now,
        ended_at: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    assert!(repo::bulk_changes::insert(&tx, &change).await.unwrap());
    tx.commit().await.unwrap();
    change.id
}

/// Stores a running change of a user by the administrator, and returns its path.
pub async fn running_change(world: &World<'_>) -> String {
    let id = stored(world, "admin", &[world.people["carol"]]).await;
    format!("/admin/jobs/{id}")
}

/// Stores the provider `acme`.
pub async fn put_provider(world: &World<'_>) {
    let provider = ProviderSpec {
        issuer: Some(ISSUER.to_owned()),
        client_id: "doorward".to_owned(),
        ..ProviderSpec::default()
    };
    world.stack.put_provider("acme", &provider).await;
}

/// Inserts an event about a key, and returns its path.
pub async fn event(world: &World<'_>, kid: &str) -> String {
    let admin = world.operator("admin", &[], &[]);
    let event = admin.event(AuditKind::KeyChanged, kid, "tested");
    let tx = world.db.begin_write().await.unwrap();
    repo::audit::insert(&tx, &event).await.unwrap();
    tx.commit().await.unwrap();
    format!("/admin/audit/{}", event.id)
}

/// Returns the path of the assignment of the role `helper`.
pub async fn grant(world: &World<'_>) -> String {
    let (read, helper) = (world.db.read(), world.id("helper"));
    let held = repo::roles::assignments(read, SubjectKind::User, &helper).await;
    format!("/admin/grants/{}", held.unwrap()[0].id)
}

/// Creates a failed job and returns its ID.
pub async fn failed_job(world: &World<'_>) -> JobId {
    let now = world.stack.clock.now();
    let job = Job {
        id: JobId::from_uuid(Uuid::now_v7()),
        kind: JobKind::Mail,
        payload_sealed: b"canary".to_vec(),
        run_at: now,
        attempts: 8,
        lease_until: None,
        created_at: now,
        destination: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::jobs::insert(&tx, &job).await.unwrap();
    let failed = repo::jobs::fail(&tx, &job, "550 no such mailbox", None, now);
    assert!(failed.await.unwrap());
    tx.commit().await.unwrap();
    job.id
}

/// Locks out a user for an hour, or an unknown login identifier.
pub async fn lock_out(world: &World<'_>, name: Option<&str>) {
    let now = world.stack.clock.now();
    let mut bucket = [0; 32];
    bucket[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    let user = name.map(|name| world.people[name]);
    let tx = world.db.begin_write().await.unwrap();
    repo::login_failures::change(&tx, &bucket, user, now, |_| Failures {
        count: 8,
        locked_until: Some(now + 3600),
        updated_at: now,
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
}
