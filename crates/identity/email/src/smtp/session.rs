//! A session with a mail server (RFC 5321 §3), command by command: an error names its command, which
//! decides whether another attempt may succeed.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use doorward_domain::model::job::SendError;
use lettre::Message;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::time::timeout;

use super::reply::{Command, Reply, ReplyLine, is_final};

/// The timeout of a response to one command.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// The timeout of the response to `QUIT`, which changes nothing.
const FAREWELL: Duration = Duration::from_secs(2);
/// The maximum length of a reply, in bytes.
const MAX_REPLY: u64 = 100_000;

/// A plain or an encrypted connection.
pub(super) trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Connection for T {}

pub(super) struct Credentials {
    pub user: String,
    pub password: String,
}

/// The failure of a command.
#[derive(Debug)]
pub(super) struct Failure {
    pub command: Command,
    pub cause: Cause,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Cause {
    #[error("{0}")]
    Rejected(Reply),
    #[error("no response in time")]
    Timeout,
    #[error("{0}")]
    Other(String),
}

impl Failure {
    pub(super) fn new(command: Command, cause: impl std::fmt::Display) -> Self {
        let cause = Cause::Other(cause.to_string());
        Self { command, cause }
    }

    pub(super) const fn timeout(command: Command) -> Self {
        let cause = Cause::Timeout;
        Self { command, cause }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.command, self.cause)
    }
}

impl From<Failure> for SendError {
    /// The text of the server goes to the log and the job, never to users.
    fn from(failure: Failure) -> Self {
        let text = failure.to_string();
        match failure.cause {
            Cause::Timeout => Self::Unanswered(text),
            Cause::Rejected(reply) if is_final(failure.command, reply.code) => Self::Never(text),
            Cause::Rejected(_) | Cause::Other(_) => Self::Later(text),
        }
    }
}

type Outcome<T = ()> = Result<T, Failure>;

/// A session after its greeting.
pub(super) struct Session {
    stream: BufReader<Box<dyn Connection>>,
    /// The extensions of the server (RFC 5321 §4.1.1.1), in capitals; none after `HELO`.
    extensions: Vec<String>,
}

impl Session {
    /// Reads the greeting, and introduces this server.
    pub(super) async fn begin(stream: Box<dyn Connection>, hello: &str) -> Outcome<Self> {
        let mut session = Self {
            stream: BufReader::new(stream),
            extensions: Vec::new(),
        };
        let greeting = session.reply(Command::Connect).await?;
        session.accepted(Command::Connect, greeting).await?;
        session.hello(hello).await?;
        Ok(session)
    }

    /// Introduces this server again on an encrypted connection (RFC 3207 §4.2).
    pub(super) async fn resume(stream: Box<dyn Connection>, hello: &str) -> Outcome<Self> {
        let mut session = Self {
            stream: BufReader::new(stream),
            extensions: Vec::new(),
        };
        session.hello(hello).await?;
        Ok(session)
    }

    /// Sends `EHLO`, and `HELO` to a server that does not know it (RFC 5321 §3.2).
    async fn hello(&mut self, name: &str) -> Outcome {
        let reply = self
            .exchange(Command::Ehlo, &format!("EHLO {name}"))
            .await?;
        if matches!(reply.code, 500 | 502 | 504) {
            let reply = self
                .exchange(Command::Ehlo, &format!("HELO {name}"))
                .await?;
            return self.accepted(Command::Ehlo, reply).await.map(|_| ());
        }
        let reply = self.accepted(Command::Ehlo, reply).await?;
        let lines = reply.lines.iter().skip(1);
        self.extensions = lines.map(|line| line.to_ascii_uppercase()).collect();
        Ok(())
    }

    fn supports(&self, keyword: &str) -> bool {
        let mut extensions = self.extensions.iter();
        extensions.any(|line| line.split(' ').next() == Some(keyword))
    }

    /// Asks for TLS, and returns the connection to encrypt.
    pub(super) async fn start_tls(mut self) -> Outcome<Box<dyn Connection>> {
        let command = Command::StartTls;
        if !self.supports("STARTTLS") {
            return self
                .end(Failure::new(command, "the server does not offer it"))
                .await;
        }
        self.ask(command, "STARTTLS").await?;
        // Bytes that came with the reply would be read as if they had been encrypted.
        if !self.stream.buffer().is_empty() {
            return Err(Failure::new(command, "unexpected text after the reply"));
        }
        Ok(self.stream.into_inner())
    }

    pub(super) fn offers_tls(&self) -> bool {
        self.supports("STARTTLS")
    }

    /// Authenticates with PLAIN (RFC 4616) or LOGIN.
    pub(super) async fn authenticate(&mut self, credentials: &Credentials) -> Outcome {
        let command = Command::Auth;
        let Credentials { user, password } = credentials;
        let offers = |mechanism: &str| {
            let mut lines = self.extensions.iter();
            // Some servers write `AUTH=`.
            lines.any(|line| {
                let mut words = line.split([' ', '=']);
                words.next() == Some("AUTH") && words.any(|word| word == mechanism)
            })
        };
        let plain = BASE64.encode(format!("\0{user}\0{password}"));
        let (first, mut answers) = if offers("PLAIN") {
            // Some servers ask for what was sent.
            (format!("AUTH PLAIN {plain}"), vec![plain])
        } else if offers("LOGIN") {
            let answers = vec![BASE64.encode(password), BASE64.encode(user)];
            ("AUTH LOGIN".to_owned(), answers)
        } else {
            let problem = "the server offers neither PLAIN nor LOGIN";
            return self.end(Failure::new(command, problem)).await;
        };
        let mut reply = self.exchange(command, &first).await?;
        while reply.code == 334
            && let Some(answer) = answers.pop()
        {
            reply = self.exchange(command, &answer).await?;
        }
        self.accepted(command, reply).await.map(|_| ())
    }

