//! Tests of the form for the settings of a client, its review, and the impact of a change.

use std::collections::BTreeSet;

use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, Client, PkcePolicy, SecurityProfile,
};
use doorward_rules::client_profile;
use doorward_store::repo;
use doorward_testkit::{Authorization, Stack, UserAgent, flows};
use serde_json::{Value, json};

use super::app_form::{new_app, page_of, saved, send, stored, values};
use super::support::{browser, location, open};
use crate::admin::world::World;

flows!(
    settings_of_each_part_are_changed,
    change_of_texts_needs_no_review,
    weakening_is_reviewed_with_impact,
    review_returns_to_form_with_its_values,
    form_of_former_client_changes_nothing,
    setting_of_profile_is_fixed,
    errors_are_at_their_fields,
    rights_beyond_those_of_administrator_are_denied,
    change_is_shown_for_other_interfaces,
    end_of_access_shows_numbers,
);

/// A JWK Set with the key of RFC 8037 appendix A.
const KEYS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"one","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

/// Values of the form, and a check of the stored client.
type Case = (&'static [(&'static str, &'static str)], fn(&Client) -> bool);

/// The changes of each part of the form.
const CASES: [Case; 12] = [
    (
        &[
            ("name", "Photo Album"),
            ("publisher", "Example Ltd"),
            ("policy-uri", "https://photos.example.com/privacy"),
        ],
        |client| client.name == "Photo Album" && client.consent.publisher.is_some(),
    ),
    (
        &[
            (
                "redirect-uri",
                "https://photos.example.com/callback\r\nhttps://photos.example.com/other",
            ),
            ("origin", "https://photos.example.com"),
        ],
        |client| client.redirect_uris.len() == 2 && client.allowed_origins.len() == 1,
    ),
    (
        &[("post-logout-redirect-uri", "https://photos.example.com/")],
        |client| client.post_logout_redirect_uris.len() == 1,
    ),
    (&[("scope", "openid\r\nemail")], |client| {
        client.scopes.to_string() == "openid email"
    }),
    (&[("first-party", "yes")], |client| client.first_party),
    (
        &[("auth-method", "client_secret_basic"), ("jwks", KEYS)],
        |client| client.auth_method.as_str() == "client_secret_basic" && client.jwks.is_some(),
    ),
    (&[("pkce", "required"), ("require-mfa", "yes")], |client| {
        client.pkce == PkcePolicy::Required && client.require_mfa
    }),
    (
        &[("require-par", "yes"), ("require-dpop", "yes")],
        |client| client.require_pushed_authorization_requests && client.dpop_bound_access_tokens,
    ),
    (
        &[
            ("access-token-format", "opaque"),
            ("id-token-signed-response-alg", "ES256"),
            ("userinfo-signed-response-alg", "PS256"),
            ("access-token-ttl", "4 min"),
        ],
        |client| {
            client.access_token_format == AccessTokenFormat::Opaque
                && client.id_token_signed_response_alg.as_str() == "ES256"
                && client.userinfo_signed_response_alg.is_some()
                && client.access_token_ttl == Some(240)
        },
    ),
    (&[("claims-in-id-token", "no")], |client| {
        !client.claims_in_id_token
    }),
    (
        &[("optional-scope", "email"), ("consent-lifetime", "30 d")],
        |client| {
            client.consent.lifetime == Some(30 * 86_400)
                && client.consent.optional_scopes.contains("email")
        },
    ),
    (
        &[
            (
                "backchannel-logout-uri",
                "https://photos.example.com/signed-out",
            ),
            ("backchannel-logout-session-required", "yes"),
        ],
        |client| client.logout.backchannel.is_some() && client.logout.backchannel_session_required,
    ),
];

async fn settings_of_each_part_are_changed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = new_app(stack, &admin).await;
    let page = open(stack, &admin, &home).await;
    let groups = page.texts_of(".sub[aria-label='More about this'] a");
    let expected = ["Overview", "Sign-in", "Tokens", "Credentials", "Access"];
    assert_eq!(groups, expected, "{}", page.dump());
    let edit = format!("{home}/edit/");
    let mut pages = BTreeSet::new();
    for group in page.attributes(".sub a", "href") {
        if group.starts_with(&edit) {
            let page = open(stack, &admin, &group).await;
            pages.extend(page.attributes(".sub a", "href"));
        }
    }
    pages.retain(|path| path.starts_with(&edit));
    assert_eq!(pages.len(), 7, "{pages:?}");
    for path in pages {
        let page = open(stack, &admin, &path).await;
        assert_eq!(page.attributes(".sub [aria-current=page]", "href"), [path]);
    }
    for (fields, is_stored) in CASES {
        let before = stored(&world, &home).await;
        assert!(!is_stored(&before), "{fields:?}");
        let page = send(stack, &admin, &home, fields).await;
        saved(&admin, &home, page).await;
        let after = stored(&world, &home).await;
        assert!(is_stored(&after), "{fields:?}: {after:?}");
        assert_eq!(after.secret_hash, before.secret_hash);
    }
    // A list and an address can be emptied, and a form without changes changes nothing.
    for fields in [
        &[
            ("post-logout-redirect-uri", ""),
            ("backchannel-logout-uri", ""),
        ][..],
        &[("origin", " ")],
        &[("consent-lifetime", "")],
    ] {
        let page = send(stack, &admin, &home, fields).await;
        saved(&admin, &home, page).await;
    }
    let after = stored(&world, &home).await;
    assert!(after.post_logout_redirect_uris.is_empty() && after.allowed_origins.is_empty());
    assert!(after.logout.backchannel.is_none() && after.consent.lifetime.is_none());
    for path in [
        "sign-in",
        "scopes",
        "tokens",
        "credentials",
        "consent",
        "sign-out",
        "advanced",
    ] {
        let path = format!("{home}/edit/{path}");
        let page = open(stack, &admin, &path).await;
        let page = admin.submit(&page.form("#entry")).await;
        assert_eq!(location(&page), format!("{path}?done=unchanged"));
    }
    assert_eq!(stored(&world, &home).await, after);
    // A setting of another page is not changed, and a setting of another method is not shown.
    let path = format!("{home}/edit/consent");
    let page = open(stack, &admin, &path).await;
    let page = admin
        .submit(&page.form("#entry").with("pkce", "optional"))
        .await;
    assert_eq!(location(&page), format!("{path}?done=unchanged"));
    let path = format!("{home}/edit/credentials");
    let page = open(stack, &admin, &path).await;
    assert!(!page.has("#assertion-audience"), "{}", page.dump());
    let page = send(stack, &admin, &home, &[("auth-method", "private_key_jwt")]).await;
    saved(&admin, &home, page).await;
    let page = send(stack, &admin, &home, &[("assertion-audience", "issuer")]).await;
    saved(&admin, &home, page).await;
    let audience = stored(&world, &home).await.assertion_audience;
    assert_eq!(audience, Some(AssertionAudience::Issuer));
}

