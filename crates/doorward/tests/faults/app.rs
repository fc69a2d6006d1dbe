//! An app with people signed in, whose requests may go unanswered.

use doorward_testkit::program::Program;
use doorward_testkit::seed::TestClient;
use doorward_testkit::{Authorization, UserAgent, authorization};
use reqwest::RequestBuilder;
use serde_json::Value;
use url::Url;

/// What the app asks for: a refresh token that lives on without the browser.
const SCOPE: &str = "openid offline_access";

/// What came back: nothing where the server went away before it had answered.
pub type Answer = Option<(u16, Value)>;

/// One person in one browser, and the app that they use.
pub struct App {
    agent: UserAgent,
    client: TestClient,
    issuer: String,
    authority: String,
}

impl App {
    /// Signs somebody in.
    pub async fn new(program: &Program, person: &str) -> Self {
        let (agent, client) = (UserAgent::new(), program.seed.trusted.clone());
        let request = Authorization::new(&program.issuer, &client).with("scope", SCOPE);
        request.complete(&agent, person).await.code();
        let issuer = program.issuer.clone();
        let authority = issuer.trim_start_matches("http://").to_owned();
        Self {
            agent,
            client,
            issuer,
            authority,
        }
    }

    /// A code, where the server is there to give one.
    pub async fn code(&self) -> Option<String> {
        let url = Authorization::new(&self.issuer, &self.client)
            .with("scope", SCOPE)
            .url();
        let mut answer = self.agent.http().get(url).send().await.ok()?;
        for _ in 0..3 {
            let to = answer.headers().get("location")?.to_str().ok()?;
            let to = Url::parse(&self.issuer).ok()?.join(to).ok()?;
            if to.as_str().starts_with(&self.client.redirect_uri) {
                let mut pairs = to.query_pairs();
                return pairs
                    .find(|(name, _)| name == "code")
                    .map(|(_, code)| code.into_owned());
            }
            answer = self.agent.http().get(to).send().await.ok()?;
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
        let Ok(answer) = request.send().await else {
            return false;
        };
        answer.status() == 200
    }

    /// Whether a token counts.
    pub async fn is_active(&self, origin: &str, token: &str) -> bool {
        let answer = self
            .post(origin, "/oauth2/introspect", &[("token", token)])
            .await;
        let (status, body) = answer.expect("an answer of introspection");
        assert_eq!(status, 200, "{body}");
        body["active"].as_bool().expect("active")
    }

    async fn post(&self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.request(origin, path, fields).send().await.ok()?;
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
