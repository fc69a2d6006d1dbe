//! The HTTP client of the web client: no redirects, bounded time and size.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;

const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Maximum size of a response in bytes.
const LARGEST: usize = 1024 * 1024;

#[derive(Debug, Clone)]
pub(crate) struct Http(pub reqwest::Client);

#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("no answer: {0}")]
    Request(#[from] reqwest::Error),
    #[error("the answer has more than {LARGEST} bytes")]
    TooLarge,
    #[error("the answer cannot be passed on: {0}")]
    Response(#[from] openidconnect::http::Error),
}

impl Http {
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        reqwest::Client::builder()
            // A redirected token request would send the code to an arbitrary server (RFC 9700
            // §4.12).
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .user_agent(concat!("doorward-tasks-web/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(Self)
    }
}

pub(crate) async fn bounded_body(mut response: reqwest::Response) -> Result<Vec<u8>, HttpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let result = self
                .0
                .request(parts.method, parts.uri.to_string())
                .headers(parts.headers)
                .body(body)
                .send()
                .await?;
            let mut response = openidconnect::http::Response::builder().status(result.status());
            // openidconnect checks the content type.
            if let Some(headers) = response.headers_mut() {
                *headers = result.headers().clone();
            }
            Ok(response.body(bounded_body(result).await?)?)
        })
    }
}