async fn change_of_texts_needs_no_review(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = new_app(stack, &admin).await;
    let page = send(stack, &admin, &home, &[("name", "Album")]).await;
    let done = format!("{home}/edit/consent?done=console-saved");
    assert_eq!(location(&page), done);
    let page = admin.follow(page, "").await;
    assert!(
        page.text_of(".notice")
            .unwrap()
            .contains("The change was saved.")
    );
    assert!(world.has_event("client.changed", "admin", "name").await);
}

/// Signs alice in to a client, with tokens.
async fn grant(stack: &Stack) {
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let page = stack.exchange(&stack.seed.trusted, &code).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn weakening_is_reviewed_with_impact(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    grant(stack).await;
    let home = format!("/admin/apps/{}", stack.seed.trusted.id);
    let page = send(stack, &admin, &home, &[("pkce", "optional")]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let row = page.texts_of("tbody tr > *");
    assert_eq!(row[1..3], ["Required", "Optional"], "{row:?}");
    assert!(row[3].contains("Less protected"), "{row:?}");
    // One user with one session and one grant, and a second for the cached client.
    let numbers = page.texts_of(".summary dd");
    assert_eq!(numbers[..3], ["1", "1", "1"], "{numbers:?}");
    assert_eq!(numbers[4], "One second", "{numbers:?}");
    assert_eq!(stored(&world, &home).await.pkce, PkcePolicy::Required);
    // The review posts only what changes.
    let form = page.press("#confirm button[value=save]");
    let names: Vec<&str> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["csrf", "pkce", "version", "step"]);
    saved(&admin, &home, page).await;
    assert_eq!(stored(&world, &home).await.pkce, PkcePolicy::Optional);
    // Issued tokens delay other changes.
    let page = send(stack, &admin, &home, &[("require-mfa", "yes")]).await;
    assert!(page.texts_of("tbody tr > *")[3].contains("Better protected"));
    assert_eq!(page.texts_of(".summary dd")[4], "6 minutes");
    // The admin API has the same numbers.
    let path = format!("/api/admin/clients/{}/impact", stack.seed.trusted.id);
    let body = json!({ "pkce": "required", "disabled": true });
    let page = world.call("admin", "POST", &path, Some(&body)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let impact = page.json();
    let changes = json!([{ "setting": "pkce", "effect": "stronger" }]);
    assert_eq!(impact["changes"], changes, "{impact}");
    assert!(impact["users"].as_u64() >= Some(1) && impact["capped"] == Value::Bool(false));
    assert_eq!(impact["seconds"], 301);
    assert!(stored(&world, &home).await.is_active());
    let body = json!({ "redirect_uris": ["no address"] });
    let page = world.call("admin", "POST", &path, Some(&body)).await;
    assert_eq!(page.status, 400, "{}", page.dump());
}

async fn review_returns_to_form_with_its_values(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = new_app(stack, &admin).await;
    let origin = "https://photos.example.com";
    let fields = [("pkce", "required"), ("origin", origin)];
    let page = send(stack, &admin, &home, &fields).await;
    let page = admin
        .submit(&page.press("#confirm button[value=form]"))
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let form = page.form("#entry");
    assert_eq!(form.value("pkce"), Some("required"));
    assert_eq!(form.value("origin"), Some(origin));
    let uri = "https://photos.example.com/callback";
    assert_eq!(form.value("redirect-uri"), Some(uri));
    assert!(stored(&world, &home).await.allowed_origins.is_empty());
}

async fn form_of_former_client_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = new_app(stack, &admin).await;
    let page = open(stack, &admin, &format!("{home}/edit/sign-in")).await;
    let former = page.form("#entry").with("pkce", "required");
    let review = admin.submit(&former).await;
    let review = review.press("#confirm button[value=save]");
    let origin = "https://photos.example.com";
    let page = send(stack, &admin, &home, &[("origin", origin)]).await;
    saved(&admin, &home, page).await;
    for form in [&former, &review] {
        let page = admin.submit(form).await;
        assert_eq!(page.status, 409, "{}", page.dump());
        assert!(page.text().contains("It was changed in the meantime."));
        assert_eq!(page.form("#entry").value("pkce"), Some("required"));
        assert_eq!(page.text_of("#pkce-hint").unwrap(), "Now: Automatic");
    }
    // Both values are shown, also of a field that another administrator changed.
    let page = admin.submit(&former).await;
    assert_eq!(page.form("#entry").value("origin"), Some(""));
    let now = format!("Now: {origin}");
    assert_eq!(page.text_of("#origin-hint"), Some(now));
    let client = stored(&world, &home).await;
    assert_eq!(
        (client.allowed_origins, client.pkce),
        (vec![origin.to_owned()], PkcePolicy::Auto)
    );
}

async fn setting_of_profile_is_fixed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = format!("/admin/apps/{}", stack.seed.web.id);
    let mut client = stored(&world, &home).await;
    client.profile = SecurityProfile::Fapi2;
    client.jwks = Some(KEYS.to_owned());
    client_profile::pin(&mut client, &[]);
    let tx = world.db.begin_write().await.unwrap();
    assert!(repo::clients::update(&tx, &client).await.unwrap());
    tx.commit().await.unwrap();
    for id in ["require-par", "assertion-audience", "pkce"] {
        let path = format!("{home}/edit/{}", page_of(id));
        let page = open(stack, &admin, &path).await;
        let form = page.form("#entry");
        assert!(page.has(&format!("p#{id}")), "{id}: {}", page.dump());
        assert_eq!(form.value(id), None, "{id}");
    }
    let page = open(stack, &admin, &format!("{home}/edit/sign-in")).await;
    let reason = "Fixed by FAPI 2.0 Security Profile, section 5.3.2.2 (5)";
    assert!(page.text().contains(reason), "{}", page.dump());
    // A value that was sent anyway does not count.
    let form = page.form("#entry").with("pkce", "optional");
    let page = admin.submit(&form.with("require-mfa", "yes")).await;
    saved(&admin, &home, page).await;
    let client = stored(&world, &home).await;
    assert_eq!(
        (client.require_mfa, client.pkce),
        (true, PkcePolicy::Required)
    );
    // Other settings are checked.
    let fields = [("id-token-signed-response-alg", "RS256")];
    let page = send(stack, &admin, &home, &fields).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(page.has("#id-token-signed-response-alg-error"));
}

