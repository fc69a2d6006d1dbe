//! A mail server that accepts everything (RFC 5321).

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

/// Starts a mail server with these responses to the end of `DATA`. Returns its URL and the received
/// messages.
pub fn mail_server(answers: Vec<&'static str>) -> (String, Receiver<String>) {
    mail_server_after(Vec::new(), answers)
}

/// Starts a mail server like [`mail_server`], which first rejects as many sessions with these greetings.
pub fn mail_server_after(
    mut greetings: Vec<&'static str>,
    mut answers: Vec<&'static str>,
) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("smtp://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if !greetings.is_empty() {
                let _ = write!(&stream, "{}\r\n", greetings.remove(0));
                continue;
            }
            while let Some(message) = take(&stream) {
                let answer = if answers.is_empty() {
                    "250 taken"
                } else {
                    answers.remove(0)
                };
                let _ = write!(&stream, "{answer}\r\n");
                if sender.send(message).is_err() {
                    return;
                }
            }
        }
    });
    (url, receiver)
}

/// Reads one message of an SMTP session (RFC 5321 §3.3), up to the response to its end.
fn take(mut stream: &TcpStream) -> Option<String> {
    let mut lines = BufReader::new(stream);
    let mut line = String::new();
    let _ = write!(stream, "220 test\r\n");
    loop {
        line.clear();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let command = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer = match command.as_str() {
            "DATA" => break,
            "QUIT" => "221 bye",
            // RFC 4954: any password is accepted.
            "EHLO" => "250-test\r\n250 AUTH PLAIN",
            "AUTH" => "235 come in",
            _ => "250 ok",
        };
        let _ = write!(stream, "{answer}\r\n");
    }
    let _ = write!(stream, "354 go on\r\n");
    let mut message = String::new();
    loop {
        line.clear();
        lines.read_line(&mut line).ok()?;
        if line == ".\r\n" {
            return Some(message);
        }
        message.push_str(&line);
    }
}
