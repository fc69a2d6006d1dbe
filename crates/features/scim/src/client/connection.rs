//! Requests to the SCIM server of an application.

use std::time::Duration;

use doorward_admin::operation::encode;
use doorward_admin::prelude::*;
use doorward_domain::model::scim::ScimTarget;
use doorward_egress::outgoing::EgressClient;
use doorward_rules::url_source::UrlSource;
use doorward_scim_protocol::filter::find;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};

use super::resource::{self, ATTRIBUTES, Supported};
use crate::failure::MEDIA_TYPE;

/// Maximum number of bytes that are read of a response.
const MAX_REPLY: usize = 32 * 1024 * 1024;
/// Maximum number of resources that a full run compares.
const MAX_RESOURCES: usize = 500_000;
/// Number of attempts of a request that the application wants later.
const ATTEMPTS: u32 = 5;
/// Longest time until such an attempt.
const MAX_WAIT: u64 = 60;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Users,
    Groups,
}

impl Kind {
    const fn path(self) -> &'static str {
        match self {
            Self::Users => "/Users",
            Self::Groups => "/Groups",
        }
    }

    /// Returns the number of resources of a page. A group may have many members.
    const fn page(self) -> usize {
        match self {
            Self::Users => 200,
            Self::Groups => 20,
        }
    }
}

/// The failure of a run.
#[derive(Debug)]
pub(super) enum Failure {
    /// The application rejects this resource; the run goes on.
    Resource(String),
    /// The run ends. A later one may succeed.
    Run(String),
    Admin(AdminError),
}

impl From<AdminError> for Failure {
    fn from(error: AdminError) -> Self {
        Self::Admin(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Admin(error.into())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Resource(text) | Self::Run(text) => f.write_str(text),
            Self::Admin(error) => error.fmt(f),
        }
    }
}

pub(super) type Done<T> = std::result::Result<T, Failure>;

/// Returns the failure of an answer with this status. A token that is not accepted, too many requests and errors of the
/// server concern more than one resource.
fn failure(status: StatusCode, detail: Option<String>) -> Option<Failure> {
    if status.is_success() {
        return None;
    }
    let detail = detail.map_or_else(String::new, |text| format!(": {text}"));
    let text = format!("the application answers {}{detail}", status.as_u16());
    let text = text.chars().take(300).collect();
    let is_resource = status.is_client_error() && !matches!(status.as_u16(), 401 | 403 | 429);
    Some(if is_resource {
        Failure::Resource(text)
    } else {
        Failure::Run(text)
    })
}

/// Returns the seconds after which the application wants the request again (RFC 6585 §4); `None` for a failure.
fn retry_after(status: StatusCode, headers: &HeaderMap) -> Option<u64> {
    if !matches!(status.as_u16(), 429 | 503) {
        return None;
    }
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    let seconds = text.trim().parse().ok()?;
    (seconds <= MAX_WAIT).then_some(seconds)
}

/// The SCIM server of an application.
#[derive(Debug)]
pub(super) struct Connection<'a> {
    http: &'a EgressClient,
    base: &'a str,
    source: UrlSource,
    authorization: HeaderValue,
    pub supported: Supported,
    pub has_patch: bool,
}

impl<'a> Connection<'a> {
    /// Reads what the application supports. One that does not say it supports everything.
    pub async fn open(http: &'a EgressClient, target: &'a ScimTarget, token: &[u8]) -> Done<Self> {
        let value = HeaderValue::from_bytes(&[b"Bearer ", token].concat());
        let mut authorization =
            value.map_err(|_| Failure::Run("the token cannot be sent".to_owned()))?;
        authorization.set_sensitive(true);
        let mut connection = Self {
            http,
            base: &target.url,
            source: if target.is_operator_url {
                UrlSource::Operator
            } else {
                UrlSource::ThirdParty
            },
            authorization,
            supported: ATTRIBUTES.into_iter().collect(),
            has_patch: true,
        };
        connection.discover().await?;
        Ok(connection)
    }

    async fn discover(&mut self) -> Done<()> {
        if let Some(config) = self.optional("/ServiceProviderConfig").await? {
            let patch = find(&config, "patch").and_then(Value::as_object);
            let supported = patch.and_then(|patch| find(patch, "supported"));
            self.has_patch = supported != Some(&Value::Bool(false));
        }
        if let Some(list) = self.optional("/Schemas").await? {
            let schemas = find(&list, "Resources").and_then(Value::as_array);
            let mut schemas = schemas.into_iter().flatten().filter_map(Value::as_object);
            if let Some(supported) = schemas.find_map(resource::supported) {
                self.supported = supported;
            }
        }
        Ok(())
    }

