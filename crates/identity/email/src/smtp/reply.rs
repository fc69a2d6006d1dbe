//! Replies of a mail server (RFC 5321 §4.2), and what follows from them.

use std::fmt;

/// A command of a session; the greeting is the reply to the connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Command {
    Connect,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// The end of the message.
    Content,
}

impl Command {
    #[cfg(test)]
    pub(super) const ALL: [Self; 8] = [
        Self::Connect,
        Self::Ehlo,
        Self::StartTls,
        Self::Auth,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Content,
    ];

    /// Returns true if the reply to this command is about the message or its recipient. The replies to
    /// all others are about the session: the server, its sender address, the password.
    const fn concerns_message(self) -> bool {
        matches!(self, Self::Rcpt | Self::Content)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the connection",
            Self::Ehlo => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL FROM",
            Self::Rcpt => "RCPT TO",
            Self::Data => "DATA",
            Self::Content => "the message",
        })
    }
}

/// Codes that are about the session whatever the command was: unknown or misplaced commands (RFC 5321
/// §4.2.2), a host that takes no mail (RFC 7504), and authentication (RFC 4954 §6).
const OF_SESSION: [u16; 8] = [500, 502, 503, 521, 530, 534, 535, 538];

/// Returns true if a reply rejects the message for every later attempt too: a permanent rejection (RFC
/// 5321 §4.2.1) of the recipient or of the content. After any other the next attempt may succeed, when
/// the operator or the server has corrected the session.
pub(super) fn is_final(command: Command, code: u16) -> bool {
    command.concerns_message() && (500..600).contains(&code) && !OF_SESSION.contains(&code)
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Reply {
    pub code: u16,
    /// The text of each line.
    pub lines: Vec<String>,
}

/// A line of a reply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ReplyLine {
    pub code: u16,
    pub text: String,
    pub is_last: bool,
}

impl ReplyLine {
    /// Parses a line, with its end. The text and the space before it are optional in the last line, as
    /// in `220` (RFC 5321 §4.2). Bytes outside of UTF-8 are replaced.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (code, rest) = line.split_at_checked(3)?;
        let code = code.iter().try_fold(0, |code: u16, digit| {
            digit
                .is_ascii_digit()
                .then(|| code * 10 + u16::from(digit - b'0'))
        })?;
        if !(200..600).contains(&code) {
            return None;
        }
        let (is_last, text) = match rest.split_first() {
            None => (true, rest),
            Some((b' ' | b'\t', text)) => (true, text),
            Some((b'-', text)) => (false, text),
            Some(_) => return None,
        };
        Some(Self {
            code,
            text: String::from_utf8_lossy(text).trim().to_owned(),
            is_last,
        })
    }
}

impl Reply {
    pub(super) const fn is_positive(&self) -> bool {
        matches!(self.code, 200..300)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        for line in self.lines.iter().filter(|line| !line.is_empty()) {
            write!(f, " {line}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