async fn errors_are_at_their_fields(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = new_app(stack, &admin).await;
    let before = stored(&world, &home).await;
    for (field, value) in [
        ("name", ""),
        ("redirect-uri", ""),
        ("redirect-uri", "not-an-address"),
        ("scope", "openid unknown"),
        ("scope", "\"openid\""),
        ("grant", "unknown"),
        ("serves", "https://absent.example/api"),
        ("policy-uri", "http://photos.example.com/privacy"),
        ("consent-lifetime", "often"),
        ("jwks", "{}"),
        ("jwks", "keys"),
        ("auth-method", "private_key_jwt"),
        ("origin", "https://photos.example.com/path"),
        ("sector-identifier", "https://photos.example.com"),
    ] {
        // The values of other fields are kept.
        let other = match page_of(field) {
            "consent" => Some(("publisher", "Example Ltd")),
            "sign-in" => Some(("pkce", "optional")),
            _ => None,
        };
        let fields: Vec<_> = [(field, value)].into_iter().chain(other).collect();
        let page = send(stack, &admin, &home, &fields).await;
        assert_eq!(page.status, 422, "{field}={value}: {}", page.dump());
        let link = format!("[role=alert] a[href='#{field}']");
        assert!(page.has(&link), "{field}={value}: {}", page.dump());
        assert!(page.has(&format!("#{field}-error")), "{field}={value}");
        let form = page.form("#entry");
        let typed = values(&form, field);
        let typed = typed.strip_suffix(" d").unwrap_or(&typed);
        assert_eq!(typed, value, "{field}");
        if let Some((name, value)) = other {
            assert_eq!(form.value(name), Some(value), "{field}");
        }
    }
    assert_eq!(stored(&world, &home).await, before);
    // Keys are replaced by their address, and cannot be removed.
    let page = send(stack, &admin, &home, &[("jwks", KEYS)]).await;
    saved(&admin, &home, page).await;
    let page = send(stack, &admin, &home, &[("jwks", "")]).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let url = "https://photos.example.com/keys";
    let page = send(stack, &admin, &home, &[("jwks-uri", url)]).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let page = send(stack, &admin, &home, &[("jwks", ""), ("jwks-uri", url)]).await;
    saved(&admin, &home, page).await;
    let client = stored(&world, &home).await;
    assert_eq!((client.jwks, client.jwks_uri.as_deref()), (None, Some(url)));
}

