//! Tests of the organization that a user or client acts for: requested, stored in the grant,
//! checked each time.

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_admin::organizations;
use doorward_domain::model::{
    Assignment, AssignmentId, Group, GroupId, Member, Organization, Permission, Role, SubjectKind,
    UserId,
};
use doorward_store::repo;
use doorward_testkit::{Authorization, Stack, UserAgent, flows, jwt};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{assert_oauth_error, is_active, text, tokens, userinfo};

flows!(
    member_gets_token_of_organization,
    non_member_is_access_denied,
    organization_is_fixed_and_ends_with_membership,
    new_membership_revives_no_grant,
    client_acts_for_organization_with_role,
    roles_and_groups_are_limited_to_audience,
    expired_assignment_vanishes_from_next_token,
    token_marks_omitted_groups,
    tenant_header_equals_organization_parameter,
    tenant_header_selects_organization_of_client,
);

const SCOPE: &str = "openid offline_access tasks:read";

async fn user_id(stack: &Stack, name: &str) -> UserId {
    let db = stack.db().await;
    let found = repo::users::find_by_identifier(db.read(), name).await;
    found.expect("a query").expect("a user").id
}

/// Creates two organizations; alice is a member of both and has a role in one.
pub async fn seed(stack: &Stack) {
    let alice = user_id(stack, "alice").await;
    let db = stack.db().await;
    let now = stack.clock.now();
    let tx = db.begin_write().await.expect("a transaction");
    for slug in ["acme", "zeta"] {
        let organization = Organization {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            active: true,
            domain: None,
            created_at: now,
            updated_at: now,
        };
        let member = Member {
            user_id: alice,
            is_owner: false,
            created_at: now,
            expires_at: None,
        };
        repo::organizations::insert(&tx, &organization)
            .await
            .unwrap();
        repo::organizations::put_member(&tx, slug, &member)
            .await
            .unwrap();
    }
    let in_acme = given(
        SubjectKind::User,
        &alice.to_string(),
        "manager",
        Some("acme"),
    );
    repo::roles::assign(&tx, &in_acme).await.unwrap();
    tx.commit().await.expect("commit");
}

pub fn given(kind: SubjectKind, id: &str, role: &str, org: Option<&str>) -> Assignment {
    Assignment {
        id: AssignmentId::from_uuid(Uuid::new_v4()),
        subject_kind: kind,
        subject_id: id.to_owned(),
        role: role.to_owned(),
        org: org.map(str::to_owned),
        assigned_by: None,
        expires_at: None,
        active: true,
        created_at: 0,
    }
}

async fn ask(stack: &Stack, organization: &str) -> std::collections::BTreeMap<String, String> {
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted)
        .with("scope", SCOPE)
        .with("organization", organization);
    let outcome = request.complete(&UserAgent::new(), "alice").await;
    outcome.expect_client()
}

/// Returns tokens of alice for an organization.
pub async fn sign_in(stack: &Stack, organization: &str) -> Value {
    let answer = ask(stack, organization).await;
    let page = stack.exchange(&stack.seed.trusted, &answer["code"]).await;
    tokens(&page)
}

pub fn claims(json: &Value) -> Value {
    jwt::claims(&text(json, "access_token"))
}

async fn member_gets_token_of_organization(stack: &Stack) {
    seed(stack).await;
    let in_acme = claims(&sign_in(stack, "acme").await);
    assert_eq!(in_acme["org"], "acme");
    assert_eq!(in_acme["roles"], json!(["developer", "manager"]));
    let entitlements = in_acme["entitlements"].as_array().unwrap();
    assert!(entitlements.contains(&json!("tasks:read_all")), "{in_acme}");
    let in_zeta = claims(&sign_in(stack, "zeta").await);
    assert_eq!(in_zeta["org"], "zeta");
    assert_eq!(in_zeta["roles"], json!(["developer"]));
    let nowhere = claims(&sign_in(stack, "").await);
    assert_eq!(nowhere.get("org"), None);
    assert_eq!(nowhere["roles"], json!(["developer"]));
    assert_eq!(nowhere["email_verified"], true);
}

