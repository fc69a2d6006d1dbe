//! A user agent without a display: cookies, forms and redirects only.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use url::Url;

use crate::{Form, Page};

const FORM: &str = "application/x-www-form-urlencoded";
/// Maximum number of redirects, more than any flow has.
const HOPS: usize = 12;
/// Idle time after which the client closes a connection. The servers close idle connections after
/// five seconds; a request sent at that moment fails (RFC 9112 §9.3.1).
pub const IDLE: Duration = Duration::from_secs(2);

/// A user agent that stores cookies like a browser and follows redirects only on request.
#[derive(Clone, Debug)]
pub struct UserAgent {
    http: reqwest::Client,
}

impl Default for UserAgent {
    fn default() -> Self {
        Self::new()
    }
}

impl UserAgent {
    /// Creates a user agent without cookies.
    pub fn new() -> Self {
        Self::named("doorward-testkit")
    }

    /// Creates a user agent with another `User-Agent`.
    pub fn named(name: &str) -> Self {
        Self::build(name, true, true)
    }

    /// Creates a user agent for servers with certificates of their own.
    pub fn accepting_any_certificate() -> Self {
        Self::sending(&[])
    }

    /// Creates a user agent for the same servers that sends these fields with each request.
    ///
    /// # Panics
    /// Panics if a field is no header.
    pub fn sending(fields: &[(&'static str, &'static str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        let fields = fields.collect();
        let http = Self::builder("doorward-testkit", true).tls_danger_accept_invalid_certs(true);
        let http = http.default_headers(fields).build();
        let http = http.expect("HTTP client");
        Self { http }
    }

    /// Creates a user agent for the same servers that uses a separate connection for each request.
    pub fn restless_accepting_any_certificate() -> Self {
        let http = Self::builder("doorward-testkit", true).tls_danger_accept_invalid_certs(true);
        let http = http.pool_max_idle_per_host(0).build();
        let http = http.expect("HTTP client");
        Self { http }
    }

    /// Creates a user agent that uses a separate connection for each request.
    pub fn restless() -> Self {
        Self::build("doorward-testkit", true, false)
    }

    /// Creates a user agent that ignores cookies; [`crate::CookieAgent`] stores them separately.
    pub fn forgetful() -> Self {
        Self::build("doorward-testkit", false, true)
    }

    fn build(name: &str, keeps_cookies: bool, keeps_connections: bool) -> Self {
        let mut http = Self::builder(name, keeps_cookies);
        if !keeps_connections {
            http = http.pool_max_idle_per_host(0);
        }
        let http = http.build().expect("HTTP client");
        Self { http }
    }

    fn builder(name: &str, keeps_cookies: bool) -> reqwest::ClientBuilder {
        reqwest::Client::builder()
            .redirect(Policy::none())
            .cookie_store(keeps_cookies)
            .no_proxy()
            .pool_idle_timeout(IDLE)
            .user_agent(name)
    }

    /// Returns the HTTP client, for requests that no browser sends.
    pub const fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Builds a request as programs send them.
    ///
    /// # Panics
    /// Panics if the method is none.
    pub fn request(&self, method: &str, url: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        self.http.request(method, url)
    }

    /// Fetches a page as a navigation.
    pub async fn get(&self, url: impl AsRef<str>) -> Page {
        let request = self.http.get(url.as_ref());
        self.send(request.header("accept", "text/html,*/*;q=0.8"))
            .await
    }

    /// Posts a form as a page of that server would.
    pub async fn post(&self, url: impl AsRef<str>, fields: &[(&str, &str)]) -> Page {
        let url = Url::parse(url.as_ref()).expect("absolute URL");
        let body = encode(fields.iter().map(|(name, value)| (*name, *value)));
        self.send(self.form_request(&url, &url, body)).await
    }

    pub async fn submit(&self, form: &Form) -> Page {
        if form.method == "get" {
            let mut url = form.action.clone();
            url.set_query(Some(&encode(pairs(form))));
            return self.get(url).await;
        }
        self.send(self.submission(form)).await
    }

    /// Builds the POST request of a form of a page.
    pub fn submission(&self, form: &Form) -> RequestBuilder {
        self.form_request(&form.action, &form.page, encode(pairs(form)))
    }

    /// Sends a request and reads the whole response.
    pub async fn send(&self, request: RequestBuilder) -> Page {
        Page::fetch(request)
            .await
            .unwrap_or_else(|error| panic!("no whole response: {error:?}"))
    }

    /// Follows redirects until there is none, or until one leads to a URL that starts with `stop`;
    /// returns that last redirect.
    pub async fn follow(&self, mut page: Page, stop: &str) -> Page {
        for _ in 0..HOPS {
            let Some(location) = page.location().filter(|_| page.is_redirect()) else {
                return page;
            };
            if !stop.is_empty() && location.as_str().starts_with(stop) {
                return page;
            }
            page = self.get(location).await;
        }
        panic!(
            "more than {HOPS} redirects, last to {:?}",
            page.headers.get(LOCATION)
        );
    }

    /// Builds the request of a form on a page of this server.
    pub fn form_request(&self, url: &Url, from: &Url, body: String) -> RequestBuilder {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
        let origin = from.origin().ascii_serialization();
        let site = if url.origin() == from.origin() {
            "same-origin"
        } else {
            "cross-site"
        };
        for (name, value) in [("origin", origin.as_str()), ("sec-fetch-site", site)] {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_str(value).expect("header value"),
            );
        }
        self.http
            .request(Method::POST, url.clone())
            .headers(headers)
            .body(body)
    }
}

fn pairs(form: &Form) -> impl Iterator<Item = (&str, &str)> {
    let fields = form.fields.iter();
    fields.map(|(name, value)| (name.as_str(), value.as_str()))
}

/// Encodes the pairs as `application/x-www-form-urlencoded`.
pub fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
