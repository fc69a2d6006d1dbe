//! Tests of the profile: values are stored, validated, and released to clients by scope only.

use doorward_domain::model::AuditKind;
use doorward_store::repo;
use doorward_testkit::{Authorization, PASSWORD, Page, Stack, UserAgent, both_backends, flows};
use serde_json::{Value, json};

use crate::support::{is_signed_in, location, sign_in};

both_backends!(
    concurrent_windows_cause_conflict,
    of_32_concurrent_saves_only_first_is_stored,
);
flows!(
    each_field_is_saved_shown_and_released_by_scope,
    changed_phone_number_is_unverified,
    invalid_values_are_named_and_input_is_kept,
    each_value_is_stored_unchanged_or_rejected,
    fields_missing_in_form_are_kept,
    profile_language_ranks_between_cookie_and_browser,
    profile_requires_own_session_and_csrf_token,
    markup_in_each_field_is_escaped_on_each_page,
);

const PATH: &str = "/account/profile";

pub async fn signed_in(stack: &Stack, name: &str) -> UserAgent {
    let agent = UserAgent::new();
    sign_in(stack, &agent, name, PASSWORD).await;
    assert!(is_signed_in(stack, &agent).await);
    agent
}

/// Fills in and submits the profile form.
async fn save(stack: &Stack, agent: &UserAgent, fields: &[(&str, &str)]) -> Page {
    let page = agent.get(stack.at(PATH)).await;
    let form = fields
        .iter()
        .fold(page.form("#profile"), |form, (name, value)| {
            form.with(name, value)
        });
    agent.submit(&form).await
}

/// Returns the `UserInfo` response for a client with these scopes.
pub async fn userinfo(stack: &Stack, agent: &UserAgent, scope: &str) -> Value {
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client).with("scope", scope);
    let code = request.complete(agent, "alice").await.code();
    let tokens = stack.exchange(client, &code).await.json();
    let token = tokens["access_token"].as_str().expect("an access token");
    let request = agent.http().get(stack.at("/oauth2/userinfo"));
    let page = agent.send(request.bearer_auth(token)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page.json()
}

const FULL: [(&str, &str); 19] = [
    ("given_name", "Ada"),
    ("middle_name", "King"),
    ("family_name", "Lovelace"),
    ("nickname", "Countess"),
    ("bio", "Wrote the first program.\nLoved horses."),
    ("birthdate", "1985-12-10"),
    ("gender", "female"),
    ("phone_number", "+44 20 7123-4567"),
    ("website", "https://ada.example"),
    ("profile_url", "https://social.example/@ada"),
    ("street_address", "12 St James's Square\nFlat 3"),
    ("postal_code", "SW1Y 4RB"),
    ("locality", "London"),
    ("region", "Greater London"),
    ("country", "United Kingdom"),
    ("locale", "en-GB"),
    ("zoneinfo", "London"),
    ("product_news", "on"),
    ("newsletter", "on"),
];

async fn each_field_is_saved_shown_and_released_by_scope(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let home = agent.get(stack.at("/account")).await;
    assert!(home.has("nav a[href='/account/profile']"));
    let page = save(stack, &agent, &FULL).await;
    assert_eq!(location(&page), "/account/profile?done=saved");
    let page = agent.follow(page, "").await;
    assert!(page.text().contains("Your profile is saved"));
    let form = page.form("#profile");
    for (name, value) in FULL {
        let shown = match name {
            "phone_number" => "+442071234567",
            "website" => "https://ada.example/",
            "zoneinfo" => "Europe/London",
            _ => value,
        };
        assert_eq!(form.value(name), Some(shown), "{name}");
    }
    let home = agent.get(stack.at("/account")).await;
    assert_eq!(home.text_of("h1 bdi").as_deref(), Some("Ada King Lovelace"));

    released_by_scope(stack, &agent).await;
    // The discovery document lists the supported claims.
    let discovery = stack.at("/.well-known/openid-configuration");
    let discovery = agent.get(discovery).await.json();
    let supported = discovery["claims_supported"].as_array().expect("claims");
    for claim in ["picture", "profile", "birthdate", "zoneinfo", "address"] {
        assert!(supported.contains(&json!(claim)), "{claim}");
    }
    assert!(!supported.contains(&json!("bio")));
    logged_without_words(stack).await;
}

