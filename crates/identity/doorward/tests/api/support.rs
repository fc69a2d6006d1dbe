//! Helpers of the API tests.

use doorward_testkit::{PASSWORD, Page, Stack, UserAgent};
use reqwest::Method;
use serde_json::{Value, json};

use crate::schema;

/// A request to the API.
pub struct Request {
    agent: UserAgent,
    inner: reqwest::RequestBuilder,
    method: String,
    path: String,
}

/// Creates a request to a path below the issuer.
pub fn call(stack: &Stack, method: &str, path: &str) -> Request {
    let agent = UserAgent::new();
    let verb = Method::from_bytes(method.as_bytes()).expect("a method");
    Request {
        inner: agent.http().request(verb, stack.at(path)),
        agent,
        method: method.to_owned(),
        path: path.split('?').next().unwrap_or_default().to_owned(),
    }
}

impl Request {
    /// Adds an access token.
    pub fn bearer(mut self, token: &str) -> Self {
        self.inner = self.inner.bearer_auth(token);
        self
    }

    /// Adds a header field.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.inner = self.inner.header(name, value);
        self
    }

    /// Sets a JSON body.
    pub fn json(mut self, body: &Value) -> Self {
        self.inner = self.inner.json(body);
        self
    }

    /// Sets a body of any media type.
    pub fn body(mut self, kind: &str, body: impl Into<reqwest::Body>) -> Self {
        self.inner = self.inner.header("content-type", kind).body(body);
        self
    }

    /// Sends the request and returns the response without comparing it with the document.
    pub async fn send_unchecked(self) -> Page {
        self.agent.send(self.inner).await
    }

    /// Sends the request, compares the response with the document, and returns it.
    pub async fn send(self) -> Page {
        let page = self.agent.send(self.inner).await;
        // The document does not describe preflight requests.
        if self.method != "OPTIONS" {
            schema::hold(&self.method, &self.path, &page);
        }
        page
    }
}

/// Asserts the status of a response and returns its JSON.
#[track_caller]
pub fn body(page: &Page, status: u16) -> Value {
    assert_eq!(page.status, status, "{}", page.dump());
    serde_json::from_slice(&page.body).expect("JSON")
}

/// Asserts the problem type of a response and the members of every problem; returns the problem.
#[track_caller]
pub fn problem(page: &Page, status: u16, word: &str) -> Value {
    let body = body(page, status);
    assert_eq!(
        page.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(
        body["type"],
        format!("urn:doorward:problem:{word}"),
        "{body}"
    );
    assert_eq!(body["status"], status);
    assert_eq!(body["request_id"].as_str(), page.header("x-request-id"));
    assert!(
        body["title"].is_string() && body["detail"].is_string(),
        "{body}"
    );
    body
}

/// Posts a JSON body.
pub async fn post(stack: &Stack, path: &str, body: Value) -> Page {
    call(stack, "POST", path).json(&body).send().await
}

/// Posts a JSON body with this access token.
pub async fn post_as(stack: &Stack, token: &str, path: &str, body: Value) -> Page {
    let request = call(stack, "POST", path).bearer(token);
    request.json(&body).send().await
}

/// Sends a GET request with this access token.
pub async fn get_as(stack: &Stack, token: &str, path: &str) -> Page {
    call(stack, "GET", path).bearer(token).send().await
}

/// The tokens of a sign-in.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

impl Tokens {
    #[track_caller]
    pub fn of(page: &Page) -> Self {
        let body = body(page, 200);
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], 300);
        Self {
            access: body["access"].as_str().expect("an access token").to_owned(),
            refresh: body["refresh"]
                .as_str()
                .expect("a refresh token")
                .to_owned(),
        }
    }
}

/// Signs in with the password of the seeded users.
pub async fn sign_in(stack: &Stack, username: &str) -> Tokens {
    let body = json!({ "username": username, "password": PASSWORD });
    Tokens::of(&post(stack, "/api/auth/login", body).await)
}

/// Refreshes tokens.
pub async fn refresh(stack: &Stack, token: &str) -> Page {
    post(
        stack,
        "/api/auth/token/refresh",
        json!({ "refresh": token }),
    )
    .await
}

/// Returns the name and code of each field error.
pub fn errors(problem: &Value) -> Vec<(String, String)> {
    let list = problem["errors"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list.iter()
        .map(|error| (text(&error["field"]), text(&error["code"])))
        .collect()
}

/// Returns the claims of a token without verifying it.
pub fn claims(token: &str) -> Value {
    doorward_testkit::jwt::claims(token)
}
