//! A user agent without a screen: cookies, forms, redirects, nothing else.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use url::Url;

use crate::{Form, Page};

const FORM: &str = "application/x-www-form-urlencoded";
/// More redirects than any flow here has.
const HOPS: usize = 12;
/// Idle time after which a client gives up a connection. The servers close idle connections after
/// five seconds; a request that leaves at that moment fails (RFC 9112 §9.3.1).
pub(crate) const IDLE: Duration = Duration::from_secs(2);

/// Keeps cookies like a browser and follows redirects only when told to.
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
    /// A user agent without cookies.
    pub fn new() -> Self {
        Self::named("doorward-testkit")
    }

    /// The same with another `User-Agent`.
    pub fn named(name: &str) -> Self {
        Self::build(name, true, true)
    }

    /// One whose every request has a connection of its own.
    pub fn restless() -> Self {
        Self::build("doorward-testkit", true, false)
    }

    /// One that forgets every cookie; [`crate::CookieAgent`] keeps them beside it.
    pub(crate) fn forgetful() -> Self {
        Self::build("doorward-testkit", false, true)
    }

    fn build(name: &str, keeps_cookies: bool, keeps_connections: bool) -> Self {
        let mut http = reqwest::Client::builder()
            .redirect(Policy::none())
            .cookie_store(keeps_cookies)
            .no_proxy()
            .pool_idle_timeout(IDLE)
            .user_agent(name);
        if !keeps_connections {
            http = http.pool_max_idle_per_host(0);
        }
        let http = http.build().expect("HTTP client");
        Self { http }
    }

    /// The client underneath, for requests that no browser makes.
    pub const fn http(&self) -> &reqwest::Client {
        &self.http
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

    /// Sends a form of a page.
    pub async fn submit(&self, form: &Form) -> Page {
        let pairs = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        if form.method == "get" {
            let mut url = form.action.clone();
            url.set_query(Some(&encode(pairs)));
            return self.get(url).await;
        }
        self.send(self.form_request(&form.action, &form.page, encode(pairs)))
            .await
    }

    /// Any request; the answer is read to its end.
    pub async fn send(&self, request: RequestBuilder) -> Page {
        Page::of(request)
            .await
            .unwrap_or_else(|error| panic!("no whole response: {error:?}"))
    }

    /// Follows redirects until there is none, or until one leads to an address that starts with
    /// `stop`; that last redirect is returned as it is.
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

    /// A form as a page of ours posts it.
    pub(crate) fn form_request(&self, url: &Url, from: &Url, body: String) -> RequestBuilder {
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

/// The `application/x-www-form-urlencoded` form of the pairs.
pub fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
