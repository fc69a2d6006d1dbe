//! A user agent with cookies that a test can read, change and set.

use std::collections::BTreeMap;

use reqwest::RequestBuilder;
use url::Url;

use crate::agent::encode;
use crate::{Form, Page, UserAgent};

/// A user agent with accessible cookies, sent to every URL.
#[derive(Clone, Debug)]
pub struct CookieAgent {
    agent: UserAgent,
    pub cookies: BTreeMap<String, String>,
    /// Bytes in front of the cookies: those of another host of the domain.
    pub foreign: Vec<u8>,
}

impl Default for CookieAgent {
    fn default() -> Self {
        Self::new()
    }
}

impl CookieAgent {
    /// Creates an agent without cookies.
    pub fn new() -> Self {
        Self {
            agent: UserAgent::forgetful(),
            cookies: BTreeMap::new(),
            foreign: Vec::new(),
        }
    }

    /// Creates another agent without cookies that shares the connections.
    #[must_use]
    pub fn new_session(&self) -> Self {
        Self {
            agent: self.agent.clone(),
            cookies: BTreeMap::new(),
            foreign: Vec::new(),
        }
    }

    /// Fetches a page as a navigation.
    pub async fn get(&mut self, url: impl AsRef<str>) -> Page {
        let request = self.agent.http().get(url.as_ref());
        self.send(request.header("accept", "text/html,*/*;q=0.8"))
            .await
    }

    pub async fn submit(&mut self, form: &Form) -> Page {
        let pairs = form.fields.iter();
        let body = encode(pairs.map(|(name, value)| (name.as_str(), value.as_str())));
        self.post(&form.action, body).await
    }

    /// Posts any body as a form of that server's own page.
    pub async fn post(&mut self, url: &Url, body: String) -> Page {
        let request = self.agent.form_request(url, url, body);
        self.send(request).await
    }

    /// Follows redirects until there is none.
    pub async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..12 {
            match page.location().filter(|_| page.is_redirect()) {
                Some(location) => page = self.get(location).await,
                None => return page,
            }
        }
        panic!("too many redirects: {}", page.dump());
    }

    async fn send(&mut self, request: RequestBuilder) -> Page {
        let pairs = self.cookies.iter();
        let sent: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let sent = [&self.foreign, sent.join("; ").as_bytes()].concat();
        let request = if sent.is_empty() {
            request
        } else {
            request.header("cookie", sent)
        };
        let page = self.agent.send(request).await;
        for line in page.headers.get_all("set-cookie") {
            self.store(line.to_str().expect("a cookie"));
        }
        page
    }

    fn store(&mut self, line: &str) {
        let mut parts = line.split("; ");
        let pair = parts.next().unwrap_or_default();
        let (name, value) = pair.split_once('=').expect("a name");
        if parts.any(|attribute| attribute.eq_ignore_ascii_case("max-age=0")) {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
