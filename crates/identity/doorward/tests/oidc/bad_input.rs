//! Tests every endpoint with every kind of invalid request: the expected 4xx in the expected
//! format, never a 5xx, and nothing is lost afterwards (R15).

use doorward_testkit::{Page, Stack, TestClient, UserAgent, flows};
use reqwest::{Method, RequestBuilder};

use crate::support::{EVERYTHING, sign_in};

flows!(
    protocol_endpoints_respond_in_json,
    pages_answer_in_html,
    tasks_api_answers_with_problems,
    rfc_6749_3_2_wrong_methods_are_405_with_allow,
    rejects_overlong_urls_and_headers,
    malformed_bytes_on_socket_are_survived,
    unparsable_requests_get_empty_response,
);

const FORM: &str = "application/x-www-form-urlencoded";

/// An invalid request: name, media type, body.
struct Wrong {
    name: &'static str,
    media_type: Option<&'static str>,
    body: Vec<u8>,
}

/// Returns the invalid variants of a body with these fields.
fn wrongs(fields: &str) -> Vec<Wrong> {
    let first = fields.split('=').next().unwrap_or_default();
    let form = |name, body: String| Wrong {
        name,
        media_type: Some(FORM),
        body: body.into_bytes(),
    };
    let mut all = vec![
        form("missing", String::new()),
        form("duplicate", format!("{fields}&{fields}")),
        form("empty", format!("{first}=")),
        form("1 MB", format!("{fields}&padding={}", "x".repeat(1 << 20))),
        form("many fields", format!("{fields}{}", "&a=1".repeat(2000))),
        form("NUL", format!("{first}=%00&{fields}")),
        form("invalid UTF-8", format!("{first}=%ff%fe%80")),
        form("bad escape", format!("{first}=%zz%1")),
        form("JSON in a form", format!("{{\"{first}\":[1,2]}}")),
        form("array syntax", format!("{first}[]=x&{first}[a]=y")),
    ];
    all.push(Wrong {
        name: "raw bytes",
        media_type: Some(FORM),
        body: [first.as_bytes(), b"=\xff\xfe\x00\x80"].concat(),
    });
    for media_type in [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "x",
    ] {
        all.push(Wrong {
            name: "wrong media type",
            media_type: Some(media_type),
            body: fields.as_bytes().to_vec(),
        });
    }
    all.push(Wrong {
        name: "no media type",
        media_type: None,
        body: fields.as_bytes().to_vec(),
    });
    all
}

async fn send(agent: &UserAgent, request: RequestBuilder, wrong: &Wrong) -> Page {
    let mut request = request.body(wrong.body.clone());
    if let Some(media_type) = wrong.media_type {
        request = request.header("content-type", media_type);
    }
    agent.send(request).await
}

#[track_caller]
fn assert_4xx(page: &Page, media_types: &[&str], case: &str) {
    assert!((400..500).contains(&page.status), "{case}: {}", page.dump());
    assert!(
        media_types.contains(&page.media_type().as_str()),
        "{case}: {}",
        page.dump()
    );
    let text = page.text();
    // Compares whole words, because a token may contain any four characters.
    let mut words = text.split(|letter: char| !letter.is_alphanumeric() && !"_-".contains(letter));
    let leaks = ["sqlx", "sea_orm", "SQLITE", "panicked", "RUST_BACKTRACE"];
    let leaked = words.find(|word| leaks.iter().any(|leak| word.starts_with(leak)));
    assert_eq!(leaked, None, "{case}: {}", page.dump());
    assert!(!text.contains("src/"), "{case}: {}", page.dump());
}

async fn protocol_endpoints_respond_in_json(stack: &Stack) {
    let agent = UserAgent::new();
    let with = |client: &TestClient, path: &str| {
        agent
            .http()
            .post(stack.at(path))
            .header("authorization", client.basic())
    };
    let web = &stack.seed.web;
    for (path, fields) in [
        ("/oauth2/token", "grant_type=authorization_code&code=x"),
        ("/oauth2/token", "grant_type=refresh_token&refresh_token=x"),
        ("/oauth2/introspect", "token="),
        ("/oauth2/revoke", "token="),
    ] {
        for wrong in wrongs(fields) {
            let case = format!("{path} {fields}: {}", wrong.name);
            let page = send(&agent, with(web, path), &wrong).await;
            if path == "/oauth2/revoke" && page.status == 200 {
                continue; // RFC 7009 §2.2: a token of any format may be unknown.
            }
            if path == "/oauth2/introspect" && page.status == 200 {
                assert_eq!(page.json(), serde_json::json!({"active": false}), "{case}");
                continue;
            }
            assert_4xx(&page, &["application/json"], &case);
            assert!(page.member("error").is_some(), "{case}: {}", page.dump());
            // The same without any credentials.
            let page = send(&agent, agent.http().post(stack.at(path)), &wrong).await;
            assert_4xx(&page, &["application/json"], &format!("{case}, nobody"));
        }
    }
    for wrong in wrongs("access_token=x") {
        let page = send(
            &agent,
            agent.http().post(stack.at("/oauth2/userinfo")),
            &wrong,
        )
        .await;
        if page.status == 401 && page.body.is_empty() {
            // Without a token, the challenge has the scheme only (RFC 6750 §3.1).
            let challenge = page.header("www-authenticate");
            assert_eq!(challenge, Some("Bearer realm=\"doorward\""));
            continue;
        }
        assert_4xx(
            &page,
            &["application/json"],
            &format!("userinfo: {}", wrong.name),
        );
    }
    sign_in(stack, web, EVERYTHING).await;
}

