//! What every answer has to be.

use std::time::Duration;

use doorward_testkit::Page;
use reqwest::Method;

use super::draw::Request;
use super::places::Family;

#[path = "../../api/schema.rs"]
mod schema;

/// Words that no answer has, and what a path of our sources begins with.
const LEAKS: [&str; 6] = [
    "sqlx",
    "sea_orm",
    "SQLITE",
    "SQLSTATE",
    "panicked",
    "RUST_BACKTRACE",
];

/// Holds an answer against its request.
pub fn judge(request: &Request, page: &Page, took: Duration, most: Duration) {
    let shown = || shown(page);
    assert!(took <= most, "after {took:?}: {}", shown());
    assert!(page.status < 500, "{}", shown());
    leaks_nothing(&page.text(), &shown);
    if request.method == Method::HEAD {
        assert!(page.body.is_empty(), "{}", shown());
    }
    if request.is_overfull {
        assert!(matches!(page.status, 400 | 431), "{}", shown());
        if page.body.is_empty() && page.media_type().is_empty() {
            // The library's own parser: nothing of ours has seen it.
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

/// By words, since any four letters stand in some token some day.
pub fn leaks_nothing(text: &str, shown: &dyn Fn() -> String) {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric() && !"_-".contains(letter));
    let leaked = words.find(|word| LEAKS.iter().any(|leak| word.starts_with(leak)));
    assert_eq!(leaked, None, "{}", shown());
    assert!(!text.contains("src/"), "{}", shown());
}

/// Whether an error has the form that its endpoint speaks.
fn is_in_form(request: &Request, page: &Page) {
    match request.family {
        Family::Api => is_problem(request, page),
        // Below it is nothing but endpoints: what is no address is a page.
        Family::OAuth if page.status == 404 => is_page(request, page),
        Family::OAuth => is_oauth_error(request, page),
        Family::Page => is_page(request, page),
        Family::Document => match page.media_type().as_str() {
            "text/html" => is_page(request, page),
            "application/problem+json" => is_problem(request, page),
            _ => is_oauth_error(request, page),
        },
    }
}

/// RFC 9457 §3.1.
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

/// RFC 6749 §5.2, and RFC 6750 §3.1 for who brought no token.
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

/// The answer for the message of a failed trial: not the whole of a long one.
fn shown(page: &Page) -> String {
    let whole = page.shown();
    whole.chars().take(4_000).collect()
}
