//! Tests that both servers of `dev` log each rejected request.

use super::dev::start;
use super::program::{Place, send};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// A rejected request: method, path with query, header field, body, and the expected error.
type Rejection<'a> = (&'a str, &'a str, (&'a str, &'a str), &'a str, &'a str);

/// Checks that both servers log each kind of rejection in one line, which is no JSON and says what to
/// change.
#[test]
#[expect(clippy::too_many_lines, reason = "a row of each kind")]
fn each_rejection_of_both_servers_is_one_plain_line() {
    let place = Place::new();
    let mut dev = start(&place, &[]);
    let narrow = [
        "token",
        "--url",
        &dev.issuer,
        "--user",
        "alice",
        "--scope",
        "tasks:read",
    ];
    let token = place.run(&narrow).succeeded().stdout;
    let bearer = format!("Bearer {}", token.trim());
    let none = ("X-None", "1");
    let long = format!("/login?next={}", "x".repeat(40_000));
    let identity: &[Rejection<'_>] = &[
        ("GET", "/nothing-here", none, "", "not_found"),
        ("DELETE", "/login", none, "", "method_not_allowed"),
        ("GET", "/login?flow=unknown", none, "", "flow_expired"),
        ("POST", "/login", FORM, "identifier=alice", "stale_form"),
        ("POST", "/login", JSON, "{}", "unsupported_media"),
        ("GET", "/reset-password?token=x", none, "", "link_over"),
        ("GET", &long, none, "", "uri-too-long"),
        ("GET", "/api/nothing", none, "", "not-found"),
        ("PATCH", "/api/auth/login", JSON, "{}", "method-not-allowed"),
        ("POST", "/api/auth/login", JSON, "{", "malformed-request"),
        (
            "POST",
            "/api/auth/login",
            JSON,
            "{\"username\":\"alice\"}",
            "invalid-input",
        ),
        (
            "POST",
            "/api/auth/login",
            JSON,
            "{\"username\":\"alice\",\"password\":\"wrong\"}",
            "sign-in-rejected",
        ),
        (
            "POST",
            "/api/auth/login",
            JSON,
            "{\"username\":\"alice\",\"password\":\"wrong\",\"client_id\":\"none\"}",
            "invalid_client",
        ),
        (
            "POST",
            "/api/auth/login",
            FORM,
            "username=alice",
            "unsupported-media-type",
        ),
        ("GET", "/api/admin/users", none, "", "invalid-token"),
        (
            "GET",
            "/api/admin/users",
            ("Authorization", &bearer),
            "",
            "invalid-token",
        ),
        ("GET", "/oauth2/userinfo", none, "", "invalid-token"),
        ("PUT", "/oauth2/token", none, "", "method_not_allowed"),
        (
            "POST",
            "/oauth2/token",
            FORM,
            "grant_type=password&client_id=tasks-web",
            "invalid_client",
        ),
        (
            "GET",
            "/oauth2/authorize?client_id=none",
            none,
            "",
            "invalid_client",
        ),
    ];
    let tasks: &[Rejection<'_>] = &[
        ("GET", "/api/tasks/", none, "", "not_authenticated"),
        (
            "GET",
            "/api/tasks/",
            ("Authorization", "Bearer x"),
            "",
            "not_authenticated",
        ),
        (
            "GET",
            "/api/tasks/",
            ("Authorization", "Bearer x y"),
            "",
            "not_authenticated",
        ),
        (
            "POST",
            "/api/tasks/",
            ("Authorization", &bearer),
            "{}",
            "missing_scope",
        ),
        (
            "GET",
            "/api/tasks/?limit=x",
            ("Authorization", &bearer),
            "",
            "invalid-input",
        ),
        ("DELETE", "/api/tasks/", none, "", "method_not_allowed"),
        ("GET", "/api/nothing", none, "", "not-found"),
        ("GET", "/web/nothing", none, "", "web_client"),
    ];
    let issuer = dev.issuer.clone();
    let tasks_server = dev.tasks.clone();
    for (server, rejections) in [(&issuer, identity), (&tasks_server, tasks)] {
        for &(method, target, header, body, error) in rejections {
            let (status, answer) = send(method, &format!("{server}{target}"), &[header], body);
            assert!((400..500).contains(&status), "{target}: {status} {answer}");
            // A second line would be read in place of the next one.
            let line = dev.server.stderr_until("\n");
            let path = target.split('?').next().unwrap();
            assert!(
                line.starts_with(&format!("rejected {path} ")),
                "{target}: {line}"
            );
            let (_, said) = line
                .split_once(&format!(" {error}: "))
                .unwrap_or_else(|| panic!("{method} {target}: {line}"));
            assert!(said.trim().len() > 10, "{target}: {line}");
        }
    }
    // The line of a form names the cause that its page does not show.
    let foreign = [FORM, ("Origin", "https://evil.example")];
    let (status, _) = send(
        "POST",
        &format!("{issuer}/login"),
        &foreign,
        "identifier=alice",
    );
    let line = dev.server.stderr_until("\n");
    assert!(
        status == 400 && line.contains("a page of another origin"),
        "{line}"
    );
}