async fn pages_answer_in_html(stack: &Stack) {
    let agent = UserAgent::new();
    for (path, fields) in [
        ("/oauth2/authorize", "client_id=nobody&response_type=code"),
        ("/login", "identifier=x&password=y&csrf=z&flow=f"),
        (
            "/register",
            "username=x&email=y&password=z&password_confirm=z&csrf=c",
        ),
        ("/consent", "decision=allow&csrf=z&flow=f"),
        ("/select-account", "flow=f&csrf=z"),
        ("/logout", "confirm=yes&csrf=z"),
        (
            "/preferences",
            "lang=xx&theme=yy&return_to=//evil.example&csrf=z",
        ),
        ("/setup", "token=x&csrf=z"),
    ] {
        for wrong in wrongs(fields) {
            let case = format!("{path}: {}", wrong.name);
            let request = agent
                .http()
                .post(stack.at(path))
                .header("accept", "text/html")
                .header("origin", stack.issuer());
            let page = send(&agent, request, &wrong).await;
            assert_4xx(&page, &["text/html"], &case);
        }
    }
    for path in [
        "/oauth2/authorize",
        "/oauth2/logout",
        "/login",
        "/consent",
        "/select-account",
    ] {
        for query in [
            "flow=%00",
            "flow=%ff",
            "client_id=%zz",
            "flow=a&flow=b",
            "x=%C3%28",
        ] {
            let page = agent.get(format!("{}?{query}", stack.at(path))).await;
            assert!(page.status < 500, "{path}?{query}: {}", page.dump());
            assert!(
                page.is_redirect() || page.media_type() == "text/html",
                "{}",
                page.dump()
            );
        }
    }
    for path in [
        "/nothing-here",
        "/oauth2/nothing",
        "/%00",
        "/..%2f..%2fetc/passwd",
        "/static/x",
    ] {
        let page = agent.get(stack.at(path)).await;
        assert!([400, 404].contains(&page.status), "{path}: {}", page.dump());
    }
    sign_in(stack, &stack.seed.web, EVERYTHING).await;
}

