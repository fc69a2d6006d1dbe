//! Tests of impersonation from the browser of the administrator to the tokens of the client.

use std::collections::BTreeMap;

use doorward_domain::model::{
    AuditKind, Authentication, EndReason, SessionId, SubjectKind, UserId,
};
use doorward_store::repo;
use doorward_testkit::{
    Authorization, PASSWORD, Page, Stack, TestClient, UserAgent, flows_with, jwt,
};
use serde_json::{Value, json};

use crate::support::{is_active, sign_in, text, tokens, userinfo};

flows_with!(ENABLED;
    client_gets_user_with_actor_and_nothing_lasting,
    only_chosen_client_gets_user,
    request_that_needs_user_is_rejected,
    consent_of_user_is_required_and_none_is_stored,
    every_end_makes_token_inactive,
    administration_and_account_reject_token,
);
flows_with!(WITH_CODE; support_code_of_user_is_required);
flows_with!(OFF; nothing_exists_without_setting);

const ENABLED: &[(&str, &str)] = &[("DOORWARD__IMPERSONATION__ENABLED", "true")];
const WITH_CODE: &[(&str, &str)] = &[
    ("DOORWARD__IMPERSONATION__ENABLED", "true"),
    ("DOORWARD__IMPERSONATION__SUPPORT_CODE", "true"),
];
const OFF: &[(&str, &str)] = &[];

/// The administrator in a browser, signed in with two factors.
struct Administrator<'a> {
    stack: &'a Stack,
    agent: UserAgent,
    session: SessionId,
    alice: UserId,
    admin: UserId,
}

async fn user(stack: &Stack, name: &str) -> UserId {
    let db = stack.db().await;
    let found = repo::users::find_by_identifier(db.read(), name).await;
    found.unwrap().unwrap().id
}

impl<'a> Administrator<'a> {
    async fn new(stack: &'a Stack) -> Self {
        let agent = UserAgent::new();
        let page = agent.get(stack.at("/login")).await;
        let form = page.form("#login");
        let form = form.with("identifier", "admin").with("password", PASSWORD);
        agent.submit(&form).await;
        let own = Authorization::new(stack.issuer(), &stack.seed.excepted);
        let code = own.start(&agent).await.code();
        let json = tokens(&stack.exchange(&stack.seed.excepted, &code).await);
        let claims = jwt::claims(&text(&json, "id_token"));
        let session = SessionId::parse(claims["sid"].as_str().unwrap()).unwrap();
        let proof = Authentication {
            auth_time: claims["auth_time"].as_i64().unwrap(),
            acr: "aal2".to_owned(),
            amr: vec!["pwd".to_owned(), "otp".to_owned(), "mfa".to_owned()],
        };
        let tx = stack.db().await.begin_write().await.unwrap();
        repo::sessions::set_proof(&tx, session, &proof)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        Self {
            stack,
            agent,
            session,
            alice: user(stack, "alice").await,
            admin: user(stack, "admin").await,
        }
    }

    fn path(&self) -> String {
        format!("/admin/people/{}/impersonate", self.alice)
    }

    /// Submits the form of the console.
    async fn submit(&self, client: &TestClient, code: Option<&str>) -> Page {
        let page = self.agent.get(self.stack.at(&self.path())).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        let form = page.form("#entry").with("client", &client.id);
        let form = form.with("reason", "Ticket 4711");
        let form = match code {
            Some(code) => form.with("support_code", code),
            None => form,
        };
        self.agent.submit(&form).await
    }

    async fn start(&self, client: &TestClient) {
        let page = self.submit(client, None).await;
        assert_eq!(page.status, 303, "{}", page.dump());
    }

    fn request(&self, client: &TestClient, scope: &str) -> Authorization {
        Authorization::new(self.stack.issuer(), client).with("scope", scope)
    }

    /// Requests tokens of the client in this browser.
    async fn tokens(&self, client: &TestClient, scope: &str) -> Value {
        let code = self.request(client, scope).start(&self.agent).await.code();
        tokens(&self.stack.exchange(client, &code).await)
    }

    /// Returns the parameters of the response to a request.
    async fn answer(&self, request: &Authorization) -> BTreeMap<String, String> {
        request.start(&self.agent).await.expect_client()
    }
}

fn claims(json: &Value, token: &str) -> Value {
    jwt::claims(&text(json, token))
}

