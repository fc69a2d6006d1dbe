//! An app with people signed in, whose requests may go unanswered.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::seed::TestClient;
use doorward_testkit::{Authorization, UserAgent, authorization};
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use url::Url;

/// What the app asks for: a refresh token that lives on without the browser.
const SCOPE: &str = "openid offline_access";
/// The cookie of the session.
const SESSION: &str = "doorward_session=";

/// What came back: nothing where the server went away before it had answered.
pub type Answer = Option<(u16, Value)>;

/// One answer as it was seen, or that there was none.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// When it was asked.
    pub asked: Instant,
    /// How long it took.
    pub took: Duration,
    /// None where no answer came.
    pub status: Option<u16>,
    /// Whether it says when to come back.
    pub says_when: bool,
    /// Whether it takes the session's cookie away.
    pub signs_out: bool,
}

impl Seen {
    /// What came for a question of that time.
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

    /// Whether the server did what it was asked for.
    pub fn is_good(&self) -> bool {
        self.status.is_some_and(|status| status < 400)
    }
}

/// One person in one browser, and the app that they use.
pub struct App {
    agent: UserAgent,
    client: TestClient,
    scope: &'static str,
    issuer: String,
    authority: String,
    seen: Mutex<Vec<Seen>>,
}

impl App {
    /// Signs somebody in.
    pub async fn new(program: &Program, person: &str) -> Self {
        Self::with_scope(program, person, SCOPE).await
    }

    /// The same, where the app asks for this.
    pub async fn with_scope(program: &Program, person: &str, scope: &'static str) -> Self {
        Self::signed_in(program, person, scope, UserAgent::new()).await
    }

    /// The same in a browser that is there.
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

    /// What it has seen since the last time.
    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    async fn send(&self, request: RequestBuilder) -> Option<Response> {
        let asked = Instant::now();
        let answer = request.send().await.ok();
        let told = answer.as_ref();
        let told = told.map(|answer| (answer.status().as_u16(), answer.headers()));
        self.seen.lock().unwrap().push(Seen::new(asked, told));
        answer
    }

    /// A code, where the server is there to give one.
    pub async fn code(&self) -> Option<String> {
        let url = Authorization::new(&self.issuer, &self.client)
            .with("scope", self.scope)
            .url();
        let mut answer = self.send(self.agent.http().get(url)).await?;
        for _ in 0..3 {
            let to = answer.headers().get("location")?.to_str().ok()?;
            let to = Url::parse(&self.issuer).ok()?.join(to).ok()?;
            if to.as_str().starts_with(&self.client.redirect_uri) {
                let mut pairs = to.query_pairs();
                return pairs
                    .find(|(name, _)| name == "code")
                    .map(|(_, code)| code.into_owned());
            }
            answer = self.send(self.agent.http().get(to)).await?;
        }
        None
    }

    /// Redeems a code at one of the processes.
    pub async fn redeem(&self, origin: &str, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.client.redirect_uri.as_str()),
            ("code_verifier", authorization::VERIFIER),
        ];
        self.post(origin, "/oauth2/token", &fields).await
    }

    /// Uses a refresh token.
    pub async fn refresh(&self, origin: &str, token: &str) -> Answer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post(origin, "/oauth2/token", &fields).await
    }

    /// Revokes a token; whether the server has said that it did.
    pub async fn revoke(&self, origin: &str, token: &str) -> bool {
        let request = self.request(origin, "/oauth2/revoke", &[("token", token)]);
        let answer = self.send(request).await;
        answer.is_some_and(|answer| answer.status() == 200)
    }

    /// What the server says of a token.
    pub async fn introspect(&self, origin: &str, token: &str) -> Answer {
        let fields = [("token", token)];
        self.post(origin, "/oauth2/introspect", &fields).await
    }

    /// Ends the session, with an ID token of it; the status.
    pub async fn sign_out(&self, origin: &str, id_token: &str) -> Option<u16> {
        let url = format!("{origin}/oauth2/logout");
        let url = Url::parse_with_params(&url, [("id_token_hint", id_token)]).ok()?;
        let request = self.agent.http().get(url).header("host", &self.authority);
        let answer = self.send(request).await?;
        Some(answer.status().as_u16())
    }

    /// Whether a token counts.
    pub async fn is_active(&self, origin: &str, token: &str) -> bool {
        let answer = self.introspect(origin, token).await;
        let (status, body) = answer.expect("an answer of introspection");
        assert_eq!(status, 200, "{body}");
        body["active"].as_bool().expect("active")
    }

    async fn post(&self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.send(self.request(origin, path, fields)).await?;
        let status = answer.status().as_u16();
        Some((status, answer.json().await.ok()?))
    }

    fn request(&self, origin: &str, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let url = format!("{origin}{path}");
        let request = self.client.request(self.agent.http(), &url, fields);
        request.header("host", &self.authority)
    }
}

/// A token of an answer.
pub fn token(body: &Value, name: &str) -> String {
    let token = body[name].as_str();
    token
        .unwrap_or_else(|| panic!("no {name} in {body}"))
        .to_owned()
}