async fn non_member_is_access_denied(stack: &Stack) {
    seed(stack).await;
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let alice = user_id(stack, "alice").await;
    repo::organizations::remove_member(&tx, "zeta", alice)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let outside = ask(stack, "zeta").await;
    assert_eq!(outside["error"], "access_denied");
    // An unknown organization gives the same response.
    let unknown = ask(stack, "nobody").await;
    assert_eq!(unknown, outside);
    assert_eq!(
        ask(stack, &"x".repeat(64)).await["error"],
        "invalid_request"
    );
}

async fn organization_is_fixed_and_ends_with_membership(stack: &Stack) {
    seed(stack).await;
    let client = &stack.seed.trusted;
    let first = sign_in(stack, "acme").await;
    let refresh = text(&first, "refresh_token");
    // The token endpoint ignores another organization.
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
        ("organization", "zeta"),
    ];
    let second = tokens(&stack.token(client, &fields).await);
    assert_eq!(claims(&second)["org"], "acme");
    let access = text(&second, "access_token");
    assert!(is_active(stack, client, &access).await);

    let alice = user_id(stack, "alice").await;
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    assert!(
        repo::organizations::remove_member(&tx, "acme", alice)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let refused = stack.refresh(client, &text(&second, "refresh_token")).await;
    assert_oauth_error(&refused, 400, "invalid_grant");
    assert!(!is_active(stack, client, &access).await);
    assert_eq!(userinfo(stack, &access).await.status, 401);
    // A grant for another organization is not affected.
    let elsewhere = sign_in(stack, "zeta").await;
    let refresh = text(&elsewhere, "refresh_token");
    tokens(&stack.refresh(client, &refresh).await);
}

async fn new_membership_revives_no_grant(stack: &Stack) {
    seed(stack).await;
    let client = &stack.seed.trusted;
    let (inside, elsewhere) = (sign_in(stack, "acme").await, sign_in(stack, "zeta").await);
    let alice = user_id(stack, "alice").await;
    let db = stack.db().await;
    let operator = AdminContext::command_line(&db, &stack.clock);
    organizations::remove_member(&operator, "acme", alice)
        .await
        .unwrap();
    organizations::set_member(&operator, "acme", alice, false)
        .await
        .unwrap();
    assert!(!is_active(stack, client, &text(&inside, "access_token")).await);
    let rejected = stack.refresh(client, &text(&inside, "refresh_token")).await;
    assert_oauth_error(&rejected, 400, "invalid_grant");
    // Other organizations are not affected, and the user signs in again.
    tokens(
        &stack
            .refresh(client, &text(&elsewhere, "refresh_token"))
            .await,
    );
    assert_eq!(claims(&sign_in(stack, "acme").await)["org"], "acme");
}

async fn client_acts_for_organization_with_role(stack: &Stack) {
    seed(stack).await;
    let service = &stack.seed.service;
    let fields = |organization| {
        [
            ("grant_type", "client_credentials"),
            ("scope", "tasks:read"),
            ("organization", organization),
        ]
    };
    let refused = stack.token(service, &fields("acme")).await;
    assert_oauth_error(&refused, 400, "access_denied");
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let here = given(SubjectKind::Client, &service.id, "reader", Some("acme"));
    repo::roles::assign(&tx, &here).await.unwrap();
    tx.commit().await.unwrap();
    let own = claims(&tokens(&stack.token(service, &fields("acme")).await));
    assert_eq!(own["org"], "acme");
    assert_eq!(own["roles"], json!(["manager", "reader"]));
    for other in ["zeta", "nobody"] {
        let refused = stack.token(service, &fields(other)).await;
        assert_oauth_error(&refused, 400, "access_denied");
    }
}

