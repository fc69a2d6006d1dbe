//! The web client's access to the tasks API: over HTTP with the user's access token, as in any
//! other client.

use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::http_client::{Http, HttpError, bounded_body};

const PAGE: u8 = 50;

pub(super) struct Api {
    pub http: Http,
    pub base: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Task {
    pub id: String,
    pub title: String,
    pub status: String,
    pub priority: String,
    pub due_date: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub items: Vec<Task>,
    pub next: Option<String>,
}

/// The fields of the form of a new task. The API gives empty ones their defaults.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct NewTask {
    pub title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub priority: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub due_date: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct RejectedField {
    pub field: String,
    pub detail: String,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum ApiError {
    #[error("401")]
    Unauthorized,
    #[error("403")]
    Forbidden,
    #[error("404")]
    NotFound,
    #[error("400")]
    Invalid(Vec<RejectedField>),
    #[error("the tasks API answered {0}")]
    Status(StatusCode),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("the tasks API answered something else than JSON")]
    Body(#[from] serde_json::Error),
}

/// A request of the web client to the tasks API.
pub(super) struct ApiCall {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl ApiCall {
    pub(super) fn list(cursor: Option<&str>) -> Self {
        let limit = PAGE.to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let path = doorward_protocol::redirect_uri::with_query("/api/tasks/", &query);
        Self::new(Method::GET, path, None)
    }

    pub(super) fn add(task: &NewTask) -> Self {
        Self::new(Method::POST, "/api/tasks/".to_owned(), Some(json!(task)))
    }

    pub(super) fn set_status(id: &str, status: &str) -> Self {
        Self::new(
            Method::PATCH,
            task_path(id),
            Some(json!({"status": status})),
        )
    }

    pub(super) fn delete(id: &str) -> Self {
        Self::new(Method::DELETE, task_path(id), None)
    }

    const fn new(method: Method, path: String, body: Option<Value>) -> Self {
        Self { method, path, body }
    }
}

impl Api {
    /// Returns the body of a successful response.
    pub(super) async fn send(&self, token: &str, call: &ApiCall) -> Result<Vec<u8>, ApiError> {
        let url = format!("{}{}", self.base, call.path);
        let mut request = self
            .http
            .0
            .request(call.method.clone(), url)
            .bearer_auth(token);
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(HttpError::from)?;
        let status = response.status();
        let body = bounded_body(response).await?;
        match status {
            status if status.is_success() => Ok(body),
            StatusCode::UNAUTHORIZED => Err(ApiError::Unauthorized),
            StatusCode::FORBIDDEN => Err(ApiError::Forbidden),
            StatusCode::NOT_FOUND => Err(ApiError::NotFound),
            StatusCode::BAD_REQUEST => Err(ApiError::Invalid(rejected_fields(&body))),
            status => Err(ApiError::Status(status)),
        }
    }
}

fn rejected_fields(body: &[u8]) -> Vec<RejectedField> {
    #[derive(Deserialize)]
    struct Problem {
        #[serde(default)]
        errors: Vec<RejectedField>,
    }
    serde_json::from_slice::<Problem>(body).map_or_else(|_| Vec::new(), |item| item.errors)
}

/// Returns the path of a task. The ID comes from the browser, and any content stays one path
/// segment.
fn task_path(id: &str) -> String {
    let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("/api/tasks/{id}")
}