async fn tasks_api_answers_with_problems(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, EVERYTHING).await;
    let token = crate::support::text(&json, "access_token");
    let agent = UserAgent::new();
    let problem = ["application/problem+json"];
    let url = stack.at_tasks("/api/tasks/");
    let request = || agent.http().post(&url).bearer_auth(&token);
    let huge = format!("{{\"title\":\"{}\"}}", "x".repeat(1 << 20));
    let bodies: [(&str, &[u8]); 11] = [
        ("missing", b""),
        ("not JSON", b"{"),
        ("wrong kind", b"[]"),
        ("wrong type", br#"{"title":7}"#),
        ("empty", br#"{"title":""}"#),
        ("null", br#"{"title":null}"#),
        ("duplicate", br#"{"title":"a","title":"b"}"#),
        ("unknown field", br#"{"title":"a","owner":"mona"}"#),
        ("NUL", br#"{"title":"a\u0000b"}"#),
        ("invalid UTF-8", b"{\"title\":\"\xff\xfe\"}"),
        ("1 MB", huge.as_bytes()),
    ];
    for (name, body) in bodies {
        let wrong = Wrong {
            name: "body",
            media_type: Some("application/json"),
            body: body.to_vec(),
        };
        assert_4xx(&send(&agent, request(), &wrong).await, &problem, name);
    }
    for media_type in ["text/plain", FORM] {
        let wrong = Wrong {
            name: "media type",
            media_type: Some(media_type),
            body: br#"{"title":"a"}"#.to_vec(),
        };
        assert_4xx(&send(&agent, request(), &wrong).await, &problem, media_type);
    }
    for query in [
        "cursor=x",
        "limit=0",
        "limit=-1",
        "limit=x",
        "status=nothing",
        "ordering=x",
    ] {
        let page = agent
            .send(
                agent
                    .http()
                    .get(format!("{url}?{query}"))
                    .bearer_auth(&token),
            )
            .await;
        assert_4xx(&page, &problem, query);
    }
    for id in ["x", "%00", "%ff", "00000000-0000-0000-0000-000000000000"] {
        let page = agent
            .send(agent.http().get(format!("{url}{id}")).bearer_auth(&token))
            .await;
        assert_4xx(&page, &problem, id);
    }
}

async fn rfc_6749_3_2_wrong_methods_are_405_with_allow(stack: &Stack) {
    let agent = UserAgent::new();
    for (path, methods) in [
        ("/oauth2/token", &["GET", "PUT", "DELETE", "PATCH"][..]),
        ("/oauth2/introspect", &["GET", "PUT", "DELETE"]),
        ("/oauth2/revoke", &["GET", "PUT", "DELETE"]),
        ("/oauth2/par", &["GET", "PUT", "DELETE"]),
        ("/oauth2/jwks", &["POST", "PUT", "DELETE"]),
        ("/.well-known/openid-configuration", &["POST", "DELETE"]),
        ("/oauth2/userinfo", &["PUT", "DELETE"]),
        ("/oauth2/authorize", &["PUT", "DELETE"]),
        ("/login", &["PUT", "DELETE", "PATCH"]),
        ("/consent", &["PUT", "DELETE"]),
    ] {
        for method in methods {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let page = agent
                .send(agent.http().request(method.clone(), stack.at(path)))
                .await;
            assert_eq!(page.status, 405, "{method} {path}: {}", page.dump());
            assert!(
                page.header("allow").is_some(),
                "{method} {path}: {}",
                page.dump()
            );
        }
    }
}

async fn rejects_overlong_urls_and_headers(stack: &Stack) {
    let agent = UserAgent::new();
    let long = "x".repeat(20_000);
    let page = agent
        .get(format!("{}?state={long}", stack.at("/oauth2/authorize")))
        .await;
    assert!((400..500).contains(&page.status), "{}", page.status);
    let request = agent
        .http()
        .get(stack.at("/oauth2/userinfo"))
        .bearer_auth(&long);
    assert!((400..500).contains(&agent.send(request).await.status));
    let request = agent
        .http()
        .get(stack.at("/login"))
        .header("cookie", format!("a={long}"));
    assert!(agent.send(request).await.status < 500);
}

async fn malformed_bytes_on_socket_are_survived(stack: &Stack) {
    use std::io::{Read as _, Write as _};
    let address = stack.issuer().trim_start_matches("http://").to_owned();
    for rubbish in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /login HTTP/1.1\r\n\r\n",
        b"POST /oauth2/token HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"POST /oauth2/token HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /oauth2/token HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"\r\n\r\n\r\n\0\0\0",
    ] {
        let address = address.clone();
        let response = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).expect("a connection");
            stream.set_read_timeout(Some(std::time::Duration::from_secs(2))).unwrap();
            stream.write_all(rubbish).expect("writing");
            stream.shutdown(std::net::Shutdown::Write).ok();
            let mut response = Vec::new();
            stream.read_to_end(&mut response).ok();
            String::from_utf8_lossy(&response).into_owned()
        });
        let response = response.await.expect("no panic");
        assert!(!response.starts_with("HTTP/1.1 5"), "{response}");
    }
    sign_in(stack, &stack.seed.web, "openid").await;
}

/// Checks requests that cannot be parsed as HTTP. The library's own parser responds to them before
/// any service or middleware: `actix-http` queues a `DispatcherMessage::Error(Response<()>)`
/// (`h1/dispatcher.rs`: 400 for a malformed head, 431 for one that is too large, 408 for one that
/// never ends), and `HttpServer` has no setting for it. Such a response has no security headers,
/// and needs none: it has no body to sniff, frame or store, and reveals nothing.
async fn unparsable_requests_get_empty_response(stack: &Stack) {
    use std::io::{Read as _, Write as _};
    let address = stack.issuer().trim_start_matches("http://").to_owned();
    let long = format!(
        "GET /login HTTP/1.1\r\nhost: x\r\na: {}",
        "x".repeat(200_000)
    );
    for (sent, status) in [
        ("GET /lo gin HTTP/1.1\r\nhost: x\r\n\r\n", "400"),
        (long.as_str(), "431"),
    ] {
        let (address, sent) = (address.clone(), sent.to_owned());
        let response = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).expect("a connection");
            // The response may arrive before the whole request was sent.
            stream.write_all(sent.as_bytes()).ok();
            let mut response = Vec::new();
            stream.read_to_end(&mut response).ok();
            String::from_utf8_lossy(&response).to_lowercase()
        });
        let response = response.await.expect("no panic");
        assert!(
            response.starts_with(&format!("http/1.1 {status} ")),
            "{response}"
        );
        let (head, body) = response.split_once("\r\n\r\n").expect("a head");
        assert_eq!(body, "", "{response}");
        for line in head.lines().skip(1) {
            let name = line.split(':').next().unwrap_or_default();
            assert!(
                ["content-length", "connection", "date"].contains(&name),
                "{response}"
            );
        }
    }
}
