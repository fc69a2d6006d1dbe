//! Tests of mail delivery: queued in the transaction, sent by the worker, retried, abandoned.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use doorward_store::repo;
use doorward_testkit::smtp::{mail_server, mail_server_after};
use doorward_testkit::stack::METRICS;
use doorward_testkit::{Backend, Stack, UserAgent, flows, flows_with};

use crate::support::register;

const VERIFY_EMAIL: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];

flows_with!(VERIFY_EMAIL; dev_inbox_shows_sent_mails);
flows!(no_mail_is_sent_without_verification);

fn with_server(answers: Vec<&'static str>, check: impl AsyncFnOnce(&Stack, Receiver<String>)) {
    let (url, messages) = mail_server(answers);
    let settings = [("DOORWARD_SMTP_URL", url.as_str())];
    doorward_testkit::stack::run_with(Backend::SqliteMemory, &settings, async |stack| {
        check(stack, messages).await;
    });
}

/// Returns the token of the link in a message.
fn token_of(message: &str) -> String {
    // Soft line breaks and the encoded equals sign (RFC 2045 §6.7).
    let plain = message.replace("=\r\n", "").replace("=3D", "=");
    let (_, rest) = plain.split_once("token=").expect("a link");
    rest[..43].to_owned()
}

/// Returns true if the files of a SQLite database contain these bytes.
fn holds(url: &str, needle: &[u8]) -> bool {
    let path = url.strip_prefix("sqlite://").expect("a file");
    let mut read = 0;
    let found = ["", "-wal"].iter().any(|suffix| {
        let bytes = std::fs::read(format!("{path}{suffix}")).unwrap_or_default();
        read += bytes.len();
        bytes.windows(needle.len()).any(|window| window == needle)
    });
    assert!(read > 10_000, "the files were not read");
    found
}

const TIMEOUT: Duration = Duration::from_secs(20);

#[test]
fn mail_is_sent_by_smtp_with_both_parts() {
    with_server(Vec::new(), async |stack, messages| {
        // With a mail server, e-mail verification is required unless the operator disables it.
        register(stack, &UserAgent::new(), "newcomer", "newcomer@example.org").await;
        let message = messages.recv_timeout(TIMEOUT).expect("a message");
        for line in [
            "To: newcomer@example.org",
            "Subject: Confirm your email address",
            "Auto-Submitted: auto-generated",
            "multipart/alternative",
        ] {
            assert!(message.contains(line), "{line}: {message}");
        }
        stack.wait_for_jobs().await;
        // The mail was sent; the development inbox does not exist.
        let page = UserAgent::new().get(stack.at("/dev/mail")).await;
        assert_eq!(page.status, 404);
    });
}

/// Checks an internationalized domain and local part with a server without SMTPUTF8 (RFC 6531): mail
/// is sent to the first, and the second is rejected when it is entered.
#[test]
fn internationalized_addresses_need_no_smtputf8() {
    with_server(Vec::new(), async |stack, messages| {
        let agent = UserAgent::new();
        let page = register(stack, &agent, "second", "zoë@example.org").await;
        assert_eq!(page.status, 422, "{}", page.dump());
        let words = page.text();
        assert!(words.contains("characters before the @"), "{words}");
        register(
            stack,
            &UserAgent::new(),
            "newcomer",
            "newcomer@müller.example",
        )
        .await;
        let message = messages.recv_timeout(TIMEOUT).expect("a message");
        let to = "To: newcomer@xn--mller-kva.example";
        assert!(message.contains(to), "{message}");
        stack.wait_for_jobs().await;
        let db = stack.db().await;
        assert_eq!(repo::jobs::count_failed(db.read()).await.unwrap(), 0);
    });
}

