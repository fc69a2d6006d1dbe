//! Trial: the mail server rejects every message for thirty hours. After its return every recipient gets
//! one valid message, or is named.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use doorward_testkit::smtp::mail_server;
use doorward_testkit::stack::METRICS;
use doorward_testkit::{Backend, Stack, UserAgent};
use url::Url;

use super::support::{browser, confirmed, open};
use super::system::SYSTEM;
use crate::admin::world::World;

const PATIENCE: Duration = Duration::from_secs(20);
const HOUR: i64 = 60 * 60;

/// Receives this many messages; returns them with their recipients.
fn receive(messages: &Receiver<String>, count: usize) -> Vec<(String, String)> {
    let next = || {
        let message = messages.recv_timeout(PATIENCE).expect("a message");
        // Soft line breaks and the encoded equals sign (RFC 2045 §6.7).
        let plain = message.replace("=\r\n", "").replace("=3D", "=");
        let to = plain.lines().find_map(|line| line.strip_prefix("To: "));
        (to.expect("a recipient").trim().to_owned(), plain)
    };
    let mut found: Vec<_> = std::iter::repeat_with(next).take(count).collect();
    found.sort();
    found
}

fn recipients(messages: &[(String, String)]) -> Vec<&str> {
    messages.iter().map(|(to, _)| to.as_str()).collect()
}

async fn submit(stack: &Stack, path: &str, form: &str, identifier: &str) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at(path)).await;
    let form = page.form(form).with("identifier", identifier);
    let page = agent.submit(&form).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

/// Waits until the results of so many attempts are stored.
async fn wait_for(stack: &Stack, result: &str, count: u32) {
    let line = format!("doorward_mails_total{{result=\"{result}\"}} {count}\n");
    let start = Instant::now();
    while !stack.metrics().await.contains(&line) {
        assert!(
            start.elapsed() < PATIENCE,
            "{line}: {}",
            stack.metrics().await
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Returns the link in a message.
fn link(stack: &Stack, message: &str) -> Url {
    let start = format!("{}/reset-password?token=", stack.issuer());
    let at = message.find(&start).expect("a link");
    let rest = &message[at..];
    Url::parse(&rest[..start.len() + 43]).unwrap()
}

#[test]
fn after_thirty_hours_each_recipient_gets_valid_mail_or_is_named() {
    let (url, messages) = mail_server(vec!["451 not now"; 6]);
    let settings = [
        METRICS,
        ("DOORWARD_SMTP_URL", url.as_str()),
        ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "false"),
        ("DOORWARD__LOGIN__EMAIL_CODE", "true"),
    ];
    doorward_testkit::stack::run_with(Backend::SqliteMemory, &settings, async |stack: &Stack| {
        let world = World::new(stack).await;
        let address = |name: &str| format!("{name}@example.org");
        let (alice, bob, mona) = (address("alice"), address("bob"), address("mona"));
        submit(stack, "/forgot-password", "#forgot", "alice").await;
        submit(stack, "/forgot-password", "#forgot", "bob").await;
        let first = receive(&messages, 2);
        assert_eq!(recipients(&first), [&alice, &bob]);
        // A second request replaces the first link.
        submit(stack, "/forgot-password", "#forgot", "bob").await;
        submit(stack, "/login/email", "#email-ask", "mona").await;
        assert_eq!(recipients(&receive(&messages, 2)), [&bob, &mona]);
        wait_for(stack, "delayed", 4).await;

        stack.clock.advance(30 * HOUR);
        // The message with the replaced link and the one with the code are not sent.
        let late = receive(&messages, 2);
        assert_eq!(recipients(&late), [&alice, &bob]);
        for (result, count) in [("delayed", 6), ("failed", 1), ("useless", 1)] {
            wait_for(stack, result, count).await;
        }
        let admin = browser(stack, "admin").await;
        let page = open(stack, &admin, SYSTEM).await;
        assert!(page.text().contains("451"), "{}", page.dump());

        stack.clock.advance(3 * HOUR);
        let sent = receive(&messages, 2);
        assert_eq!(recipients(&sent), [&alice, &bob]);
        stack.wait_for_jobs().await;
        for (to, message) in &sent {
            let agent = UserAgent::new();
            let page = agent.get(link(stack, message)).await;
            let page = agent.follow(page, "").await;
            assert_eq!(page.status, 200, "{to}: {}", page.dump());
            page.form("#new-password");
        }
        let admin = browser(stack, "admin").await;
        let page = open(stack, &admin, SYSTEM).await;
        assert!(!page.text().contains("451"), "{}", page.dump());
        // Only the code is lost, and its recipient is named.
        let failed = format!("{SYSTEM}/jobs?state=failed");
        let page = open(stack, &admin, &failed).await;
        assert_eq!(page.texts_of("tbody tr").len(), 1, "{}", page.dump());
        let text = page.text();
        assert!(text.contains(&mona) && text.contains("has ended"), "{text}");
        let retry = format!("{SYSTEM}/jobs/retry");
        confirmed(stack, &admin, &retry, "The jobs are tried again.").await;
        let change = "failed jobs retried";
        assert!(world.has_event("system.changed", "admin", change).await);
    });
}
