//! Runs a client library in a separate process. The process reads the [`Setup`] from its first
//! line, requests user actions, and reports its results: one JSON value per line.

use std::process::Stdio;
use std::time::Duration;

use doorward_testkit::authorization::next_form;
use doorward_testkit::{PASSWORD, Stack, UserAgent};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStdin, Command};

use super::setup::Setup;
use crate::device::press;

/// The results: name and observed value.
pub type Seen = Vec<(String, String)>;

/// The maximum time between two lines.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Runs the process until it exits successfully; returns its results.
pub async fn hold(stack: &Stack, mut command: Command, setup: &Setup) -> Seen {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut child = command
        // No proxy, and no settings of the tester.
        .env_clear()
        .env("PATH", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut errors = child.stderr.take().unwrap();
    let complaints = tokio::spawn(async move {
        let mut text = String::new();
        let _ = errors.read_to_string(&mut text).await;
        text
    });

    say(&mut input, &setup.told).await;
    let (mut seen, agent) = (Seen::new(), UserAgent::new());
    while let Some(line) = tokio::time::timeout(TIMEOUT, lines.next_line())
        .await
        .unwrap_or_else(|_| panic!("no output after {seen:?}"))
        .unwrap()
    {
        // Tokens signed after this have the real time.
        stack.clock.catch_up();
        let value: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("said {line}"));
        let text = |name: &str| {
            value[name]
                .as_str()
                .unwrap_or_else(|| panic!("said {line}"))
        };
        match value["ask"].as_str() {
            Some("walk") => {
                let answer = walk(&agent, text("url"), text("back")).await;
                say(&mut input, &answer).await;
            }
            Some("approve") => {
                approve(&agent, text("url")).await;
                say(&mut input, &json!({})).await;
            }
            _ => seen.push((text("feature").to_owned(), text("saw").to_owned())),
        }
    }
    let status = child.wait().await.unwrap();
    let complaints = complaints.await.unwrap();
    assert!(status.success(), "{status} after {seen:?}\n{complaints}");
    seen
}

async fn say(input: &mut ChildStdin, value: &Value) {
    // A failed write means that the process has ended; its status shows why.
    let _ = input.write_all(format!("{value}\n").as_bytes()).await;
}

/// Opens an address as alice's browser and completes the pages, up to the redirect to the client;
/// returns the address, and the fields of a posted form.
pub async fn walk(agent: &UserAgent, url: &str, back: &str) -> Value {
    let mut page = agent.get(url).await;
    for _ in 0..4 {
        page = agent.follow(page, back).await;
        if let Some(location) = page.location().filter(|_| page.is_redirect()) {
            return json!({ "url": location });
        }
        // response_mode=form_post
        if let Some(form) = page.find_form("form[method=post]")
            && form.action.as_str() == back
        {
            let fields = form
                .fields
                .into_iter()
                .map(|(name, value)| (name, json!(value)));
            return json!({ "url": back, "fields": Value::Object(fields.collect()) });
        }
        let Some(form) = next_form(&page, "alice") else {
            break;
        };
        page = agent.submit(&form).await;
    }
    panic!("{url} does not redirect to {back}: {}", page.dump());
}

/// Approves a device request as alice, at the address that contains the user code.
pub async fn approve(agent: &UserAgent, url: &str) {
    let page = agent.get(url).await;
    let mut page = agent.follow(page, "").await;
    if let Some(form) = page.find_form("#login") {
        let form = form.with("identifier", "alice").with("password", PASSWORD);
        page = agent.submit(&form).await;
        page = agent.follow(page, "").await;
    }
    page = agent.submit(&page.form("#device")).await;
    page = agent.follow(page, "").await;
    let page = press(agent, &page, "allow").await;
    assert_eq!(page.status, 200, "{}", page.dump());
}