#[test]
fn temporarily_rejected_mail_is_retried() {
    with_server(vec!["451 later"], async |stack, messages| {
        register(stack, &UserAgent::new(), "newcomer", "newcomer@example.org").await;
        let first = messages.recv_timeout(TIMEOUT).expect("a message");
        assert!(
            messages.recv_timeout(Duration::from_secs(3)).is_err(),
            "no immediate retry"
        );
        // A queued mail is encrypted: the database does not contain the link.
        let token = token_of(&first);
        assert!(!holds(&stack.storage().identity, token.as_bytes()));
        stack.clock.advance(11);
        let second = messages.recv_timeout(TIMEOUT).expect("the retried message");
        let id = |message: &str| {
            let line = message.lines().find(|line| line.starts_with("Message-ID"));
            line.expect("a Message-ID").to_owned()
        };
        assert_eq!(id(&first), id(&second), "the same mail");
        stack.wait_for_jobs().await;
        let db = stack.db().await;
        assert_eq!(repo::jobs::count_failed(db.read()).await.unwrap(), 0);
    });
}

/// Checks that a permanent code is final only for the message: here the server rejects the session.
#[test]
fn mail_is_retried_after_rejected_sessions() {
    let (url, messages) = mail_server_after(vec!["554 5.7.1 not you"; 2], Vec::new());
    let settings = [("DOORWARD_SMTP_URL", url.as_str()), METRICS];
    doorward_testkit::stack::run_with(Backend::SqliteMemory, &settings, async |stack| {
        register(stack, &UserAgent::new(), "newcomer", "newcomer@example.org").await;
        for (attempt, wait) in [(1, 11), (2, 61)] {
            let delayed = format!("doorward_mails_total{{result=\"delayed\"}} {attempt}\n");
            let start = Instant::now();
            while !stack.metrics().await.contains(&delayed) {
                assert!(start.elapsed() < TIMEOUT, "{}", stack.metrics().await);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            stack.clock.advance(wait);
        }
        messages.recv_timeout(TIMEOUT).expect("a message");
        stack.wait_for_jobs().await;
        let db = stack.db().await;
        assert_eq!(repo::jobs::count_failed(db.read()).await.unwrap(), 0);
    });
}

#[test]
fn permanently_rejected_mail_is_abandoned() {
    with_server(vec!["550 no such person"], async |stack, messages| {
        register(stack, &UserAgent::new(), "newcomer", "newcomer@example.org").await;
        messages.recv_timeout(TIMEOUT).expect("a message");
        stack.wait_for_jobs().await;
        stack.clock.advance(86_400);
        assert!(
            messages.recv_timeout(Duration::from_secs(3)).is_err(),
            "no further attempt"
        );
        let db = stack.db().await;
        assert_eq!(repo::jobs::count_failed(db.read()).await.unwrap(), 1);
    });
}

async fn dev_inbox_shows_sent_mails(stack: &Stack) {
    let agent = UserAgent::new();
    register(stack, &agent, "newcomer", "newcomer@example.org").await;
    stack.wait_for_jobs().await;
    let inbox = agent.get(stack.at("/dev/mail")).await;
    assert_eq!(inbox.status, 200, "{}", inbox.dump());
    let words = inbox.text_of(".rows").expect("mails");
    assert!(words.contains("Confirm your email address"), "{words}");
    assert!(words.contains("newcomer@example.org"));
    let json = agent.get(stack.at("/dev/mail?format=json")).await.json();
    let id = json[0]["id"].as_str().expect("an id");
    let mail = agent.get(stack.at(&format!("/dev/mail/{id}"))).await;
    assert!(
        mail.has("#open[href^='/verify-email?token=']"),
        "{}",
        mail.dump()
    );
    let html = agent.get(stack.at(&format!("/dev/mail/{id}/html"))).await;
    let policy = html.header("content-security-policy").unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"));
    let page = agent.get(stack.at("/dev/mail/nonsense")).await;
    assert_eq!(page.status, 404);
}

async fn no_mail_is_sent_without_verification(stack: &Stack) {
    let agent = UserAgent::new();
    let page = register(stack, &agent, "newcomer", "newcomer@example.org").await;
    assert_eq!(page.status, 303, "{}", page.dump());
    assert!(crate::support::is_signed_in(stack, &agent).await);
    assert!(stack.mails("newcomer@example.org").await.is_empty());
}
