//! The allocations of the server for a token request, against a budget. One test, because every thread of
//! the process counts.

#![allow(clippy::unwrap_used, reason = "a failure is a panic with its message")]

use std::alloc::System;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use doorward_testkit::backend::Backend;
use doorward_testkit::stack::{self, Stack};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Requests of a round, and the rounds that are always measured. The best round counts: the others contain
/// work in the background.
const REQUESTS: usize = 25;
const ROUNDS: usize = 8;

/// The longest time for rounds until one is within the budget. A slow machine does the work of the start
/// beside the first rounds.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection whose requests and responses are in buffers that exist before the measurement.
struct Connection {
    stream: TcpStream,
    response: Vec<u8>,
}

impl Connection {
    fn open(stack: &Stack) -> Self {
        let address = stack.issuer().strip_prefix("http://").unwrap().to_owned();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            response: vec![0; 64 * 1024],
        }
    }

    /// Sends a request, and reads the whole response, which must contain `expected`. Allocates nothing.
    fn send(&mut self, request: &str, expected: &str) {
        self.stream.write_all(request.as_bytes()).unwrap();
        let mut read = 0;
        loop {
            let some = self.stream.read(&mut self.response[read..]).unwrap();
            assert!(some > 0, "the server closed the connection");
            read += some;
            let text = std::str::from_utf8(&self.response[..read]).unwrap();
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            assert!(head.starts_with("HTTP/1.1 200"), "{text}");
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap() {
                assert!(body.contains(expected), "{text}");
                return;
            }
        }
    }

    /// Returns the allocations of one request in the best round.
    fn allocations(&mut self, request: &str, expected: &str, budget: usize) -> usize {
        // Fills the caches, and the buffers of the connections to the database.
        for _ in 0..REQUESTS {
            self.send(request, expected);
        }
        let started = Instant::now();
        let mut best = usize::MAX;
        let mut round = 0;
        while round < ROUNDS || (best > budget && started.elapsed() < PATIENCE) {
            let region = Region::new(ALLOCATOR);
            for _ in 0..REQUESTS {
                self.send(request, expected);
            }
            let change = region.change();
            best = best.min((change.allocations + change.reallocations) / REQUESTS);
            round += 1;
        }
        best
    }
}

fn post(stack: &Stack, path: &str, authorization: &str, body: &str) -> String {
    let host = stack.issuer().trim_start_matches("http://");
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn token_requests_stay_within_their_budget_of_allocations() {
    let settings = [("DOORWARD__LIMITS__MULTIPLIER", "100000")];
    stack::run_with(Backend::SqliteMemory, &settings, async |stack| {
        let client = &stack.seed.service;
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "tasks:read"),
        ];
        let page = stack.token(client, &fields).await;
        let token = page.member("access_token").expect("a token");
        let basic = client.basic();
        let granted = post(
            stack,
            "/oauth2/token",
            &basic,
            "grant_type=client_credentials&scope=tasks%3Aread",
        );
        let inspected = post(
            stack,
            "/oauth2/introspect",
            &basic,
            &format!("token={token}"),
        );
        let mut connection = Connection::open(stack);
        let mut wrong = Vec::new();
        for (name, request, expected, budget) in [
            ("client credentials", &granted, "access_token", 93),
            ("introspection", &inspected, r#""active":true"#, 49),
        ] {
            let count = connection.allocations(request, expected, budget);
            println!("{name}: {count} allocations, budget {budget}");
            // A budget far above the count would not notice a growth.
            if count > budget || count * 5 < budget * 4 {
                wrong.push(format!("{name}: {count} allocations, budget {budget}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}
