//! Numbers of database statements of requests, read from the metrics of the server.

use std::time::{Duration, Instant};

use crate::Stack;

/// The lifetime of the caches, in real time.
const CACHE_TTL: Duration = Duration::from_secs(1);

/// The attempts within one lifetime of the caches. Each cache is filled at most once in that time,
/// possibly each one by another attempt.
const ATTEMPTS: usize = 5;

/// Returns a figure of the metrics, 0 if it is absent.
pub fn figure(text: &str, series: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0.0, |figure| figure.parse().expect("a figure"))
}

/// Returns the number of statements and of requests of this route so far.
async fn so_far(stack: &Stack, method: &str, route: &str) -> [f64; 2] {
    let text = stack.metrics().await;
    ["sum", "count"].map(|name| {
        let labels = format!(r#"http_request_method="{method}",http_route="{route}""#);
        figure(
            &text,
            &format!("doorward_request_statements_{name}{{{labels}}}"),
        )
    })
}

/// Returns the numbers of statements of a request to this route with empty caches, and of one after
/// it. Repeats on a slow machine, where a cache expires in between.
pub async fn of_two(
    stack: &Stack,
    (method, route): (&str, &str),
    mut something: impl AsyncFnMut(),
) -> [u32; 2] {
    let mut ran = [0, 0];
    for _ in 0..20 {
        let begin = Instant::now();
        let before = so_far(stack, method, route).await;
        stack.clear_caches();
        something().await;
        let between = so_far(stack, method, route).await;
        something().await;
        let after = so_far(stack, method, route).await;
        let requests = after[1] - before[1];
        assert!((requests - 2.0).abs() < 0.5, "two requests: {route}");
        ran = [(before, between), (between, after)].map(|(from, to)| whole(to[0] - from[0]));
        if begin.elapsed() < CACHE_TTL {
            break;
        }
    }
    ran
}

/// Returns the integer that a figure of the metrics is.
fn whole(figure: f64) -> u32 {
    let found = (0..1000).find(|count| (f64::from(*count) - figure).abs() < 0.5);
    found.expect("a number of statements")
}

/// Returns the number of statements of one request to this route: the minimum of several attempts,
/// because the caches must be filled in one of them. Repeats on a slow machine, where a cache
/// expires before so many attempts end.
pub async fn of_one(
    stack: &Stack,
    (method, route): (&str, &str),
    mut something: impl AsyncFnMut(),
) -> u32 {
    let mut least = f64::INFINITY;
    let mut begins = Vec::new();
    for _ in 0..20 {
        let before = so_far(stack, method, route).await;
        begins.push(Instant::now());
        something().await;
        let after = so_far(stack, method, route).await;
        let requests = after[1] - before[1];
        assert!((requests - 1.0).abs() < 0.5, "one request: {route}");
        least = least.min(after[0] - before[0]);
        let first = begins.iter().rev().nth(ATTEMPTS - 1);
        if first.is_some_and(|first| first.elapsed() < CACHE_TTL) {
            break;
        }
    }
    whole(least)
}
