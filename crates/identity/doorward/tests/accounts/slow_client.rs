//! Tests that a client which sends its body slowly, or not at all, gets an error and is
//! disconnected: no connection stays open forever.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use doorward_testkit::{Stack, flows_with};
use url::Url;

const ONE_SECOND: &[(&str, &str)] = &[("DOORWARD__LIMITS__BODY_TIMEOUT", "1s")];

flows_with!(ONE_SECOND; slow_or_missing_body_is_timed_out);

/// A request whose body stays incomplete.
struct Request {
    origin: String,
    path: &'static str,
    kind: &'static str,
    token: String,
    chunked: bool,
    /// The start of the response, and texts that it contains.
    expected: [&'static str; 3],
}

impl Request {
    fn text(&self) -> String {
        let Self {
            path, kind, token, ..
        } = self;
        let url = Url::parse(&self.origin).expect("a URL");
        let host = url.authority();
        let (length, body) = if self.chunked {
            ("transfer-encoding: chunked", "8\r\n{\"name\":\r\n")
        } else {
            ("content-length: 100", "{\"name\":")
        };
        format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {kind}\r\n{length}\r\n\
             authorization: Bearer {token}\r\norigin: {}\r\nsec-fetch-site: same-origin\r\n\
             \r\n{body}",
            self.origin
        )
    }

    /// Returns the whole response and the elapsed time; the server closes the connection. Sends
    /// more bytes of the body meanwhile, which does not extend the time limit.
    fn send(&self) -> (String, Duration) {
        let url = Url::parse(&self.origin).expect("a URL");
        let address = (url.host_str().expect("a host"), url.port().expect("a port"));
        let mut stream = TcpStream::connect(address).expect("a connection");
        let start = Instant::now();
        stream.write_all(self.text().as_bytes()).expect("the head");
        stream
            .set_read_timeout(Some(Duration::from_millis(200)))
            .unwrap();
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => answer.extend_from_slice(&buffer[..count]),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    assert!(
                        start.elapsed() < Duration::from_secs(20),
                        "{} waits",
                        self.path
                    );
                    let crumb = if self.chunked { "1\r\nx\r\n" } else { "x" };
                    // The server may have closed the connection by now.
                    let _ = stream.write_all(crumb.as_bytes());
                }
                // The server closed the connection while a byte was on its way.
                Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
                Err(error) => panic!("{}: {error}", self.path),
            }
        }
        (
            String::from_utf8_lossy(&answer).into_owned(),
            start.elapsed(),
        )
    }
}

async fn slow_or_missing_body_is_timed_out(stack: &Stack) {
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "tasks:write"),
    ];
    let page = stack.token(&stack.seed.service, &fields).await;
    let token = page.member("access_token").expect("a token");
    let json = "application/json";
    let form = "application/x-www-form-urlencoded";
    let request = |origin: &str, path, kind, expected| Request {
        origin: origin.to_owned(),
        path,
        kind,
        token: token.clone(),
        chunked: false,
        expected,
    };
    let slow = "HTTP/1.1 408";
    let problem = [slow, "application/problem+json", "body-too-slow"];
    let (here, there) = (stack.issuer(), stack.tasks());
    let mut requests = vec![
        request(here, "/login", form, [slow, "text/html", "too_slow"]),
        request(
            here,
            "/oauth2/token",
            form,
            [slow, "invalid_request", "took too long"],
        ),
        request(here, "/api/auth/login", json, problem),
        request(there, "/api/tasks/", json, problem),
        request(
            there,
            "/web/tasks",
            form,
            [slow, "text/html", "Nothing was changed"],
        ),
        // These endpoints expect no body. The identity server waits for it nevertheless (decision
        // 72), the tasks API does not, and neither keeps the connection open.
        request(here, "/no-such-page", form, [slow, "text/html", "too_slow"]),
        request(there, "/api/no-such-thing", json, ["HTTP/1.1 404", "", ""]),
        request(there, "/api/tasks/", form, ["HTTP/1.1 415", "", ""]),
        request(there, "/livez", json, ["HTTP/1.1 405", "", ""]),
    ];
    for index in 0..requests.len() {
        let Request {
            path,
            kind,
            expected,
            ref origin,
            ..
        } = requests[index];
        let mut chunked = request(origin, path, kind, expected);
        chunked.chunked = true;
        requests.push(chunked);
    }
    std::thread::scope(|scope| {
        let sent: Vec<_> = requests
            .iter()
            .map(|request| (request, scope.spawn(|| request.send())))
            .collect();
        for (request, answer) in sent {
            let (answer, time) = answer.join().expect("an answer");
            let said = answer.to_ascii_lowercase();
            for expected in request.expected {
                let there = said.contains(&expected.to_ascii_lowercase());
                assert!(there, "{} {}: {answer}", request.path, request.chunked);
            }
            let is_late = answer.starts_with(slow);
            assert!(!is_late || said.contains("connection: close"), "{answer}");
            assert!(
                time < Duration::from_secs(15),
                "{} took {time:?}",
                request.path
            );
        }
    });
}
