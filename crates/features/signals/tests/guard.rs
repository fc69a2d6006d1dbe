//! A client that receives signals, and its streams.

use std::time::Duration;

use doorward_protocol::token::GrantType;
use doorward_testkit::{Page, Stack, TestClient, UserAgent, jwt};
use serde_json::{Value, json};

use super::receiver::verify;
use crate::support::{sign_in, text, tokens};

pub const CAEP: &str = "https://schemas.openid.net/secevent/caep/event-type";
pub const RISC: &str = "https://schemas.openid.net/secevent/risc/event-type";
pub const POLL: &str = "urn:ietf:rfc:8936";
pub const PUSH: &str = "urn:ietf:rfc:8935";

/// A client that receives signals.
pub struct Guard<'a> {
    pub stack: &'a Stack,
    pub agent: UserAgent,
    pub token: String,
}

impl<'a> Guard<'a> {
    /// Lets the tasks API receive signals, as an administrator would.
    pub async fn new(stack: &'a Stack) -> Self {
        Self::of(stack, &stack.seed.tasks_api, "ssf.manage ssf.read").await
    }

    pub async fn of(stack: &'a Stack, client: &TestClient, scope: &str) -> Self {
        stack
            .change_client(&client.id, |client| {
                client.grant_types = vec![GrantType::ClientCredentials];
                client.scopes = "ssf.manage ssf.read tasks:read".split(' ').collect();
            })
            .await;
        let fields = [("grant_type", "client_credentials"), ("scope", scope)];
        let json = tokens(&stack.token(client, &fields).await);
        let token = text(&json, "access_token");
        assert_eq!(jwt::claims(&token)["aud"], stack.issuer());
        Self {
            stack,
            agent: UserAgent::new(),
            token,
        }
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Page {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            self.stack.at(path)
        };
        let mut request = self
            .agent
            .http()
            .request(method.parse().unwrap(), url)
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.agent.send(request).await
    }

    pub async fn create(&self, body: Value) -> Value {
        let page = self.call("POST", "/ssf/streams", Some(body)).await;
        assert_eq!(page.status, 201, "{}", page.dump());
        assert_eq!(page.header("cache-control"), Some("no-store"));
        page.json()
    }

    /// Creates a stream to poll, and forgets what happened before.
    pub async fn stream(&self) -> Stream<'_> {
        let json = self.create(json!({ "delivery": { "method": POLL } })).await;
        let stream = Stream {
            guard: self,
            id: text(&json, "stream_id"),
            url: text(&json["delivery"], "endpoint_url"),
        };
        stream.take().await;
        stream
    }
}

/// A stream to poll.
pub struct Stream<'a> {
    pub guard: &'a Guard<'a>,
    pub id: String,
    pub url: String,
}

impl Stream<'_> {
    pub async fn poll(&self, body: Value) -> Value {
        let page = self.guard.call("POST", &self.url, Some(body)).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        page.json()
    }

    /// Returns the claims of the next tokens at once, in their order.
    pub async fn peek(&self) -> Vec<Value> {
        let json = self.poll(json!({ "returnImmediately": true })).await;
        let mut all = Vec::new();
        for (jti, set) in json["sets"].as_object().expect("sets") {
            let claims = verify(self.guard.stack, set.as_str().expect("a token")).await;
            assert_eq!(claims["jti"], jti.as_str());
            all.push(claims);
        }
        all.sort_by_key(position);
        all
    }

    /// Returns and acknowledges everything that happened so far.
    pub async fn take(&self) -> Vec<Value> {
        settle().await;
        let mut all = Vec::new();
        loop {
            let found = self.peek().await;
            if found.is_empty() {
                return all;
            }
            self.acknowledge(&found).await;
            all.extend(found);
        }
    }

    pub async fn acknowledge(&self, claims: &[Value]) {
        let ids: Vec<_> = claims.iter().map(|claims| claims["jti"].clone()).collect();
        let json = self.poll(json!({ "ack": ids, "maxEvents": 0 })).await;
        assert_eq!(json["sets"], json!({}));
    }

    pub async fn status(&self, status: &str) {
        let body = json!({ "stream_id": self.id, "status": status });
        let page = self.guard.call("POST", "/ssf/status", Some(body)).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert_eq!(page.json()["status"], status);
    }
}

/// Waits until the server has given every signal its position, which it does each second without polls.
pub async fn settle() {
    tokio::time::sleep(Duration::from_millis(1_300)).await;
}

pub fn position(claims: &Value) -> i64 {
    let jti = claims["jti"].as_str().expect("jti");
    jti.rsplit('.').next().unwrap().parse().unwrap()
}

/// Returns the event of a token with its members.
pub fn event(claims: &Value) -> (&str, &Value) {
    let mut events = claims["events"].as_object().expect("events").iter();
    let (name, members) = events.next().expect("an event");
    assert!(events.next().is_none(), "{claims}");
    (name, members)
}

/// Returns the names of the events and their subjects.
pub fn summary(all: &[Value]) -> Vec<(String, Value)> {
    let short = |claims: &Value| {
        let (name, _) = event(claims);
        let name = name.rsplit('/').next().unwrap().to_owned();
        (name, claims["sub_id"].clone())
    };
    all.iter().map(short).collect()
}

pub fn of_user(stack: &Stack, sub: &Value) -> Value {
    json!({ "format": "iss_sub", "iss": stack.issuer(), "sub": sub })
}

pub fn of_session(stack: &Stack, claims: &Value) -> Value {
    let user = of_user(stack, &claims["sub"]);
    let session = json!({ "format": "opaque", "id": claims["sid"] });
    json!({ "format": "complex", "user": user, "session": session })
}

pub fn of_grant(stack: &Stack, claims: &Value) -> Value {
    let user = of_user(stack, &claims["sub"]);
    let client = json!({ "format": "opaque", "id": claims["client_id"] });
    json!({ "format": "complex", "user": user, "application": client })
}

/// Signs alice in. Returns the claims of her access token.
pub async fn signed_in(stack: &Stack, client: &TestClient) -> Value {
    let json = sign_in(stack, client, "openid tasks:read offline_access").await;
    jwt::claims(&text(&json, "access_token"))
}
