//! The first message of a TLS client (RFC 8446 §4.1.2), read before the handshake: a challenge names
//! its host and its protocol there, and gets another certificate.

/// Types of the record, the message and the extensions.
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_NAME: u16 = 0;
const PROTOCOLS: u16 = 16;

/// The parts of a message that choose the certificate.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct ClientHello {
    pub server_name: Option<String>,
    pub protocols: Vec<Vec<u8>>,
}

/// The result of reading the first bytes of a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Hello {
    /// More bytes must arrive.
    Incomplete,
    /// OpenSSL reports the error.
    Unreadable,
    Read(ClientHello),
}

/// Reads the first bytes of a connection. The message may extend over several records.
pub(crate) fn read(mut bytes: &[u8]) -> Hello {
    let mut message = Vec::new();
    let end = loop {
        let end = message_length(&message).map(|length| 4 + length);
        if end.is_some() && message.first() != Some(&CLIENT_HELLO) {
            return Hello::Unreadable;
        }
        if let Some(end) = end.filter(|end| message.len() >= *end) {
            break end;
        }
        if record(&mut bytes, &mut message).is_none() {
            return incomplete_or_unreadable(bytes);
        }
    };
    let read = Reader(&message[4..end]).client_hello();
    read.map_or(Hello::Unreadable, Hello::Read)
}

fn incomplete_or_unreadable(rest: &[u8]) -> Hello {
    if rest.first().is_none_or(|kind| *kind == HANDSHAKE) {
        Hello::Incomplete
    } else {
        Hello::Unreadable
    }
}

fn message_length(message: &[u8]) -> Option<usize> {
    let [_, a, b, c] = *message.get(..4)? else {
        return None;
    };
    Some((usize::from(a) << 16) | (usize::from(b) << 8) | usize::from(c))
}

/// Moves the content of the next record to the message; `None` if it is not complete, or no part of
/// a handshake.
fn record(bytes: &mut &[u8], message: &mut Vec<u8>) -> Option<()> {
    let [HANDSHAKE, _, _, a, b] = *bytes.get(..5)? else {
        return None;
    };
    let length = (usize::from(a) << 8) | usize::from(b);
    let content = bytes.get(5..5 + length)?;
    message.extend_from_slice(content);
    *bytes = &bytes[5 + length..];
    Some(())
}

/// Reads fields of a message from its front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(front)
    }

    /// Reads a number of this many bytes.
    fn number(&mut self, size: usize) -> Option<usize> {
        let bytes = self.take(size)?;
        Some(
            bytes
                .iter()
                .fold(0, |sum, byte| (sum << 8) | usize::from(*byte)),
        )
    }

    /// Reads a field after its length of this many bytes.
    fn field(&mut self, size: usize) -> Option<Reader<'a>> {
        let length = self.number(size)?;
        self.take(length).map(Reader)
    }

    fn client_hello(mut self) -> Option<ClientHello> {
        let mut hello = ClientHello::default();
        // Version and random number.
        self.take(2 + 32)?;
        self.field(1)?;
        self.field(2)?;
        self.field(1)?;
        if self.0.is_empty() {
            return Some(hello);
        }
        let mut extensions = self.field(2)?;
        while !extensions.0.is_empty() {
            let kind = u16::try_from(extensions.number(2)?).ok()?;
            let content = extensions.field(2)?;
            match kind {
                SERVER_NAME => hello.server_name = content.server_name(),
                PROTOCOLS => hello.protocols = content.protocols()?,
                _ => {}
            }
        }
        Some(hello)
    }

    /// Reads the host name (RFC 6066 §3).
    fn server_name(mut self) -> Option<String> {
        let mut names = self.field(2)?;
        let kind = names.number(1)?;
        let name = names.field(2)?;
        let text = std::str::from_utf8(name.0).ok()?;
        (kind == 0).then(|| text.to_owned())
    }

    /// Reads the protocols (RFC 7301 §3.1).
    fn protocols(mut self) -> Option<Vec<Vec<u8>>> {
        let mut list = self.field(2)?;
        let mut protocols = Vec::new();
        while !list.0.is_empty() {
            protocols.push(list.field(1)?.0.to_vec());
        }
        Some(protocols)
    }
}

#[cfg(test)]
mod tests;