    /// Sends a message, and ends the session.
    pub(super) async fn send(&mut self, message: &Message) -> Outcome {
        let (envelope, content) = (message.envelope(), message.formatted());
        let from = envelope.from().map(ToString::to_string).unwrap_or_default();
        let mut mail = format!("MAIL FROM:<{from}>");
        let is_ascii = from.is_ascii() && envelope.to().iter().all(|to| to.to_string().is_ascii());
        if !is_ascii {
            if !self.supports("SMTPUTF8") {
                let problem = "the server does not support addresses beyond ASCII (SMTPUTF8)";
                return self.end(Failure::new(Command::Mail, problem)).await;
            }
            mail.push_str(" SMTPUTF8");
        }
        if !content.is_ascii() {
            if !self.supports("8BITMIME") {
                let problem = "the server does not support text beyond ASCII (8BITMIME)";
                return self.end(Failure::new(Command::Mail, problem)).await;
            }
            mail.push_str(" BODY=8BITMIME");
        }
        self.ask(Command::Mail, &mail).await?;
        for to in envelope.to() {
            self.ask(Command::Rcpt, &format!("RCPT TO:<{to}>")).await?;
        }
        let reply = self.exchange(Command::Data, "DATA").await?;
        if reply.code != 354 {
            let cause = Cause::Rejected(reply);
            let command = Command::Data;
            return self.end(Failure { command, cause }).await;
        }
        self.write(Command::Content, &with_dots(&content)).await?;
        let reply = self.reply(Command::Content).await?;
        self.accepted(Command::Content, reply).await?;
        self.quit().await;
        Ok(())
    }

    /// Ends the session. Its result is settled, so that it does not matter whether the server answers.
    pub(super) async fn quit(&mut self) {
        let farewell = self.exchange(Command::Connect, "QUIT");
        let _ = timeout(FAREWELL, farewell).await;
    }

    async fn end<T>(&mut self, failure: Failure) -> Outcome<T> {
        self.quit().await;
        Err(failure)
    }

    /// Sends a command that the server must accept.
    async fn ask(&mut self, command: Command, line: &str) -> Outcome<Reply> {
        let reply = self.exchange(command, line).await?;
        self.accepted(command, reply).await
    }

    /// Ends the session after a reply that does not accept the command.
    async fn accepted(&mut self, command: Command, reply: Reply) -> Outcome<Reply> {
        if reply.is_positive() {
            return Ok(reply);
        }
        let cause = Cause::Rejected(reply);
        self.end(Failure { command, cause }).await
    }

    async fn exchange(&mut self, command: Command, line: &str) -> Outcome<Reply> {
        let line = format!("{line}\r\n");
        self.write(command, line.as_bytes()).await?;
        self.reply(command).await
    }

    async fn write(&mut self, command: Command, bytes: &[u8]) -> Outcome {
        let stream = self.stream.get_mut();
        let written = timeout(PATIENCE, async {
            stream.write_all(bytes).await?;
            stream.flush().await
        });
        match written.await {
            Ok(result) => result.map_err(|error| Failure::new(command, error)),
            Err(_) => Err(Failure::timeout(command)),
        }
    }

    async fn reply(&mut self, command: Command) -> Outcome<Reply> {
        let read = timeout(PATIENCE, self.read_reply());
        match read.await {
            Ok(result) => result.map_err(|problem| Failure::new(command, problem)),
            Err(_) => Err(Failure::timeout(command)),
        }
    }

    async fn read_reply(&mut self) -> Result<Reply, String> {
        let (mut lines, mut left) = (Vec::new(), MAX_REPLY);
        loop {
            let mut line = Vec::new();
            let mut bounded = (&mut self.stream).take(left);
            let read = bounded.read_until(b'\n', &mut line).await;
            let read = read.map_err(|error| error.to_string())?;
            if read == 0 {
                return Err("the server closed the connection".to_owned());
            }
            left = left.saturating_sub(read as u64);
            let line = ReplyLine::parse(&line);
            let Some(line) = line.filter(|_| left > 0) else {
                return Err("the reply is none of RFC 5321".to_owned());
            };
            lines.push(line.text);
            if line.is_last {
                let code = line.code;
                return Ok(Reply { code, lines });
            }
        }
    }
}

/// Returns the message with its end, and a further dot before each line that begins with one (RFC 5321
/// §4.5.2).
fn with_dots(message: &[u8]) -> Vec<u8> {
    let mut sent = Vec::with_capacity(message.len() + 64);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            sent.push(b'.');
        }
        sent.extend_from_slice(line);
    }
    if !sent.ends_with(b"\r\n") {
        sent.extend_from_slice(b"\r\n");
    }
    sent.extend_from_slice(b".\r\n");
    sent
}

#[cfg(test)]
mod tests;