    async fn optional(&self, path: &str) -> Done<Option<Map<String, Value>>> {
        match self.send(Method::GET, path, None).await {
            Ok(found) => Ok(Some(found)),
            Err(Failure::Resource(_)) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Sends a request, again if the application wants that. Returns its object.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Done<Map<String, Value>> {
        for _ in 1..ATTEMPTS {
            match self.send_once(&method, path, body).await? {
                Ok(found) => return Ok(found),
                Err(seconds) => tokio::time::sleep(Duration::from_secs(seconds.max(1))).await,
            }
        }
        let text = "the application wants its requests later";
        let last = self.send_once(&method, path, body).await?;
        last.map_err(|_| Failure::Run(text.to_owned()))
    }

    async fn send_once(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Done<std::result::Result<Map<String, Value>, u64>> {
        let failed = |error: &dyn std::fmt::Display| Failure::Run(error.to_string());
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(ACCEPT, MEDIA_TYPE)
            .header(AUTHORIZATION, self.authorization.clone());
        if body.is_some() {
            request = request.header(CONTENT_TYPE, MEDIA_TYPE);
        }
        let body = body.map(|body| body.to_string().into_bytes());
        let request = request.body(body.unwrap_or_default());
        let request = request.map_err(|error| failed(&error))?;
        let answer = self.http.exchange(request, self.source, MAX_REPLY).await;
        let answer = answer.map_err(|error| failed(&error))?;
        let status = answer.status();
        if let Some(seconds) = retry_after(status, answer.headers()) {
            return Ok(Err(seconds));
        }
        let read: Option<Map<String, Value>> = serde_json::from_slice(answer.body()).ok();
        let detail = read
            .as_ref()
            .and_then(|error| resource::text(error, "detail"));
        match failure(status, detail) {
            Some(failure) => Err(failure),
            None if method == Method::GET => {
                let problem = "the application answers with something other than JSON";
                read.map(Ok).ok_or_else(|| Failure::Run(problem.to_owned()))
            }
            None => Ok(Ok(read.unwrap_or_default())),
        }
    }

    /// Calls a function with each resource, in pages.
    pub async fn each(&self, kind: Kind, mut take: impl FnMut(Map<String, Value>)) -> Done<()> {
        let (mut start, count) = (1, kind.page());
        loop {
            let path = format!("{}?startIndex={start}&count={count}", kind.path());
            let list = self.send(Method::GET, &path, None).await;
            let list = list.map_err(|failure| match failure {
                Failure::Resource(text) => Failure::Run(text),
                failure => failure,
            })?;
            let resources = resources(&list);
            start += resources.len();
            let is_last = resources.is_empty();
            for resource in resources {
                take(resource);
            }
            let total = find(&list, "totalResults").and_then(Value::as_u64);
            let total = total.and_then(|total| usize::try_from(total).ok());
            if is_last || total.is_none_or(|total| start > total) {
                return Ok(());
            }
            if start > MAX_RESOURCES {
                let text = format!("the application has more than {MAX_RESOURCES} resources");
                return Err(Failure::Run(text));
            }
        }
    }

    /// Returns the resources whose attribute has this value. An application without filters returns others too.
    pub async fn search(
        &self,
        kind: Kind,
        attribute: &str,
        value: &str,
    ) -> Done<Vec<Map<String, Value>>> {
        let filter = format!("{attribute} eq {}", Value::from(value));
        let path = format!("{}?filter={}", kind.path(), encode(&filter));
        let mut found = match self.send(Method::GET, &path, None).await {
            Ok(list) => resources(&list),
            Err(Failure::Resource(_)) => Vec::new(),
            Err(failure) => return Err(failure),
        };
        let is_wanted = |found: &Map<String, Value>| {
            resource::text(found, attribute)
                .is_some_and(|text| text.to_lowercase() == value.to_lowercase())
        };
        found.retain(is_wanted);
        Ok(found)
    }

    pub async fn read(&self, kind: Kind, id: &str) -> Done<Map<String, Value>> {
        let path = format!("{}/{}", kind.path(), encode(id));
        self.send(Method::GET, &path, None).await
    }

    /// Creates a resource, and returns its ID.
    pub async fn create(&self, kind: Kind, document: &Value) -> Done<String> {
        let created = self.send(Method::POST, kind.path(), Some(document)).await?;
        let id = resource::text(&created, "id");
        let problem = "the application answers without the ID of a new resource";
        id.ok_or_else(|| Failure::Resource(problem.to_owned()))
    }

    pub async fn patch(&self, kind: Kind, id: &str, body: &Value) -> Done<()> {
        let path = format!("{}/{}", kind.path(), encode(id));
        self.send(Method::PATCH, &path, Some(body)).await.map(drop)
    }

    pub async fn replace(&self, kind: Kind, id: &str, body: &Value) -> Done<()> {
        let path = format!("{}/{}", kind.path(), encode(id));
        self.send(Method::PUT, &path, Some(body)).await.map(drop)
    }

    pub async fn delete(&self, kind: Kind, id: &str) -> Done<()> {
        let path = format!("{}/{}", kind.path(), encode(id));
        self.send(Method::DELETE, &path, None).await.map(drop)
    }
}

fn resources(list: &Map<String, Value>) -> Vec<Map<String, Value>> {
    let all = find(list, "Resources").and_then(Value::as_array);
    let all = all.into_iter().flatten().filter_map(Value::as_object);
    all.cloned().collect()
}

#[cfg(test)]
mod tests;
