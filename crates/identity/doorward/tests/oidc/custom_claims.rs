//! Tests of custom claims in access tokens, ID tokens, userinfo and introspection.

use std::collections::BTreeSet;

use doorward_admin::claims::{self, ClaimSpec};
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::profile_fields::{self, NewField};
use doorward_admin::user_change::UserChange;
use doorward_admin::users;
use doorward_domain::model::{
    AccessTokenFormat, ClaimMapping, ClaimOutput, ClaimSource, FieldAudience, FieldEditor,
    FieldInput, FieldKind, LogoutUris,
};
use doorward_testkit::{Authorization, Stack, UserAgent, flows, jwt};
use serde_json::{Value, json};

use crate::organization::seed;
use crate::support::{sign_in, text, tokens, userinfo};

flows!(
    claim_is_in_chosen_outputs_only,
    role_gives_value_and_removal_takes_it,
    organization_gives_value_inside_it_only,
    client_mapping_replaces_common_mapping,
    scope_must_be_granted,
    service_and_opaque_token_have_claims,
    reserved_and_oversized_claims_are_rejected,
    profile_fields_are_in_every_output,
    profile_field_requires_scope_or_client,
    pairwise_client_gets_pairwise_subject_of_manager,
);

const SCOPE: &str = "openid profile offline_access tasks:read";

/// Stores a mapping as the command line does.
pub async fn put(stack: &Stack, id: &str, spec: ClaimSpec) -> Result<ClaimMapping, AdminError> {
    let db = stack.db().await;
    let op = AdminContext::command_line(&db, &stack.clock);
    let id = id.to_owned();
    let stored = claims::put(&op, ClaimSpec { id, ..spec }).await;
    stack.clear_caches();
    stored.map(|(mapping, _)| mapping)
}

pub fn spec(claim: &str, source: &Value, outputs: &[ClaimOutput]) -> ClaimSpec {
    ClaimSpec {
        id: String::new(),
        claim: claim.to_owned(),
        path: Vec::new(),
        client_id: None,
        source: serde_json::from_value::<ClaimSource>(source.clone()).unwrap(),
        outputs: outputs.iter().copied().collect::<BTreeSet<_>>(),
        scope: None,
    }
}

fn constant(claim: &str, value: &str, outputs: &[ClaimOutput]) -> ClaimSpec {
    spec(
        claim,
        &json!({ "kind": "constant", "value": value }),
        outputs,
    )
}

/// Returns access token, ID token, userinfo and introspection response of a sign-in.
async fn every_output(stack: &Stack, json: &Value) -> [Value; 4] {
    let access = text(json, "access_token");
    let info = userinfo(stack, &access).await;
    assert_eq!(info.status, 200, "{}", info.dump());
    [
        jwt::claims(&access),
        jwt::claims(&text(json, "id_token")),
        info.json(),
        introspected(stack, &access).await,
    ]
}

async fn introspected(stack: &Stack, token: &str) -> Value {
    let client = &stack.seed.trusted;
    let page = stack
        .as_client("/oauth2/introspect", client, &[("token", token)])
        .await;
    assert_eq!(page.json()["active"], true, "{}", page.dump());
    page.json()
}

async fn claim_is_in_chosen_outputs_only(stack: &Stack) {
    for output in ClaimOutput::ALL {
        let word = output.as_str();
        let id = word.replace('_', "-");
        put(stack, &id, constant(&format!("in_{word}"), word, &[output]))
            .await
            .unwrap();
    }
    put(
        stack,
        "all",
        constant("everywhere", "yes", &ClaimOutput::ALL),
    )
    .await
    .unwrap();
    let json = sign_in(stack, &stack.seed.trusted, SCOPE).await;
    let outputs = every_output(stack, &json).await;
    for (output, content) in ClaimOutput::ALL.into_iter().zip(&outputs) {
        assert_eq!(content["everywhere"], "yes", "{output:?}: {content}");
        for other in ClaimOutput::ALL {
            let found = content.get(format!("in_{}", other.as_str()));
            assert_eq!(found.is_some(), other == output, "{other:?} in {content}");
        }
    }
    let [access, ..] = &outputs;
    assert_eq!(access["client_id"], stack.seed.trusted.id.as_str());
}

async fn role_gives_value_and_removal_takes_it(stack: &Stack) {
    let source = json!({
        "kind": "role",
        "values": [{ "when": "manager", "value": "high" }, { "when": "developer", "value": 7 }],
    });
    put(stack, "level", spec("level", &source, &ClaimOutput::ALL))
        .await
        .unwrap();
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, SCOPE).await;
    for content in every_output(stack, &json).await {
        assert_eq!(content["level"], 7, "{content}");
    }
    stack.give_role("alice", "manager").await;
    // A refreshed token has the current value, and introspection of the former one as well.
    let page = stack.refresh(client, &text(&json, "refresh_token")).await;
    let fresh = jwt::claims(&text(&tokens(&page), "access_token"));
    assert_eq!(fresh["level"], "high", "{fresh}");
    let former = introspected(stack, &text(&json, "access_token")).await;
    assert_eq!(former["level"], "high", "{former}");
    let db = stack.db().await;
    let op = AdminContext::command_line(&db, &stack.clock);
    claims::delete(&op, "level").await.unwrap();
    stack.clear_caches();
    let json = sign_in(stack, client, SCOPE).await;
    for content in every_output(stack, &json).await {
        assert!(content.get("level").is_none(), "{content}");
    }
}

