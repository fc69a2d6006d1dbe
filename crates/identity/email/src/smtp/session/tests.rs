//! A mail server with a script: what each of its replies leads to.

use std::sync::{Arc, Mutex};

use doorward_domain::model::job::SendError;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use crate::delivery::{Mail, Mailer as _};
use crate::smtp::SmtpMailer;
use crate::smtp::reply::{Command, is_final};

use super::with_dots;

/// The name of a command in the script.
fn name(command: Command) -> &'static str {
    match command {
        Command::Connect => "",
        Command::Ehlo => "EHLO",
        Command::StartTls => "STARTTLS",
        Command::Auth => "AUTH",
        Command::Mail => "MAIL",
        Command::Rcpt => "RCPT",
        Command::Data => "DATA",
        Command::Content => ".",
    }
}

/// The replies that differ from those of a server that accepts everything, by the command
/// that they answer; the greeting answers an empty one.
type Script = &'static [(&'static str, &'static str)];

fn reply_to(script: &[(String, String)], line: &str) -> String {
    let word = line.split(' ').next().unwrap_or_default();
    let scripted = script.iter().find(|(name, _)| name == word);
    let usual = match word {
        "" => "220 mail.example",
        "EHLO" => "250-mail.example\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN",
        "AUTH" => "235 2.7.0 accepted",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ => "250 2.0.0 ok",
    };
    scripted.map_or_else(|| usual.to_owned(), |(_, reply)| reply.clone())
}

/// Answers one session. Returns its lines, without the message.
async fn answer(
    listener: TcpListener,
    script: Vec<(String, String)>,
    seen: Arc<Mutex<Vec<String>>>,
) {
    let (stream, _) = listener.accept().await.unwrap();
    let mut stream = BufReader::new(stream);
    let (mut line, mut in_message) = (String::new(), false);
    loop {
        let text = line.trim_end_matches(['\r', '\n']).to_owned();
        if !in_message || text == "." {
            in_message = text == "DATA" && reply_to(&script, &text).starts_with("354");
            let reply = reply_to(&script, &text) + "\r\n";
            seen.lock().unwrap().push(text.clone());
            if stream.write_all(reply.as_bytes()).await.is_err() || text == "QUIT" {
                return;
            }
        }
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
    }
}

/// Sends a message to a server with this script. Returns the result, and the lines of the session.
async fn send(script: &[(&str, &str)], address: &str) -> (Result<(), SendError>, Vec<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = script
        .iter()
        .map(|(name, reply)| ((*name).to_owned(), (*reply).to_owned()))
        .collect();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let server = tokio::spawn(answer(listener, script, Arc::clone(&seen)));
    let address = address.replace("HOST", &format!("127.0.0.1:{port}"));
    let mailer = SmtpMailer::open(&address, "no-reply@id.example", "id.example").unwrap();
    let mail = Mail {
        message_id: "0199@id.example".to_owned(),
        to: "alice@example.com".to_owned(),
        subject: "Hello".to_owned(),
        text: "Hello".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        picture: None,
        sent_at: 1_800_000_000,
    };
    let result = mailer.send(&mail).await;
    server.await.unwrap();
    let lines = seen.lock().unwrap().clone();
    (result, lines)
}

const PLAIN: &str = "smtp://user:pass@HOST";

/// The matrix of command, code and what follows. Each reply ends the session, and the error names the
/// command.
#[tokio::test]
async fn reply_ends_attempt_or_message() {
    let codes = [
        421, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504, 521, 523, 530, 534, 535, 538, 550,
        551, 552, 553, 554, 555, 556,
    ];
    for command in Command::ALL {
        let address = match command {
            Command::StartTls => "smtp://user:pass@HOST?tls=required",
            _ => PLAIN,
        };
        for code in codes {
            let reply = format!("{code} 5.5.5 no");
            // A server that knows no EHLO may know HELO.
            let script = [(name(command), reply.as_str()), ("HELO", reply.as_str())];
            let (result, lines) = send(&script, address).await;
            let error = result.unwrap_err();
            let is_never = matches!(error, SendError::Never(_));
            assert_eq!(
                is_never,
                is_final(command, code),
                "{command} {code}: {error}"
            );
            assert!(is_never || matches!(error, SendError::Later(_)), "{error}");
            let text = error.to_string();
            let expected = format!("{command}: {code} 5.5.5 no");
            assert!(text.contains(&expected), "{text}");
            assert_eq!(lines.last().unwrap(), "QUIT", "{command} {code}");
        }
    }
}