async fn released_by_scope(stack: &Stack, agent: &UserAgent) {
    let everything = "openid profile email address phone";
    let mut received = userinfo(stack, agent, everything).await;
    let members = received.as_object_mut().expect("claims");
    for known in ["sub", "updated_at", "email", "email_verified"] {
        assert!(members.remove(known).is_some(), "{known}");
    }
    assert_eq!(
        received,
        json!({
            "name": "Ada King Lovelace",
            "given_name": "Ada",
            "middle_name": "King",
            "family_name": "Lovelace",
            "nickname": "Countess",
            "preferred_username": "alice",
            "website": "https://ada.example/",
            "profile": "https://social.example/@ada",
            "gender": "female",
            "birthdate": "1985-12-10",
            "zoneinfo": "Europe/London",
            "locale": "en-GB",
            "phone_number": "+442071234567",
            "phone_number_verified": false,
            "address": {
                "street_address": "12 St James's Square\nFlat 3",
                "locality": "London",
                "region": "Greater London",
                "postal_code": "SW1Y 4RB",
                "country": "United Kingdom",
            },
        }),
        "no claims for bio and mail preferences"
    );
    // Each scope releases its own claims and no others.
    for (scope, present, absent) in [
        ("openid", "sub", "name"),
        ("openid profile", "birthdate", "phone_number"),
        ("openid phone", "phone_number", "address"),
        ("openid address", "address", "given_name"),
    ] {
        let received = userinfo(stack, agent, scope).await;
        assert!(received.get(present).is_some(), "{scope}: {received}");
        assert!(received.get(absent).is_none(), "{scope}: {received}");
    }
}

/// Asserts that the audit log records which fields changed, without their values.
async fn logged_without_words(stack: &Stack) {
    let db = stack.db().await;
    let events = repo::audit::list(db.read(), None, 100)
        .await
        .expect("a log");
    let event = events
        .iter()
        .find(|event| event.kind == AuditKind::ProfileChanged)
        .expect("an event");
    let detail = Value::Object(event.detail.clone()).to_string();
    assert!(
        detail.contains("birthdate") && !detail.contains("1985"),
        "{detail}"
    );
    db.close().await.expect("close");
}

async fn changed_phone_number_is_unverified(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let scope = "openid phone";
    let received = userinfo(stack, &agent, scope).await;
    assert_eq!(received["phone_number_verified"], true, "as it was seeded");
    save(stack, &agent, &[("nickname", "Al")]).await;
    let received = userinfo(stack, &agent, scope).await;
    assert_eq!(
        received["phone_number_verified"], true,
        "the value is unchanged"
    );
    save(stack, &agent, &[("phone_number", "+49301234568")]).await;
    let received = userinfo(stack, &agent, scope).await;
    assert_eq!(received["phone_number_verified"], false);
}

async fn invalid_values_are_named_and_input_is_kept(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let long = "x".repeat(101);
    for (field, value, values) in [
        ("birthdate", "31.12.1985", "Write it like 1984-05-23"),
        ("birthdate", "1985-02-30", "Write it like 1984-05-23"),
        ("birthdate", "2300-01-01", "has not come yet"),
        ("phone_number", "030 123456", "Begin with + and the country"),
        ("website", "javascript:alert(1)", "beginning with https://"),
        (
            "profile_url",
            "javascript:alert(1)",
            "beginning with https://",
        ),
        (
            "website",
            "https://me:pw@example.org/",
            "beginning with https://",
        ),
        ("zoneinfo", "Europe/Atlantis", "do not know this time zone"),
        ("locale", "no such thing", "do not know this language"),
        ("given_name", long.as_str(), "At most 100 characters"),
        ("nickname", "a\u{202e}b", "characters that cannot be shown"),
        ("country", "a\u{7}b", "characters that cannot be shown"),
    ] {
        let page = save(stack, &agent, &[(field, value), ("region", "Kept here")]).await;
        assert_eq!(page.status, 422, "{field}: {}", page.dump());
        let title = page.text_of("title").expect("a title");
        assert!(title.starts_with("Error: "), "{title}");
        let message = page.text_of(&format!("#{field}-error")).expect("a message");
        assert!(message.contains(values), "{field}: {message}");
        assert!(
            page.has(&format!("[role=alert] a[href='#{field}']")),
            "{field}"
        );
        assert!(page.has(&format!(
            "#{field}[aria-invalid=true][aria-describedby~='{field}-error']"
        )));
        let form = page.form("#profile");
        assert_eq!(
            form.value(field),
            Some(value),
            "the typed values are shown again"
        );
        assert_eq!(form.value("region"), Some("Kept here"));
    }
    let page = agent.get(stack.at(PATH)).await;
    assert_eq!(
        page.form("#profile").value("region"),
        Some(""),
        "nothing was saved"
    );
}