async fn client_gets_user_with_actor_and_nothing_lasting(stack: &Stack) {
    let admin = Administrator::new(stack).await;
    let client = &stack.seed.trusted;
    admin.start(client).await;
    let scope = "openid profile tasks:read offline_access";
    let json = admin.tokens(client, scope).await;
    assert!(json.get("refresh_token").is_none(), "{json}");
    assert_eq!(json["scope"], "openid profile tasks:read");
    for name in ["id_token", "access_token"] {
        let claims = claims(&json, name);
        assert_eq!(claims["sub"], admin.alice.to_string(), "{name}");
        assert_eq!(claims["act"], json!({ "sub": admin.admin.to_string() }));
        assert_eq!(claims["sid"], admin.session.to_string());
        for missing in ["acr", "amr", "auth_time"] {
            assert!(claims.get(missing).is_none(), "{name} {missing}");
        }
    }
    let token = text(&json, "access_token");
    let fields = [("token", token.as_str())];
    let page = stack.as_client("/oauth2/introspect", client, &fields).await;
    assert_eq!(page.json()["act"]["sub"], admin.admin.to_string());
    assert!(page.json().get("acr").is_none(), "{}", page.dump());
    assert_eq!(
        userinfo(stack, &token).await.json()["sub"],
        admin.alice.to_string()
    );
    // The user sees both events, with the reason, and gets a mail.
    for kind in [
        AuditKind::ImpersonationStarted,
        AuditKind::ImpersonationUsed,
    ] {
        let [event] = &stack.audited(kind).await[..] else {
            panic!("{kind:?}");
        };
        assert_eq!(event.actor, Some(admin.admin.to_string()));
        assert_eq!(event.subject, Some(admin.alice.to_string()));
        assert_eq!(event.client_id.as_deref(), Some(client.id.as_str()));
        assert!(event.success);
    }
    let mails = stack.mails("alice@example.org").await;
    let mail = mails.iter().find(|mail| mail.text.contains("Ticket 4711"));
    assert!(mail.is_some(), "{mails:?}");
    // The tokens end with the impersonation.
    let end = claims(&json, "access_token")["exp"].as_i64().unwrap();
    assert!(end <= claims(&json, "access_token")["iat"].as_i64().unwrap() + 900);
}

async fn only_chosen_client_gets_user(stack: &Stack) {
    let admin = Administrator::new(stack).await;
    admin.start(&stack.seed.trusted).await;
    let json = admin.tokens(&stack.seed.opaque, "openid").await;
    assert_eq!(claims(&json, "id_token")["sub"], admin.admin.to_string());
    assert!(claims(&json, "id_token").get("act").is_none());
    // Another browser of the same administrator.
    let request = admin.request(&stack.seed.trusted, "openid");
    let other = request.complete(&UserAgent::new(), "admin").await.code();
    let json = tokens(&stack.exchange(&stack.seed.trusted, &other).await);
    assert_eq!(claims(&json, "id_token")["sub"], admin.admin.to_string());
    // The pages are those of the administrator, with a bar.
    for path in ["/account/profile", "/admin"] {
        let page = admin.agent.get(stack.at(path)).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        let bar = page.text_of(".banners form").unwrap_or_default();
        assert!(bar.contains("You act as"), "{path}: {}", page.dump());
    }
    let page = admin.agent.get(stack.at("/account/profile")).await;
    let end = page.form(".banners form");
    let page = admin.agent.submit(&end).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = admin.agent.get(stack.at("/admin")).await;
    assert!(!page.has(".banners form"), "{}", page.dump());
    let json = admin.tokens(&stack.seed.trusted, "openid").await;
    assert_eq!(claims(&json, "id_token")["sub"], admin.admin.to_string());
    assert_eq!(stack.audited(AuditKind::ImpersonationEnded).await.len(), 1);
}

async fn request_that_needs_user_is_rejected(stack: &Stack) {
    let admin = Administrator::new(stack).await;
    admin.start(&stack.seed.trusted).await;
    let essential = r#"{"id_token":{"acr":{"essential":true,"values":["aal1"]}}}"#;
    let rows = [
        ("prompt", "login"),
        ("prompt", "consent"),
        ("prompt", "select_account"),
        ("max_age", "0"),
        ("max_age", "99999"),
        ("claims", essential),
    ];
    for (name, value) in rows {
        let request = admin
            .request(&stack.seed.trusted, "openid")
            .with(name, value);
        let answer = admin.answer(&request).await;
        let error = answer.get("error").map(String::as_str);
        assert_eq!(error, Some("access_denied"), "{name}={value}: {answer:?}");
    }
    let events = stack.audited(AuditKind::ImpersonationUsed).await;
    assert_eq!(events.len(), rows.len());
    assert!(events.iter().all(|event| !event.success));
    // A silent request is answered.
    let silent = admin
        .request(&stack.seed.trusted, "openid")
        .with("prompt", "none");
    assert!(admin.answer(&silent).await.contains_key("code"));
}

