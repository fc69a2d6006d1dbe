//! Authorization requests, and navigation through the pages to their responses.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use url::Url;

use crate::seed::{PASSWORD, TestClient};
use crate::{Page, UserAgent};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// PKCE verifier (RFC 7636 §4.1) for tests without a custom one.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Returns the S256 challenge of a verifier (RFC 7636 §4.2).
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// The parameters of an authorization request; names may be repeated.
#[derive(Clone, Debug)]
pub struct Authorization {
    endpoint: String,
    redirect_uri: String,
    parameters: Vec<(String, String)>,
}

/// The result of an authorization request.
#[derive(Debug)]
pub enum Outcome {
    /// A response to the client, with its parameters.
    Client(BTreeMap<String, String>),
    /// A page of the identity server.
    Page(Page),
}

impl Outcome {
    /// Returns the parameters that the client received; panics with the page if there is one
    /// instead.
    pub fn expect_client(self) -> BTreeMap<String, String> {
        match self {
            Self::Client(parameters) => parameters,
            Self::Page(page) => panic!("not at the client: {}", page.dump()),
        }
    }

    /// Returns the page; panics if the client received a response instead.
    pub fn expect_page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::Client(parameters) => panic!("answered to the client: {parameters:?}"),
        }
    }

    /// Returns the code that the client received.
    pub fn code(self) -> String {
        let mut parameters = self.expect_client();
        parameters
            .remove("code")
            .unwrap_or_else(|| panic!("no code: {parameters:?}"))
    }
}

impl Authorization {
    /// Creates a complete request of a client: code, its redirect URI, `openid`, state, nonce,
    /// PKCE.
    pub fn new(issuer: &str, client: &TestClient) -> Self {
        Self::at(format!("{issuer}/oauth2/authorize"), client)
    }

    /// Creates such a request for an authorization endpoint, also of another server.
    pub fn at(endpoint: String, client: &TestClient) -> Self {
        let parameters = [
            ("response_type", "code"),
            ("client_id", &client.id),
            ("redirect_uri", &client.redirect_uri),
            ("scope", "openid"),
            ("state", "af0ifjsldkj"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", &challenge(VERIFIER)),
            ("code_challenge_method", "S256"),
        ];
        Self {
            endpoint,
            redirect_uri: client.redirect_uri.clone(),
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
        }
    }

    /// Sets a parameter, replacing its former value.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        self.is_disabled(name).and(name, value)
    }

    /// Adds a parameter, even if it already exists.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Removes a parameter.
    #[must_use]
    pub fn is_disabled(mut self, name: &str) -> Self {
        self.parameters.retain(|(parameter, _)| parameter != name);
        self
    }

    /// Replaces the parameters by the client and the `request_uri` of a pushed request (RFC 9126
    /// §4).
    #[must_use]
    pub fn pushed_as(mut self, request_uri: &str) -> Self {
        self.parameters.retain(|(name, _)| name == "client_id");
        self.with("request_uri", request_uri)
    }

    /// Returns the parameters in order.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        let pairs = self.parameters.iter();
        pairs
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// Returns the URL of the request.
    pub fn url(&self) -> Url {
        Url::parse_with_params(&self.endpoint, self.pairs()).expect("a URL")
    }

    /// Sends the request and follows redirects to a page or to the client.
    pub async fn start(&self, agent: &UserAgent) -> Outcome {
        let page = agent.get(self.url()).await;
        self.follow(agent, page).await
    }

    /// Sends the request like [`Self::start`], but by POST (OIDC Core §3.1.2.1), as a form on the
    /// client's page.
    pub async fn start_by_post(&self, agent: &UserAgent) -> Outcome {
        let body = crate::agent::encode(self.pairs());
        let request = agent
            .http()
            .post(&self.endpoint)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "https://client.example")
            .header("sec-fetch-site", "cross-site")
            .body(body);
        let page = agent.send(request).await;
        self.follow(agent, page).await
    }

    /// Follows redirects from a page to the next page or to the client.
    pub async fn follow(&self, agent: &UserAgent, page: Page) -> Outcome {
        let page = agent.follow(page, &self.redirect_uri).await;
        if let Some(location) = page.location().filter(|_| page.is_redirect()) {
            return Outcome::Client(location.query_pairs().into_owned().collect());
        }
        // response_mode=form_post: a page whose form posts to the client.
        let selector = "form[method=post]";
        if let Some(form) = page.find_form(selector)
            && form.action.as_str() == self.redirect_uri
        {
            return Outcome::Client(form.fields.into_iter().collect());
        }
        Outcome::Page(page)
    }

    /// Completes the request as a user who signs in and consents when asked.
    pub async fn complete(&self, agent: &UserAgent, username: &str) -> Outcome {
        let mut outcome = self.start(agent).await;
        for _ in 0..4 {
            let Outcome::Page(page) = outcome else {
                return outcome;
            };
            let Some(form) = next_form(&page, username) else {
                return Outcome::Page(page);
            };
            let next = agent.submit(&form).await;
            outcome = self.follow(agent, next).await;
        }
        outcome
    }
}

/// Returns the next form, filled in: sign-in, account choice or consent.
pub fn next_form(page: &Page, username: &str) -> Option<crate::Form> {
    if page.status != 200 {
        return None;
    }
    if let Some(form) = page.find_form("form:has([name=password]):has([name=identifier])") {
        return Some(form.with("identifier", username).with("password", PASSWORD));
    }
    page.find_form("form:has([name=decision])")
        .map(|form| form.with("decision", "allow"))
}