/// Checks that each typed value is stored unchanged or rejected, in every field and on both
/// databases.
async fn each_value_is_stored_unchanged_or_rejected(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let form = agent.get(stack.at(PATH)).await.form("#profile");
    for field in ["given_name", "bio", "street_address", "country"] {
        for text in [
            "a%zzb",
            "100 %",
            "\u{1f469}\u{200d}\u{1f680}",
            "Zoe\u{308}",
            "'; DROP TABLE users; --",
        ] {
            let page = save(stack, &agent, &[(field, text)]).await;
            assert_eq!(page.status, 303, "{field} {text}: {}", page.dump());
            let page = agent.get(stack.at(PATH)).await;
            assert_eq!(page.form("#profile").value(field), Some(text));
        }
        for (raw, status) in [
            ("%00", 400),
            ("%FF", 400),
            ("%", 400),
            ("%zz", 400),
            ("%E2%80%AE", 422),
        ] {
            let csrf = form.value("csrf").expect("a token");
            let body = format!("csrf={csrf}&{field}=a{raw}b");
            let request = agent
                .http()
                .post(stack.at(PATH))
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .body(body);
            let page = agent.send(request).await;
            assert_eq!(page.status, status, "{field} {raw}: {}", page.dump());
        }
    }
}

async fn fields_missing_in_form_are_kept(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let form = agent.get(stack.at(PATH)).await.form("#profile");
    let csrf = form.value("csrf").expect("a token");
    let page = agent
        .post(
            stack.at(PATH),
            &[("csrf", csrf), ("nickname", "Al"), ("family_name", "")],
        )
        .await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let received = userinfo(stack, &agent, "openid profile phone").await;
    assert_eq!(received["given_name"], "Alice", "not in the form");
    assert_eq!(received["nickname"], "Al", "named");
    assert!(received.get("family_name").is_none(), "emptied");
    assert_eq!(received["phone_number"], "+49301234567");
}

async fn concurrent_windows_cause_conflict(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let one = agent.get(stack.at(PATH)).await.form("#profile");
    let other = one.clone();
    let page = agent.submit(&one.with("nickname", "One")).await;
    assert_eq!(page.status, 303);
    let page = agent.submit(&other.with("region", "Other")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("in another window"), "{}", page.dump());
    let again = page.form("#profile");
    assert_eq!(
        again.value("region"),
        Some("Other"),
        "the typed values are shown again"
    );
    // The user reviews the values and submits them again.
    let page = agent.submit(&again.with("nickname", "Both")).await;
    assert_eq!(location(&page), "/account/profile?done=saved");
}

async fn of_32_concurrent_saves_only_first_is_stored(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let form = agent.get(stack.at(PATH)).await.form("#profile");
    let mut sent = tokio::task::JoinSet::new();
    for number in 0..32 {
        let (agent, form) = (agent.clone(), form.clone());
        let form = form.with("nickname", &format!("Number {number}"));
        sent.spawn(async move { agent.submit(&form).await.status });
    }
    let statuses = sent.join_all().await;
    let saved = statuses.iter().filter(|status| **status == 303).count();
    let late = statuses.iter().filter(|status| **status == 409).count();
    assert_eq!((saved, late), (1, 31), "{statuses:?}");
}

