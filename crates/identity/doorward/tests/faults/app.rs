//! A client with signed-in users that tolerates missing responses.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::seed::TestClient;
use doorward_testkit::{Authorization, UserAgent, authorization};
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use url::Url;

/// The requested scope; the refresh token outlives the browser session.
const SCOPE: &str = "openid offline_access";
/// The prefix of the session cookie.
const SESSION: &str = "doorward_session=";

/// A response, or `None` if the server stopped before it responded.
pub type Answer = Option<(u16, Value)>;

/// The observed properties of one response, or that there was none.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The time of the request.
    pub asked: Instant,
    /// The time until the response.
    pub took: Duration,
    /// The status; `None` without a response.
    pub status: Option<u16>,
    /// True if the response has `Retry-After`.
    pub says_when: bool,
    /// True if the response deletes the session cookie.
    pub signs_out: bool,
}

impl Seen {
    /// Records the response to a request of that time.
    pub fn new(asked: Instant, answer: Option<(u16, &HeaderMap)>) -> Self {
        let headers = answer.map(|(_, headers)| headers);
        let cookies = headers.map(|all| all.get_all("set-cookie").iter());
        let mut cookies = cookies.into_iter().flatten();
        Self {
            asked,
            took: asked.elapsed(),
            status: answer.map(|(status, _)| status),
            says_when: headers.is_some_and(|all| all.contains_key("retry-after")),
            signs_out: cookies.any(|cookie| {
                let text = cookie.to_str().unwrap_or_default();
                text.starts_with(SESSION) && text.contains("Max-Age=0")
            }),
        }
    }

    /// Returns true if the request succeeded.
    pub fn is_good(&self) -> bool {
        self.status.is_some_and(|status| status < 400)
    }
}

/// A user in a browser, and the client that they use.
pub struct App {
    agent: UserAgent,
    client: TestClient,
    scope: &'static str,
    issuer: String,
    authority: String,
    seen: Mutex<Vec<Seen>>,
}

impl App {
    /// Signs a user in.
    pub async fn new(program: &Program, person: &str) -> Self {
        Self::with_scope(program, person, SCOPE).await
    }

    /// Signs a user in with this scope of the client.
    pub async fn with_scope(program: &Program, person: &str, scope: &'static str) -> Self {
        Self::signed_in(program, person, scope, UserAgent::new()).await
    }

    /// Signs a user in with an existing browser.
    pub async fn with_agent(program: &Program, person: &str, agent: UserAgent) -> Self {
        Self::signed_in(program, person, SCOPE, agent).await
    }

    async fn signed_in(
        program: &Program,
        person: &str,
        scope: &'static str,
        agent: UserAgent,
    ) -> Self {
        let client = program.seed.trusted.clone();
        let request = Authorization::new(&program.issuer, &client).with("scope", scope);
        request.complete(&agent, person).await.code();
        let issuer = program.issuer.clone();
        let authority = issuer.trim_start_matches("http://").to_owned();
        Self {
            agent,
            client,
            scope,
            issuer,
            authority,
            seen: Mutex::default(),
        }
    }

    /// Returns the responses since the last call.
    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    async fn send(&self, request: RequestBuilder) -> Option<Response> {
        let asked = Instant::now();
        let response = request.send().await.ok();
        let received = response.as_ref();
        let received = received.map(|response| (response.status().as_u16(), response.headers()));
        self.seen.lock().unwrap().push(Seen::new(asked, received));
        response
    }

    /// Requests an authorization code; returns `None` if the server is unavailable.
    pub async fn code(&self) -> Option<String> {
        let url = Authorization::new(&self.issuer, &self.client)
            .with("scope", self.scope)
            .url();
        let mut response = self.send(self.agent.http().get(url)).await?;
        for _ in 0..3 {
            let to = response.headers().get("location")?.to_str().ok()?;
            let to = Url::parse(&self.issuer).ok()?.join(to).ok()?;
            if to.as_str().starts_with(&self.client.redirect_uri) {
                let mut pairs = to.query_pairs();
                return pairs
                    .find(|(name, _)| name == "code")
                    .map(|(_, code)| code.into_owned());
            }
            response = self.send(self.agent.http().get(to)).await?;
        }
        None
    }

    /// Exchanges a code at one of the processes.
    pub async fn redeem(&self, origin: &str, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.client.redirect_uri.as_str()),
            ("code_verifier", authorization::VERIFIER),
        ];
        self.post(origin, "/oauth2/token", &fields).await
    }

    /// Uses a refresh token at one of the processes.
    pub async fn refresh(&self, origin: &str, token: &str) -> Answer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post(origin, "/oauth2/token", &fields).await
    }

    /// Revokes a token; returns true if the server has acknowledged it.
    pub async fn revoke(&self, origin: &str, token: &str) -> bool {
        let request = self.request(origin, "/oauth2/revoke", &[("token", token)]);
        let response = self.send(request).await;
        response.is_some_and(|response| response.status() == 200)
    }

    /// Introspects a token at one of the processes.
    pub async fn introspect(&self, origin: &str, token: &str) -> Answer {
        let fields = [("token", token)];
        self.post(origin, "/oauth2/introspect", &fields).await
    }

    /// Ends the session with its ID token; returns the status.
    pub async fn sign_out(&self, origin: &str, id_token: &str) -> Option<u16> {
        let url = format!("{origin}/oauth2/logout");
        let url = Url::parse_with_params(&url, [("id_token_hint", id_token)]).ok()?;
        let request = self.agent.http().get(url).header("host", &self.authority);
        let response = self.send(request).await?;
        Some(response.status().as_u16())
    }

    /// Returns true if the token is active.
    pub async fn is_active(&self, origin: &str, token: &str) -> bool {
        let answer = self.introspect(origin, token).await;
        let (status, body) = answer.expect("an introspection response");
        assert_eq!(status, 200, "{body}");
        body["active"].as_bool().expect("active")
    }

    async fn post(&self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let response = self.send(self.request(origin, path, fields)).await?;
        let status = response.status().as_u16();
        Some((status, response.json().await.ok()?))
    }

    fn request(&self, origin: &str, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let url = format!("{origin}{path}");
        let request = self.client.request(self.agent.http(), &url, fields);
        request.header("host", &self.authority)
    }
}

/// Returns a token of a response.
pub fn token(body: &Value, name: &str) -> String {
    let token = body[name].as_str();
    token
        .unwrap_or_else(|| panic!("no {name} in {body}"))
        .to_owned()
}
