//! Tests that the facts of a registration are checked again at each step of a sign-in, and when its
//! code is exchanged: an operator who removes one of them ends what is in progress.

use doorward_domain::model::{Client, PkcePolicy};
use doorward_protocol::authorize::ResponseMode;
use doorward_protocol::token::GrantType;
use doorward_store::repo;
use doorward_testkit::authorization::next_form;
use doorward_testkit::{
    Authorization, Outcome, Page, Stack, TestClient, UserAgent, both_backends, seed,
};

use crate::device;
use crate::par::push;
use crate::support::text;

both_backends!(
    changed_facts_end_requests_in_progress,
    changed_facts_end_device_requests
);

/// A fact that the operator changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    RedirectUri,
    Scope,
    Grant,
    Pkce,
    ResponseMode,
    Client,
    User,
}

const FACTS: [Fact; 7] = [
    Fact::RedirectUri,
    Fact::Scope,
    Fact::Grant,
    Fact::Pkce,
    Fact::ResponseMode,
    Fact::Client,
    Fact::User,
];

/// The step before which the fact changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    SignIn,
    Consent,
    Exchange,
    Pushed,
}

const POINTS: [Point; 4] = [
    Point::SignIn,
    Point::Consent,
    Point::Exchange,
    Point::Pushed,
];

impl Fact {
    fn change(self, client: &mut Client) {
        match self {
            Self::RedirectUri => client.redirect_uris = vec!["https://new.example/cb".to_owned()],
            Self::Scope => {
                client.scopes.remove("tasks:read");
            }
            Self::Grant => {
                let removed = [GrantType::AuthorizationCode, GrantType::DeviceCode];
                client.grant_types.retain(|grant| !removed.contains(grant));
            }
            Self::Pkce => client.pkce = PkcePolicy::Required,
            Self::ResponseMode => client.response_modes = vec![ResponseMode::FormPost],
            Self::Client => client.disabled_at = Some(client.created_at),
            Self::User => {}
        }
    }

    /// Returns the result: the error that the client receives, `page` for an error page, `login` for
    /// the sign-in page, or the scope of the tokens.
    fn expected(self, point: Point) -> &'static str {
        match (self, point) {
            (Self::RedirectUri | Self::Pkce | Self::User, Point::Exchange) => "invalid_grant",
            // The scope of the tokens is narrowed, as at each refresh.
            (Self::Scope, Point::Exchange) => "openid",
            (Self::Scope, _) => "invalid_scope",
            (Self::Grant, _) => "unauthorized_client",
            // The response was sent before.
            (Self::ResponseMode, Point::Exchange) => "openid tasks:read",
            (Self::Pkce | Self::ResponseMode, _) => "invalid_request",
            (Self::Client, Point::Exchange) => "invalid_client",
            (Self::RedirectUri | Self::Client, _) => "page",
            (Self::User, _) => "login",
        }
    }
}

async fn set_disabled(stack: &Stack, username: &str, is_disabled: bool) {
    if is_disabled {
        return stack.disable_user(username).await;
    }
    let db = stack.db().await;
    let user = repo::users::find_by_identifier(db.read(), username).await;
    let user = user.unwrap().unwrap();
    let tx = db.begin_write().await.unwrap();
    seed::set_disabled(&tx, user.id, None).await;
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    stack.clear_caches();
}

/// Changes the fact, and returns the former registration.
async fn change(stack: &Stack, client: &TestClient, fact: Fact) -> Client {
    let mut before = None;
    let change = |client: &mut Client| {
        before = Some(client.clone());
        fact.change(client);
    };
    stack.change_client(&client.id, change).await;
    if fact == Fact::User {
        set_disabled(stack, "bob", true).await;
    }
    before.expect("a client")
}

async fn restore(stack: &Stack, before: Client) {
    let id = before.id.clone();
    stack
        .change_client(id.as_str(), |client| *client = before)
        .await;
    set_disabled(stack, "bob", false).await;
}