async fn profile_language_ranks_between_cookie_and_browser(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    save(stack, &agent, &[("locale", "de-AT")]).await;
    let lang = async |agent: &UserAgent| {
        let request = agent.http().get(stack.at("/account"));
        let page = agent.send(request.header("accept-language", "en")).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert!(page.has("html[lang]"));
        if page.has("html[lang=de]") {
            "de"
        } else {
            "en"
        }
    };
    assert_eq!(lang(&agent).await, "de");
    // A browser without a session gets the browser's language.
    let request = agent.http().get(stack.at("/login?next=/account"));
    let page = UserAgent::new()
        .send(request.header("accept-language", "en"))
        .await;
    assert!(page.has("html") && !page.dump().is_empty());
    // The language cookie takes precedence over the profile.
    let page = agent.get(stack.at("/account")).await;
    let form = page.form("form[action='/preferences']").with("lang", "en");
    agent.submit(&form).await;
    assert_eq!(lang(&agent).await, "en");
    // The client's `ui_locales` takes precedence over both.
    let client = &stack.seed.web;
    let request = Authorization::new(stack.issuer(), client)
        .with("prompt", "consent")
        .with("ui_locales", "de");
    let page = agent.get(request.url()).await;
    let page = agent.follow(page, "").await;
    assert!(page.has("html[lang=de]"), "{}", page.dump());
    // Mails use the language of the profile.
    let form = agent
        .get(stack.at("/account/password"))
        .await
        .form("#new-password");
    let form = form
        .with("current_password", PASSWORD)
        .with("password", crate::support::NEW_PASSWORD)
        .with("password_confirm", crate::support::NEW_PASSWORD);
    agent.submit(&form).await;
    let mail = stack.mail("alice@example.org").await;
    assert_eq!(mail.subject, "Ihr Passwort wurde geändert");
}

async fn profile_requires_own_session_and_csrf_token(stack: &Stack) {
    let anonymous_caller = UserAgent::new();
    let page = anonymous_caller.get(stack.at(PATH)).await;
    assert_eq!(location(&page), "/login?next=/account/profile");
    let agent = signed_in(stack, "alice").await;
    let form = agent.get(stack.at(PATH)).await.form("#profile");
    // Another user's session, or a missing anti-forgery token, is rejected.
    let other = signed_in(stack, "bob").await;
    let page = other.submit(&form.clone().with("nickname", "Bob's")).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let page = agent.submit(&form.clone().with("csrf", "")).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let received = userinfo(stack, &agent, "openid profile").await;
    assert!(received.get("nickname").is_none());
}

const EVIL: &str = "\"><svg onload=alert(1)>";

/// Checks that stored markup is escaped on every page.
async fn markup_in_each_field_is_escaped_on_each_page(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let fields: Vec<(&str, &str)> = [
        "given_name",
        "middle_name",
        "family_name",
        "nickname",
        "bio",
        "gender",
        "street_address",
        "locality",
        "region",
        "country",
    ]
    .map(|name| (name, EVIL))
    .into();
    let page = save(stack, &agent, &fields).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let website = format!("https://evil.example/{EVIL}");
    let page = save(stack, &agent, &[("website", &website)]).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    // Pages also show rejected values.
    let evils = [
        "birthdate",
        "phone_number",
        "locale",
        "zoneinfo",
        "postal_code",
    ];
    let evils = evils.map(|name| (name, "\"><svg onload=alert(1)>"));
    let refused = save(stack, &agent, &evils).await;
    assert_eq!(refused.status, 422);
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let consent = agent
        .get(request.clone().with("prompt", "consent").url())
        .await;
    let consent = agent.follow(consent, "").await;
    let choose = agent
        .get(request.with("prompt", "select_account").url())
        .await;
    let choose = agent.follow(choose, "").await;
    let mut pages = vec![refused, consent, choose];
    for place in [
        "/account",
        PATH,
        "/account/data",
        "/account/password",
        "/account/email",
        "/account/security/2fa",
        "/logout",
    ] {
        pages.push(agent.get(stack.at(place)).await);
    }
    for page in &pages {
        assert!(page.status == 200 || page.status == 422, "{}", page.dump());
        assert!(!page.has("svg[onload]"), "{}", page.dump());
        assert!(!page.text().contains(EVIL), "{}", page.dump());
    }
    assert_eq!(
        pages[4].form("#profile").value("bio"),
        Some(EVIL),
        "stored as typed"
    );
    // Mails escape the values as well.
    let form = pages[6].form("#new-password");
    let form = form
        .with("current_password", PASSWORD)
        .with("password", crate::support::NEW_PASSWORD)
        .with("password_confirm", crate::support::NEW_PASSWORD);
    agent.submit(&form).await;
    let mail = stack.mail("alice@example.org").await;
    assert!(
        mail.html.contains("svg onload") && !mail.html.contains("<svg"),
        "{}",
        mail.html
    );
}
