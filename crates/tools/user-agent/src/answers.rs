//! Waits for the first response of a server, and ports for servers.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::UserAgent;
use crate::process::Process;

/// Maximum time until a program responds.
const PATIENCE: Duration = Duration::from_secs(30);
/// The ports of programs.
const PORTS: Range<u16> = 10_000..32_768;
/// Number of ports between those of two processes that follow each other.
const APART: u32 = 997;

/// Returns the URL of the discovery document.
pub fn discovery(issuer: &str) -> String {
    format!("{issuer}/.well-known/openid-configuration")
}

/// Requests a URL until a process responds there.
///
/// # Panics
/// Panics with the output if the process ends, or after [`PATIENCE`].
pub async fn wait_for_process(process: &mut Process, url: &str, output: impl Fn() -> String) {
    let is_running = || !process.has_ended();
    wait_while(&UserAgent::new(), url, is_running, output).await;
}

/// Requests a URL until it responds, while `is_running` returns true.
///
/// # Panics
/// Panics with the output after that, or after [`PATIENCE`].
async fn wait_while(
    agent: &UserAgent,
    url: &str,
    mut is_running: impl FnMut() -> bool,
    output: impl Fn() -> String,
) {
    let start = Instant::now();
    while !answers(agent, url).await {
        let in_time = start.elapsed() < PATIENCE && is_running();
        assert!(in_time, "the server did not answer at {url}: {}", output());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn answers(agent: &UserAgent, url: &str) -> bool {
    let response = agent.http().get(url).send().await;
    response.is_ok_and(|response| response.status() == 200)
}

/// Requests discovery until it responds.
pub async fn wait(issuer: &str) {
    wait_for_answer(&discovery(issuer)).await;
}

/// Requests a URL until it responds.
///
/// # Panics
/// Panics after [`PATIENCE`] without a response with status 200.
pub async fn wait_for_answer(url: &str) {
    wait_for_answer_to(&UserAgent::new(), url).await;
}

/// Requests a URL by this client until it responds.
///
/// # Panics
/// Panics after [`PATIENCE`] without a response with status 200.
pub async fn wait_for_answer_to(agent: &UserAgent, url: &str) {
    wait_while(agent, url, || true, String::new).await;
}

/// Returns a port on which nothing listens. It is below those that the kernel gives to connections
/// (`ip_local_port_range`): one of these could be taken before the program listens, or while it restarts.
pub fn free_port() -> u16 {
    static NEXT: LazyLock<AtomicU32> = LazyLock::new(|| {
        // Test programs that run at the same time begin at different ports.
        AtomicU32::new(std::process::id().wrapping_mul(APART))
    });
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed) % u32::from(PORTS.end - PORTS.start);
        let port = PORTS.start + u16::try_from(number).expect("below the number of ports");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_ports_differ_and_are_below_those_of_connections() {
        let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap();
        let lowest: u16 = range.split_whitespace().next().unwrap().parse().unwrap();
        let ports = [(); 100].map(|()| free_port());
        assert!(ports.iter().all(|port| *port < lowest), "{ports:?}");
        assert_eq!(std::collections::BTreeSet::from(ports).len(), ports.len());
    }
}