async fn consent_of_user_is_required_and_none_is_stored(stack: &Stack) {
    let client = &stack.seed.web;
    let admin = Administrator::new(stack).await;
    admin.start(client).await;
    let request = admin.request(client, "openid profile");
    let answer = admin.answer(&request).await;
    assert_eq!(answer["error"], "access_denied");
    let id = doorward_domain::model::ClientId::parse(&client.id).unwrap();
    let db = stack.db().await;
    for user in [admin.alice, admin.admin] {
        let found = repo::consents::find(db.read(), user, &id).await.unwrap();
        assert_eq!(found, None);
    }
    // The user consents to a part.
    sign_in(stack, client, "openid profile").await;
    let json = admin.tokens(client, "openid profile").await;
    assert_eq!(claims(&json, "id_token")["sub"], admin.alice.to_string());
    let more = admin.request(client, "openid profile email");
    assert_eq!(admin.answer(&more).await["error"], "access_denied");
}

async fn every_end_makes_token_inactive(stack: &Stack) {
    let client = &stack.seed.trusted;
    let ends: [&str; 5] = ["session", "permission", "user", "administrator", "time"];
    for end in ends {
        let admin = Administrator::new(stack).await;
        admin.start(client).await;
        let token = text(
            &admin.tokens(client, "openid tasks:read").await,
            "access_token",
        );
        assert!(is_active(stack, client, &token).await, "{end}");
        let db = stack.db().await;
        let now = stack.audited(AuditKind::ImpersonationStarted).await[0].at;
        let tx = db.begin_write().await.unwrap();
        let id = admin.admin.to_string();
        let mut taken = Vec::new();
        match end {
            "session" => {
                repo::sessions::end(&tx, admin.session, EndReason::SignedOut, now)
                    .await
                    .unwrap();
            }
            "permission" => {
                taken = repo::roles::assignments(&tx, SubjectKind::User, &id)
                    .await
                    .unwrap();
                for held in &taken {
                    repo::roles::delete_assignment(&tx, held.id).await.unwrap();
                }
            }
            _ => {}
        }
        tx.commit().await.unwrap();
        match end {
            "user" => stack.disable_user("alice").await,
            "administrator" => stack.disable_user("admin").await,
            "time" => stack.clock.advance(15 * 60),
            _ => stack.clock.advance(2),
        }
        assert!(!is_active(stack, client, &token).await, "{end}");
        // Back to the state before.
        let tx = db.begin_write().await.unwrap();
        for held in &taken {
            repo::roles::assign(&tx, held).await.unwrap();
        }
        for user in [admin.alice, admin.admin] {
            let mut found = repo::users::find_by_id(&tx, user).await.unwrap().unwrap();
            found.disabled_at = None;
            repo::users::update(&tx, &found).await.unwrap();
        }
        repo::impersonations::end(&tx, admin.session, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        stack.clock.advance(2);
    }
}

async fn administration_and_account_reject_token(stack: &Stack) {
    let admin = Administrator::new(stack).await;
    admin.start(&stack.seed.app).await;
    let json = admin.tokens(&stack.seed.app, "openid").await;
    let token = text(&json, "access_token");
    for path in ["/api/auth/profile", "/api/admin/users"] {
        let agent = UserAgent::new();
        let page = agent
            .send(agent.http().get(stack.at(path)).bearer_auth(&token))
            .await;
        assert_eq!(page.status, 401, "{path}: {}", page.dump());
    }
}

async fn support_code_of_user_is_required(stack: &Stack) {
    let admin = Administrator::new(stack).await;
    let client = &stack.seed.trusted;
    let page = admin.submit(client, Some("ABCD-EFGH")).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    for (name, is_accepted) in [("bob", false), ("alice", true)] {
        let agent = UserAgent::new();
        let page = agent.get(stack.at("/login")).await;
        let form = page.form("#login");
        let form = form.with("identifier", name).with("password", PASSWORD);
        agent.submit(&form).await;
        let page = agent.get(stack.at("/account/support-code")).await;
        assert!(page.text().contains("act as you"), "{}", page.dump());
        let page = agent.submit(&page.form("#support-code")).await;
        let code = page.text_of("#code").unwrap();
        let page = admin.submit(client, Some(&code)).await;
        assert_eq!(page.status == 303, is_accepted, "{name}: {}", page.dump());
    }
    let json = admin.tokens(client, "openid").await;
    assert_eq!(claims(&json, "id_token")["sub"], admin.alice.to_string());
}

async fn nothing_exists_without_setting(stack: &Stack) {
    let admin = Administrator::new(stack).await;
    let page = admin.submit(&stack.seed.trusted, None).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(page.text().contains("is not enabled"), "{}", page.dump());
    let home = format!("/admin/people/{}", admin.alice);
    let page = admin.agent.get(stack.at(&home)).await;
    assert!(!page.text().contains("impersonate"), "{}", page.dump());
}