async fn roles_and_groups_are_limited_to_audience(stack: &Stack) {
    let alice = user_id(stack, "alice").await;
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let bills = "https://bills.example/api";
    let permission = Permission {
        codename: "bills:pay".to_owned(),
        description: "Pay".to_owned(),
        audience: bills.to_owned(),
    };
    repo::roles::upsert_permission(&tx, &permission)
        .await
        .unwrap();
    for (name, permissions) in [("payer", ["bills:pay"].as_slice()), ("24x7_access", &[])] {
        let role = Role {
            name: name.to_owned(),
            description: String::new(),
            active: true,
            permissions: permissions
                .iter()
                .map(|&permission| permission.to_owned())
                .collect(),
        };
        repo::roles::upsert(&tx, &role).await.unwrap();
    }
    let group = |path: &str, parent: Option<&Group>| Group {
        id: GroupId::from_uuid(Uuid::new_v4()),
        path: path.to_owned(),
        description: String::new(),
        code: None,
        org: None,
        parent: parent.map(|parent| parent.id),
        manager: None,
        created_at: 0,
        updated_at: 0,
    };
    let top = group("/engineering", None);
    let below = group("/engineering/backend", Some(&top));
    for item in [&top, &below] {
        repo::groups::insert(&tx, item).await.unwrap();
    }
    repo::groups::add_member(&tx, below.id, alice, 0)
        .await
        .unwrap();
    for (kind, id, role) in [
        (SubjectKind::User, alice.to_string(), "payer"),
        (SubjectKind::Group, top.id.to_string(), "24x7_access"),
    ] {
        repo::roles::assign(&tx, &given(kind, &id, role, None))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let token = claims(&sign_in(stack, "").await);
    assert_eq!(token["roles"], json!(["24x7_access", "developer"]));
    assert_eq!(
        token["groups"],
        json!(["/engineering", "/engineering/backend"])
    );
    assert!(!token.to_string().contains("bills"), "{token}");
}

async fn expired_assignment_vanishes_from_next_token(stack: &Stack) {
    let alice = user_id(stack, "alice").await.to_string();
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let brief = Assignment {
        expires_at: Some(stack.clock.now() + 10),
        ..given(SubjectKind::User, &alice, "reader", None)
    };
    repo::roles::assign(&tx, &brief).await.unwrap();
    tx.commit().await.unwrap();
    let first = sign_in(stack, "").await;
    assert_eq!(claims(&first)["roles"], json!(["developer", "reader"]));
    stack.clock.advance(10);
    let refresh = text(&first, "refresh_token");
    // Another process with an empty cache.
    let replica = stack.replica();
    let host = stack.issuer().trim_start_matches("http://");
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
    ];
    let agent = UserAgent::new();
    let url = format!("{}/oauth2/token", replica.origin);
    let request = stack.seed.trusted.request(agent.http(), &url, &fields);
    let next = tokens(&agent.send(request.header("host", host)).await);
    assert_eq!(claims(&next)["roles"], json!(["developer"]));
}

