//! The requirements on every response.

use std::time::Duration;

use doorward_testkit::Page;
use reqwest::Method;

use super::generator::Request;
use super::targets::ErrorFormat;

#[path = "../../api/schema.rs"]
mod schema;

/// Internal words that no response contains: names of libraries and internal errors.
const LEAKS: [&str; 6] = [
    "sqlx",
    "sea_orm",
    "SQLITE",
    "SQLSTATE",
    "panicked",
    "RUST_BACKTRACE",
];

/// Checks a response to its request.
pub fn verify(request: &Request, page: &Page, took: Duration, max: Duration) {
    let shown = || shown(page);
    assert!(took <= max, "after {took:?}: {}", shown());
    assert!(page.status < 500, "{}", shown());
    leaks_nothing(&page.text(), &shown);
    if request.method == Method::HEAD {
        assert!(page.body.is_empty(), "{}", shown());
    }
    if request.is_overfull {
        assert!(matches!(page.status, 400 | 431), "{}", shown());
        if page.body.is_empty() && page.media_type().is_empty() {
            // A response of the library's parser, before any middleware.
            return;
        }
    }
    assert!(page.header("x-request-id").is_some(), "{}", shown());
    if page.status == 405 {
        let allowed = page.header("allow").unwrap_or_default();
        let mut methods = allowed.split(", ");
        assert!(!allowed.is_empty(), "no Allow: {}", shown());
        let own = request.method.as_str();
        assert!(methods.all(|method| method != own), "allowed: {}", shown());
    }
    if page.status >= 400 {
        is_in_form(request, page);
    }
    if request.is_described {
        schema::hold(request.method.as_str(), request.url.path(), page);
    }
}

/// Asserts that the text contains no internal word. Compares whole words, because a token may
/// contain any four characters.
pub fn leaks_nothing(text: &str, shown: &dyn Fn() -> String) {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric() && !"_-".contains(letter));
    let leaked = words.find(|word| LEAKS.iter().any(|leak| word.starts_with(leak)));
    assert_eq!(leaked, None, "{}", shown());
    assert!(!text.contains("src/"), "{}", shown());
}

/// Asserts that an error has the format of its endpoint.
fn is_in_form(request: &Request, page: &Page) {
    match request.family {
        ErrorFormat::Api => is_problem(request, page),
        // An unknown path below `/oauth2/` gets an error page.
        ErrorFormat::OAuth if page.status == 404 => is_page(request, page),
        ErrorFormat::OAuth => is_oauth_error(request, page),
        ErrorFormat::Page => is_page(request, page),
        ErrorFormat::Document => match page.media_type().as_str() {
            "text/html" => is_page(request, page),
            "application/problem+json" => is_problem(request, page),
            _ => is_oauth_error(request, page),
        },
    }
}

/// Asserts that an error is a problem (RFC 9457 §3.1).
fn is_problem(request: &Request, page: &Page) {
    assert_eq!(
        page.media_type(),
        "application/problem+json",
        "{}",
        shown(page)
    );
    if request.method == Method::HEAD {
        return;
    }
    let problem = page.json();
    let kind = problem["type"].as_str().unwrap_or_default();
    assert!(kind.starts_with("urn:doorward:problem:"), "{problem}");
    assert_eq!(problem["status"], page.status, "{problem}");
    for name in ["title", "detail"] {
        let text = problem[name].as_str().unwrap_or_default();
        assert!(!text.is_empty(), "{name}: {problem}");
    }
    assert_eq!(
        problem["request_id"].as_str(),
        page.header("x-request-id"),
        "{problem}"
    );
}

/// Asserts that an error has the OAuth format (RFC 6749 §5.2); a 401 may have a challenge only (RFC
/// 6750 §3.1).
fn is_oauth_error(request: &Request, page: &Page) {
    let challenge = page.header("www-authenticate");
    if page.status == 401 {
        assert!(challenge.is_some(), "{}", shown(page));
        if page.body.is_empty() && page.media_type().is_empty() {
            return;
        }
    }
    assert_eq!(page.media_type(), "application/json", "{}", shown(page));
    if request.method == Method::HEAD {
        return;
    }
    let body = page.json();
    let readable = |text: &str| {
        let admitted = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
        !text.is_empty() && text.chars().all(admitted)
    };
    assert!(
        body["error"].as_str().is_some_and(readable),
        "{}",
        shown(page)
    );
    if let Some(description) = body.get("error_description") {
        assert!(
            description.as_str().is_some_and(readable),
            "{}",
            shown(page)
        );
    }
}

fn is_page(request: &Request, page: &Page) {
    assert_eq!(page.media_type(), "text/html", "{}", shown(page));
    if request.method != Method::HEAD {
        let text = page.text();
        let text = text.trim();
        let is_whole = text.starts_with("<!doctype html>") && text.ends_with("</html>");
        assert!(is_whole, "{}", shown(page));
    }
}

/// Returns the response for a failure message, truncated.
fn shown(page: &Page) -> String {
    let whole = page.dump();
    whole.chars().take(4_000).collect()
}