async fn rights_beyond_those_of_administrator_are_denied(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = browser(stack, "helper").await;
    let denials = world.denials().await;
    let home = format!("/admin/apps/{}", stack.seed.web.id);
    let page = send(stack, &helper, &home, &[("first-party", "yes")]).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("You cannot give more than you have."));
    assert_eq!(values(&page.form("#entry"), "first-party"), "yes");
    assert_eq!(world.denials().await, denials + 1);
    assert!(!stored(&world, &home).await.first_party);
}

async fn change_is_shown_for_other_interfaces(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = new_app(stack, &admin).await;
    let id = home.rsplit('/').next().unwrap().to_owned();
    let page = open(stack, &admin, &format!("{home}/edit/sign-in")).await;
    assert!(!page.has("details[open]") && page.texts_of("#entry pre").is_empty());
    let form = page.press("#entry button[value=show]");
    let origin = "https://photos.example.com";
    let form = form.with("origin", origin).with("pkce", "required");
    let page = admin.submit(&form).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(page.has("#entry details[open]"));
    let texts = page.texts_of("#entry pre");
    let command = format!("doorward client update --origin={origin} --pkce=required {id}");
    assert_eq!(texts[0], command);
    let url = format!("{}/api/admin/clients/{id}", stack.issuer());
    assert!(
        texts[1].starts_with(&format!("curl --request PATCH {url} ")),
        "{}",
        texts[1]
    );
    assert!(texts[1].contains("If-Match: ") && texts[1].contains("@change.json"));
    let body: Value = serde_json::from_str(&texts[2]).unwrap();
    let expected = json!({ "allowed_origins": [origin], "pkce": "required" });
    assert_eq!(body, expected);
    assert_eq!(stored(&world, &home).await.pkce, PkcePolicy::Auto);
    // The review has the same texts, closed.
    let page = admin.submit(&page.form("#entry")).await;
    assert!(page.has("#confirm") && !page.has("details[open]"));
    assert_eq!(page.texts_of("main pre"), texts);
    // The file changes the client as the form does.
    let path = format!("/api/admin/clients/{id}");
    let any = [("if-match", "*")];
    let page = world
        .call_with("admin", "PATCH", &path, Some(&body), &any)
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(stored(&world, &home).await.pkce, PkcePolicy::Required);
    for (path, field, value, command) in [
        (
            "/admin/roles/helper/edit".to_owned(),
            "description",
            "Helps",
            "doorward role update --description=Helps helper".to_owned(),
        ),
        (
            format!("/admin/groups/{}/edit", world.groups["acme"]),
            "path",
            "/buying",
            format!(
                "doorward group update --name=/buying {}",
                world.groups["acme"]
            ),
        ),
        (
            "/admin/organizations/acme/edit".to_owned(),
            "domain",
            "login.acme.example",
            "doorward org update --domain=login.acme.example acme".to_owned(),
        ),
    ] {
        let page = open(stack, &admin, &path).await;
        let form = page.press("#entry button[value=show]").with(field, value);
        let page = admin.submit(&form).await;
        assert_eq!(page.status, 200, "{path}: {}", page.dump());
        assert_eq!(page.texts_of("#entry pre")[0], command);
        assert_eq!(page.form("#entry").value(field), Some(value));
    }
}

async fn end_of_access_shows_numbers(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    grant(stack).await;
    let home = format!("/admin/apps/{}", stack.seed.trusted.id);
    for action in ["disable", "delete"] {
        let page = open(stack, &admin, &format!("{home}/{action}")).await;
        let numbers = page.texts_of(".summary dd");
        assert_eq!(numbers[..3], ["1", "1", "1"], "{action}: {numbers:?}");
        // A signed token is accepted until it expires.
        assert_eq!(numbers[4], "6 minutes", "{action}: {numbers:?}");
    }
    let page = open(stack, &admin, &format!("{home}/delete")).await;
    let page = admin
        .submit(&page.form("#confirm").with("name", "Other"))
        .await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert_eq!(page.texts_of(".summary dd").len(), 5);
    assert!(stored(&world, &home).await.is_active());
}