async fn token_marks_omitted_groups(stack: &Stack) {
    let alice = user_id(stack, "alice").await;
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    for number in 0..300 {
        let group = Group {
            id: GroupId::from_uuid(Uuid::new_v4()),
            path: format!("/group-{number:03}"),
            description: String::new(),
            code: None,
            org: None,
            parent: None,
            manager: None,
            created_at: 0,
            updated_at: 0,
        };
        repo::groups::insert(&tx, &group).await.unwrap();
        repo::groups::add_member(&tx, group.id, alice, 0)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let json = sign_in(stack, "").await;
    assert!(text(&json, "access_token").len() < 8 * 1024);
    let token = claims(&json);
    assert_eq!(token["overage"], json!(["groups"]));
    let groups = token["groups"].as_array().unwrap().len();
    assert!((50..300).contains(&groups), "{groups}");
    // The server of the resource reads the others, by introspection.
    let access = text(&json, "access_token");
    let asked = [("token", access.as_str())];
    let page = stack
        .as_client("/oauth2/introspect", &stack.seed.tasks_api, &asked)
        .await;
    let whole = page.json();
    assert_eq!(whole["active"], true, "{}", page.dump());
    assert!(whole["groups"].as_array().unwrap().len() >= 300, "{whole}");
    assert!(whole.get("overage").is_none(), "{whole}");
    for same in ["sub", "jti", "roles", "entitlements", "scope"] {
        assert_eq!(whole[same], token[same], "{same}");
    }
    let agent = UserAgent::new();
    for path in ["/api/tasks/", "/api/projects/"] {
        let request = agent.http().get(stack.at_tasks(path)).bearer_auth(&access);
        let page = agent.send(request).await;
        assert_eq!(page.status, 200, "{}", page.dump());
    }
}

/// Returns the response to an authorization request with these `X-Tenant-ID` headers.
async fn with_header(
    stack: &Stack,
    named: Option<&str>,
    fields: &[&str],
    by_post: bool,
) -> std::collections::BTreeMap<String, String> {
    let mut asked = Authorization::new(stack.issuer(), &stack.seed.trusted).with("scope", SCOPE);
    if let Some(named) = named {
        asked = asked.with("organization", named);
    }
    let agent = UserAgent::new();
    let url = asked.url().to_string();
    let mut request = if by_post {
        let (path, query) = url.split_once('?').unwrap();
        let form = "application/x-www-form-urlencoded";
        let request = agent.http().post(path).header("content-type", form);
        request.body(query.to_owned())
    } else {
        agent.http().get(url)
    };
    for field in fields {
        request = request.header("x-tenant-id", *field);
    }
    let page = agent.send(request).await;
    let mut outcome = asked.follow(&agent, page).await;
    if let doorward_testkit::Outcome::Page(page) = outcome {
        let form = page.form("form:has([name=password])");
        let password = doorward_testkit::PASSWORD;
        let form = form.with("identifier", "alice").with("password", password);
        let next = agent.submit(&form).await;
        outcome = asked.follow(&agent, next).await;
    }
    outcome.expect_client()
}

async fn tenant_header_equals_organization_parameter(stack: &Stack) {
    seed(stack).await;
    for (named, by_post) in [
        (None, false),
        (Some("acme"), false),
        (Some(""), false),
        (None, true),
    ] {
        let answer = with_header(stack, named, &["acme"], by_post).await;
        let page = stack.exchange(&stack.seed.trusted, &answer["code"]).await;
        assert_eq!(claims(&tokens(&page))["org"], "acme", "{named:?} {by_post}");
    }
    let fields: [(Option<&str>, &[&str]); 3] = [
        (Some("zeta"), &["acme"]),
        (None, &["acme", "zeta"]),
        (None, &["acme", "acme"]),
    ];
    for (named, fields) in fields {
        let answer = with_header(stack, named, fields, false).await;
        assert_eq!(answer["error"], "invalid_request", "{named:?} {fields:?}");
        assert_eq!(answer["state"], "af0ifjsldkj");
        assert_eq!(answer["iss"], stack.issuer());
    }
    let unknown = with_header(stack, None, &["nobody"], false).await;
    assert_eq!(unknown["error"], "access_denied");
}

async fn tenant_header_selects_organization_of_client(stack: &Stack) {
    seed(stack).await;
    let service = &stack.seed.service;
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let here = given(SubjectKind::Client, &service.id, "manager", Some("acme"));
    repo::roles::assign(&tx, &here).await.unwrap();
    tx.commit().await.unwrap();
    let ask = async |named: &str, field: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "tasks:read"),
            ("organization", named),
        ];
        let http = UserAgent::new().http().clone();
        let asked = service.request(&http, &stack.at("/oauth2/token"), &fields);
        UserAgent::new()
            .send(asked.header("x-tenant-id", field))
            .await
    };
    for named in ["", "acme"] {
        assert_eq!(claims(&tokens(&ask(named, "acme").await))["org"], "acme");
    }
    assert_oauth_error(&ask("zeta", "acme").await, 400, "invalid_request");
    assert_oauth_error(&ask("", "zeta").await, 400, "access_denied");
}