async fn organization_gives_value_inside_it_only(stack: &Stack) {
    seed(stack).await;
    let source = json!({ "kind": "organization", "values": [{ "when": "acme", "value": "A-1" }] });
    put(
        stack,
        "account",
        spec("account", &source, &ClaimOutput::ALL),
    )
    .await
    .unwrap();
    let name = json!({ "kind": "organization_name" });
    put(
        stack,
        "org-name",
        spec("org_name", &name, &ClaimOutput::ALL),
    )
    .await
    .unwrap();
    for (slug, account) in [("acme", Some("A-1")), ("zeta", None), ("", None)] {
        let request = Authorization::new(stack.issuer(), &stack.seed.trusted)
            .with("scope", SCOPE)
            .with("organization", slug);
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        let json = tokens(&stack.exchange(&stack.seed.trusted, &code).await);
        for content in every_output(stack, &json).await {
            assert_eq!(content["account"].as_str(), account, "{slug}: {content}");
            let name = Some(slug).filter(|slug| !slug.is_empty());
            assert_eq!(content["org_name"].as_str(), name, "{slug}: {content}");
        }
    }
}

async fn client_mapping_replaces_common_mapping(stack: &Stack) {
    let only = &[ClaimOutput::AccessToken];
    put(stack, "tier", constant("tier", "common", only))
        .await
        .unwrap();
    let own = ClaimSpec {
        client_id: Some(stack.seed.trusted.id.clone()),
        ..constant("tier", "own", only)
    };
    put(stack, "tier-trusted", own).await.unwrap();
    let json = sign_in(stack, &stack.seed.trusted, SCOPE).await;
    assert_eq!(jwt::claims(&text(&json, "access_token"))["tier"], "own");
    let page = stack
        .token(&stack.seed.service, &[("grant_type", "client_credentials")])
        .await;
    let claims = jwt::claims(&text(&tokens(&page), "access_token"));
    assert_eq!(claims["tier"], "common", "{claims}");
}

async fn scope_must_be_granted(stack: &Stack) {
    let scoped = ClaimSpec {
        scope: Some("profile".to_owned()),
        ..constant("tier", "gold", &ClaimOutput::ALL)
    };
    put(stack, "tier", scoped).await.unwrap();
    for (scope, expected) in [("openid profile", Some("gold")), ("openid", None)] {
        let json = sign_in(stack, &stack.seed.trusted, scope).await;
        for content in every_output(stack, &json).await {
            assert_eq!(content["tier"].as_str(), expected, "{scope}: {content}");
        }
    }
}

async fn service_and_opaque_token_have_claims(stack: &Stack) {
    put(stack, "tier", constant("tier", "gold", &ClaimOutput::ALL))
        .await
        .unwrap();
    let source = json!({ "kind": "role", "values": [{ "when": "manager", "value": true }] });
    let last = [ClaimOutput::Introspection];
    put(stack, "manages", spec("manages", &source, &last))
        .await
        .unwrap();
    let service = &stack.seed.service;
    stack
        .change_client(&service.id, |one| {
            one.access_token_format = AccessTokenFormat::Opaque;
        })
        .await;
    let page = stack
        .token(service, &[("grant_type", "client_credentials")])
        .await;
    let token = text(&tokens(&page), "access_token");
    let page = stack
        .as_client("/oauth2/introspect", service, &[("token", &token)])
        .await;
    let answer = page.json();
    assert_eq!(answer["active"], true, "{answer}");
    assert_eq!(answer["tier"], "gold", "{answer}");
    assert_eq!(answer["manages"], true, "{answer}");
    // Another client learns nothing.
    let page = stack
        .as_client("/oauth2/introspect", &stack.seed.web, &[("token", &token)])
        .await;
    assert_eq!(page.json(), json!({ "active": false }));
}

/// Creates the fields of the guide with values of alice, and a claim of each for the scope
/// `profile`. Returns the ID of the manager.
pub async fn profile_claims(stack: &Stack) -> String {
    let db = stack.db().await;
    let op = AdminContext::command_line(&db, &stack.clock);
    let text = || FieldKind::Text { max_length: 100 };
    let values = [
        ("company", text(), json!("Acme")),
        ("location", text(), json!("Bonn")),
        (
            "github",
            FieldKind::Url,
            json!("https://github.example/alice"),
        ),
        ("employee_id", text(), json!("E-4711")),
        ("hire_date", FieldKind::Date, json!("2024-02-01")),
        ("manager", FieldKind::User, json!("bob")),
    ];
    let mut change = UserChange::default();
    for (name, kind, value) in values {
        let new = NewField {
            name: name.to_owned(),
            label: name.to_owned(),
            kind,
            editable_by: FieldEditor::Admin,
            visible_to: FieldAudience::User,
        };
        profile_fields::create(&op, new).await.unwrap();
        change
            .fields
            .insert(name.to_owned(), FieldInput::Json(value));
        let source = json!({ "kind": "profile_field", "field": name });
        let scoped = ClaimSpec {
            scope: Some("profile".to_owned()),
            ..spec(name, &source, &ClaimOutput::ALL)
        };
        let id = name.replace('_', "-");
        put(stack, &id, scoped).await.unwrap();
    }
    let alice = users::get(&op, "alice").await.unwrap();
    users::update(&op, &alice.id.to_string(), change)
        .await
        .unwrap();
    users::get(&op, "bob").await.unwrap().id.to_string()
}