#[tokio::test]
async fn usual_session_sends_message() {
    let (result, lines) = send(&[], PLAIN).await;
    result.unwrap();
    let expected = [
        "",
        "EHLO id.example",
        "AUTH PLAIN AHVzZXIAcGFzcw==",
        "MAIL FROM:<no-reply@id.example>",
        "RCPT TO:<alice@example.com>",
        "DATA",
        ".",
        "QUIT",
    ];
    assert_eq!(lines, expected);
}

/// Habits of mail servers that RFC 5321 allows, or that clients have to live with.
#[tokio::test]
async fn habits_of_servers_are_accepted() {
    let with_password: [Script; 8] = [
        // §4.2: a reply without text.
        &[("", "220"), ("MAIL", "250"), ("DATA", "354"), (".", "250")],
        &[("", "220-first\r\n220-\r\n220 last")],
        &[("RCPT", "251 user not local; will forward")],
        &[("RCPT", "252 cannot verify, will try")],
        // Capitals are not required (§2.4).
        &[("EHLO", "250-mail.example\r\n250 auth plain")],
        &[("EHLO", "250-mail.example\r\n250-SIZE 1\r\n250 AUTH=PLAIN")],
        // No initial response (RFC 4954 §4).
        &[("AUTH", "334 "), ("AHVzZXIAcGFzcw==", "235 ok")],
        &[
            ("EHLO", "250-mail.example\r\n250 AUTH LOGIN"),
            ("AUTH", "334 VXNlcm5hbWU6"),
            ("dXNlcg==", "334 any text"),
            ("cGFzcw==", "235 ok"),
        ],
    ];
    for script in with_password {
        let (result, lines) = send(script, PLAIN).await;
        assert!(result.is_ok(), "{script:?}: {result:?} {lines:?}");
    }
    // §3.2: HELO for a server that does not know EHLO.
    for reply in ["500 what", "502 not implemented", "504 no"] {
        let (result, lines) = send(&[("EHLO", reply)], "smtp://HOST").await;
        result.unwrap();
        assert_eq!(lines[2], "HELO id.example");
    }
}

/// A session that cannot be continued is tried again, and sends neither password nor message.
#[tokio::test]
async fn unusable_sessions_are_tried_again() {
    let required = "smtp://user:pass@HOST?tls=required";
    let rows: [(Script, &str, &str); 8] = [
        (&[("", "hello")], PLAIN, "the connection: the reply is none"),
        (
            &[("EHLO", "250 mail.example")],
            PLAIN,
            "AUTH: the server offers neither",
        ),
        (
            &[("EHLO", "502 no")],
            PLAIN,
            "AUTH: the server offers neither",
        ),
        (
            &[("EHLO", "250-mail.example\r\n250 AUTH NTLM")],
            PLAIN,
            "AUTH: the server offers",
        ),
        (
            &[("EHLO", "250 mail.example")],
            required,
            "STARTTLS: the server does not offer it",
        ),
        (
            &[("STARTTLS", "220 go\r\n250 injected")],
            required,
            "STARTTLS: unexpected text",
        ),
        (
            &[("AUTH", "334 "), ("AHVzZXIAcGFzcw==", "334 ")],
            PLAIN,
            "AUTH: 334",
        ),
        (&[("DATA", "250 ok")], PLAIN, "DATA: 250 ok"),
    ];
    for (script, address, expected) in rows {
        let (result, lines) = send(script, address).await;
        let Err(SendError::Later(text)) = &result else {
            panic!("{script:?}: {result:?} {lines:?}");
        };
        assert!(text.contains(expected), "{text}");
        assert!(!lines.contains(&".".to_owned()), "{lines:?}");
    }
}

#[test]
fn lines_with_dots_are_not_the_end() {
    for (message, sent) in [
        ("a\r\n", "a\r\n.\r\n"),
        ("a", "a\r\n.\r\n"),
        (".\r\n", "..\r\n.\r\n"),
        ("a\r\n.b\r\n..\r\nc.\r\n", "a\r\n..b\r\n...\r\nc.\r\n.\r\n"),
    ] {
        let sent = sent.as_bytes();
        assert_eq!(with_dots(message.as_bytes()), sent, "{message:?}");
    }
}
