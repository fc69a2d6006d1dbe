//! Requests to the authority through the egress client.

use doorward_egress::outgoing::EgressClient;
use doorward_https::acme::{Answer, Call, Method};
use doorward_rules::url_source::UrlSource;
use http::header::{ACCEPT, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderName, Request};
use url::Url;

/// `Replay-Nonce` (RFC 8555 §6.5.1).
const REPLAY_NONCE: HeaderName = HeaderName::from_static("replay-nonce");
/// Maximum size of an answer: a chain of certificates.
const MAX_ANSWER: usize = 256 * 1024;

/// Sends a request. URLs at the host of the directory are the operator's; the authority chooses all
/// others.
///
/// # Errors
/// Describes why there is no answer.
pub(super) async fn send(
    client: &EgressClient,
    directory: &str,
    call: Call,
) -> Result<Answer, String> {
    let method = match call.method {
        Method::Get => http::Method::GET,
        Method::Head => http::Method::HEAD,
        Method::Post => http::Method::POST,
    };
    let source = source(directory, &call.url);
    let mut request = Request::builder()
        .method(method)
        .uri(&call.url)
        .header(ACCEPT, "*/*");
    if call.method == Method::Post {
        request = request.header(CONTENT_TYPE, "application/jose+json");
    }
    let request = request
        .body(call.body)
        .map_err(|error| format!("{}: {error}", call.url))?;
    let response = client.exchange(request, source, MAX_ANSWER).await;
    let response = response.map_err(|error| format!("{}: {error}", call.url))?;
    let field = |name: HeaderName| {
        let value = response.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    Ok(Answer {
        status: response.status().as_u16(),
        nonce: field(REPLAY_NONCE),
        location: field(LOCATION),
        retry_after: field(RETRY_AFTER),
        body: response.body().clone(),
    })
}

fn source(directory: &str, url: &str) -> UrlSource {
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
    let is_same = origin(url).is_some_and(|own| Some(own) == origin(directory));
    if is_same {
        UrlSource::Operator
    } else {
        UrlSource::ThirdParty
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_host_of_directory_is_operators() {
        let directory = "https://ca.example:14000/dir";
        assert_eq!(
            source(directory, "https://ca.example:14000/order"),
            UrlSource::Operator
        );
        for url in [
            "https://ca.example/order",
            "https://other.example:14000/",
            "x",
        ] {
            assert_eq!(source(directory, url), UrlSource::ThirdParty, "{url}");
        }
    }
}