async fn profile_fields_are_in_every_output(stack: &Stack) {
    let manager = profile_claims(stack).await;
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, SCOPE).await;
    for content in every_output(stack, &json).await {
        assert_eq!(content["company"], "Acme", "{content}");
        assert_eq!(content["location"], "Bonn", "{content}");
        assert_eq!(content["github"], "https://github.example/alice");
        assert_eq!(content["employee_id"], "E-4711", "{content}");
        assert_eq!(content["hire_date"], "2024-02-01", "{content}");
        assert_eq!(content["manager"], manager.as_str(), "{content}");
    }
    // Without the scope, and for a user without values, the claims are absent.
    let unscoped = sign_in(stack, client, "openid").await;
    for content in every_output(stack, &unscoped).await {
        assert!(content.get("company").is_none(), "{content}");
    }
    let page = stack
        .token(&stack.seed.service, &[("grant_type", "client_credentials")])
        .await;
    let claims = jwt::claims(&text(&tokens(&page), "access_token"));
    assert!(claims.get("company").is_none(), "{claims}");
    // A refreshed token has the current value, without one that was removed.
    let db = stack.db().await;
    let op = AdminContext::command_line(&db, &stack.clock);
    let alice = users::get(&op, "alice").await.unwrap();
    let mut change = UserChange::default();
    for (name, value) in [("company", "Globex"), ("location", "")] {
        let input = FieldInput::Text(value.to_owned());
        change.fields.insert(name.to_owned(), input);
    }
    users::update(&op, &alice.id.to_string(), change)
        .await
        .unwrap();
    let page = stack.refresh(client, &text(&json, "refresh_token")).await;
    let fresh = jwt::claims(&text(&tokens(&page), "access_token"));
    assert_eq!(fresh["company"], "Globex", "{fresh}");
    assert!(fresh.get("location").is_none(), "{fresh}");
}

async fn profile_field_requires_scope_or_client(stack: &Stack) {
    profile_claims(stack).await;
    let source = json!({ "kind": "profile_field", "field": "company" });
    let open = spec("employer", &source, &ClaimOutput::ALL);
    let error = put(stack, "employer", open.clone()).await.unwrap_err();
    assert!(
        matches!(error, AdminError::Invalid { field: "scope", .. }),
        "{error}"
    );
    let of_client = ClaimSpec {
        client_id: Some(stack.seed.trusted.id.clone()),
        ..open
    };
    put(stack, "employer", of_client).await.unwrap();
    let json = sign_in(stack, &stack.seed.trusted, "openid").await;
    let claims = jwt::claims(&text(&json, "access_token"));
    assert_eq!(claims["employer"], "Acme", "{claims}");
}

async fn pairwise_client_gets_pairwise_subject_of_manager(stack: &Stack) {
    let manager = profile_claims(stack).await;
    let client = &stack.seed.trusted;
    let in_sector = |one: &mut doorward_domain::model::Client| {
        one.pairwise_sector = Some("sector.example".to_owned());
        one.logout = LogoutUris::default();
    };
    stack.change_client(&client.id, in_sector).await;
    let json = sign_in(stack, client, SCOPE).await;
    let claims = jwt::claims(&text(&json, "id_token"));
    let subject = claims["manager"].as_str().unwrap();
    assert_ne!(subject, manager);
    // Bob has the same subject when he signs in there.
    let request = Authorization::new(stack.issuer(), client).with("scope", SCOPE);
    let code = request.complete(&UserAgent::new(), "bob").await.code();
    let json = tokens(&stack.exchange(client, &code).await);
    assert_eq!(jwt::claims(&text(&json, "id_token"))["sub"], subject);
}

async fn reserved_and_oversized_claims_are_rejected(stack: &Stack) {
    for claim in ["sub", "roles", "cnf", "email", "act", "token_type", "org"] {
        let refused = put(stack, "x", constant(claim, "v", &ClaimOutput::ALL)).await;
        let error = refused.expect_err(claim);
        assert!(
            matches!(error, AdminError::Invalid { field: "claim", .. }),
            "{claim}: {error}"
        );
    }
    let large = "a".repeat(1000);
    for number in 0..5 {
        let id = format!("x{number}");
        let stored = put(stack, &id, constant(&id, &large, &ClaimOutput::ALL)).await;
        assert_eq!(stored.is_ok(), number < 4, "{number}");
    }
}