fn result_of(outcome: Outcome) -> String {
    match outcome {
        Outcome::Client(parameters) => parameters
            .get("error")
            .unwrap_or_else(|| panic!("the client received a code: {parameters:?}"))
            .clone(),
        Outcome::Page(page) if page.has("#login") => "login".to_owned(),
        Outcome::Page(page) => {
            assert!((400..500).contains(&page.status), "{}", page.dump());
            assert!(page.header("location").is_none(), "{}", page.dump());
            "page".to_owned()
        }
    }
}

fn result_of_tokens(page: &Page) -> String {
    let member = if page.status == 200 { "scope" } else { "error" };
    text(&page.json(), member)
}

async fn submit(request: &Authorization, agent: &UserAgent, page: &Page) -> Outcome {
    let form = next_form(page, "bob").unwrap_or_else(|| panic!("no form: {}", page.dump()));
    let page = agent.submit(&form).await;
    request.follow(agent, page).await
}

/// Runs a sign-in in which the fact changes before this step; returns the result.
async fn run(stack: &Stack, client: &TestClient, fact: Fact, point: Point) -> (String, Client) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), client)
        .with("scope", "openid tasks:read")
        .with("prompt", "consent");
    let request = match fact {
        Fact::Pkce => request
            .is_disabled("code_challenge")
            .is_disabled("code_challenge_method"),
        _ => request,
    };
    if point == Point::Pushed {
        let page = push(stack, client, &request).await;
        let request = request.pushed_as(&text(&page.json(), "request_uri"));
        let before = change(stack, client, fact).await;
        let outcome = request.complete(&agent, "bob").await;
        return (result_of(outcome), before);
    }
    let page = request.start(&agent).await.expect_page();
    if point == Point::SignIn {
        let before = change(stack, client, fact).await;
        return (result_of(submit(&request, &agent, &page).await), before);
    }
    let page = submit(&request, &agent, &page).await.expect_page();
    if point == Point::Consent {
        let before = change(stack, client, fact).await;
        return (result_of(submit(&request, &agent, &page).await), before);
    }
    let code = submit(&request, &agent, &page).await.code();
    let before = change(stack, client, fact).await;
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", client.redirect_uri.as_str()),
    ];
    if fact != Fact::Pkce {
        fields.push(("code_verifier", doorward_testkit::authorization::VERIFIER));
    }
    (
        result_of_tokens(&stack.token(client, &fields).await),
        before,
    )
}

async fn changed_facts_end_requests_in_progress(stack: &Stack) {
    let client = &stack.seed.web;
    stack
        .change_client(&client.id, |client| client.pkce = PkcePolicy::Optional)
        .await;
    let mut wrong = Vec::new();
    for fact in FACTS {
        for point in POINTS {
            let (found, before) = run(stack, client, fact, point).await;
            restore(stack, before).await;
            let expected = fact.expected(point);
            if found != expected {
                wrong.push(format!(
                    "{fact:?} before {point:?}: {found}, not {expected}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn changed_facts_end_device_requests(stack: &Stack) {
    let client = &stack.seed.device;
    for fact in [Fact::Scope, Fact::Grant, Fact::Client, Fact::User] {
        // The fact changes before the confirmation page, or while the user reads it.
        for is_shown in [false, true] {
            let name = format!("{fact:?}, confirmation shown: {is_shown}");
            let json = device::codes(stack, "openid tasks:read").await;
            let agent = UserAgent::new();
            let page = device::open(stack, &agent, "bob").await;
            let code = text(&json, "user_code");
            let (page, before) = if is_shown {
                let page = device::type_code(&agent, &page, &code).await;
                let before = change(stack, client, fact).await;
                (device::press(&agent, &page, "allow").await, before)
            } else {
                let before = change(stack, client, fact).await;
                (device::type_code(&agent, &page, &code).await, before)
            };
            let is_stopped = page.has("#login") || (400..500).contains(&page.status);
            assert!(is_stopped, "{name}: {}", page.dump());
            restore(stack, before).await;
            let page = device::poll(stack, client, &text(&json, "device_code")).await;
            assert_eq!(page.status, 400, "{name}: {}", page.dump());
        }
    }
}
