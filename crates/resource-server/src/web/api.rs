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

#[derive(Debug, Clone, Serialize)]
pub(super) struct NewTask {
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
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

impl Api {
    pub(super) async fn list(&self, token: &str, cursor: Option<&str>) -> Result<Page, ApiError> {
        let limit = PAGE.to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let path = doorward_protocol::redirect_uri::with_query("/api/tasks/", &query);
        let body = self.call(Method::GET, &path, token, None).await?;
        Ok(serde_json::from_slice(&body)?)
    }

    pub(super) async fn add(&self, token: &str, task: &NewTask) -> Result<(), ApiError> {
        self.call(Method::POST, "/api/tasks/", token, Some(json!(task)))
            .await
            .map(drop)
    }

    pub(super) async fn set_status(
        &self,
        token: &str,
        id: &str,
        status: &str,
    ) -> Result<(), ApiError> {
        let change = json!({"status": status});
        self.call(Method::PATCH, &task_path(id), token, Some(change))
            .await
            .map(drop)
    }

    pub(super) async fn delete(&self, token: &str, id: &str) -> Result<(), ApiError> {
        self.call(Method::DELETE, &task_path(id), token, None)
            .await
            .map(drop)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> Result<Vec<u8>, ApiError> {
        let url = format!("{}{path}", self.base);
        let mut request = self.http.0.request(method, url).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
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
