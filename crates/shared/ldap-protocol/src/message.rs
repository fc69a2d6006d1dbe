//! Messages (RFC 4511 §4.1.1): their frame, read within a limit, and the parts that the library must not see or log.

use bytes::BytesMut;
use ldap3_lber::common::TagClass;
use ldap3_lber::parse::Parser;
use ldap3_lber::structure::{PL, StructureTag};
use ldap3_lber::write;
use ldap3_proto::control::LdapControl;
use ldap3_proto::proto::{LdapMsg, LdapOp};

/// Maximum depth of the elements of a message. A filter of the maximum depth fits.
const MAX_DEPTH: usize = 40;
/// Maximum number of controls of a request.
const MAX_CONTROLS: usize = 16;
/// Maximum number of bytes of a length.
const MAX_LENGTH_BYTES: usize = 4;

const SEQUENCE: u8 = 0x30;
const BOOLEAN: u64 = 1;
const INTEGER: u64 = 2;
const OCTET_STRING: u64 = 4;

/// The control of pages (RFC 2696).
const PAGES: &str = "1.2.840.113556.1.4.319";
/// Controls that change nothing here: there are no referrals and no aliases.
const IGNORED: [&str; 2] = ["2.16.840.1.113730.3.4.2", "1.2.840.113556.1.4.1339"];

/// The head of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Frame {
    /// More bytes must arrive.
    Incomplete,
    /// The length of the whole message, with its head.
    Length(usize),
    /// The message is longer than the maximum.
    TooLong,
    /// The bytes are no message.
    Invalid,
}

/// Reads the head of a message, before anything else of it is read.
pub fn frame(bytes: &[u8], maximum: usize) -> Frame {
    let (Some(first), Some(second)) = (bytes.first(), bytes.get(1)) else {
        return if bytes.first().is_none_or(|first| *first == SEQUENCE) {
            Frame::Incomplete
        } else {
            Frame::Invalid
        };
    };
    if *first != SEQUENCE {
        return Frame::Invalid;
    }
    let (head, length) = if *second < 0x80 {
        (2, usize::from(*second))
    } else {
        // RFC 4511 §5.1: the length has the definite form.
        let count = usize::from(second & 0x7f);
        if count == 0 || count > MAX_LENGTH_BYTES {
            return Frame::Invalid;
        }
        let Some(digits) = bytes.get(2..2 + count) else {
            return Frame::Incomplete;
        };
        let length = digits
            .iter()
            .fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
        (2 + count, length)
    };
    if head + length > maximum {
        return Frame::TooLong;
    }
    Frame::Length(head + length)
}

/// A request.
#[derive(Debug)]
pub struct Request {
    pub id: i32,
    pub operation: Operation,
    pub pages: Option<Pages>,
    /// An unknown control that the server must not ignore.
    pub is_critical: bool,
}

#[derive(Debug)]
pub enum Operation {
    Bind(Bind),
    Other(LdapOp),
}

/// A bind. The library would log the password at the level of traces.
pub struct Bind {
    pub version: u8,
    pub name: String,
    pub credential: Credential,
}

/// A credential of a bind.
pub enum Credential {
    Simple(String),
    /// SASL, or a method that the server does not know.
    Other,
}

impl std::fmt::Debug for Bind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bind")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The request of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pages {
    pub size: usize,
    pub cookie: Vec<u8>,
}

/// Reads a whole message; `None` if it is malformed.
pub fn read(bytes: &[u8]) -> Option<Request> {
    let (rest, message) = Parser::new(MAX_DEPTH).parse(bytes).ok()?;
    if !rest.is_empty() {
        return None;
    }
    let mut parts = constructed(message)?.into_iter();
    let id = integer(parts.next()?)?;
    let operation = parts.next()?;
    let controls = parts.next();
    if parts.next().is_some() || id < 0 || operation.class != TagClass::Application {
        return None;
    }
    let (pages, is_critical) = read_controls(controls)?;
    let operation = match operation.id {
        0 => Operation::Bind(read_bind(operation)?),
        _ => Operation::Other(LdapOp::try_from(operation).ok()?),
    };
    Some(Request {
        id,
        operation,
        pages,
        is_critical,
    })
}

fn constructed(tag: StructureTag) -> Option<Vec<StructureTag>> {
    match tag.payload {
        PL::C(parts) => Some(parts),
        PL::P(_) => None,
    }
}

/// Returns the bytes of a primitive element of this universal type.
fn primitive(tag: StructureTag, id: u64) -> Option<Vec<u8>> {
    match tag.payload {
        PL::P(bytes) if tag.class == TagClass::Universal && tag.id == id => Some(bytes),
        _ => None,
    }
}

fn text(tag: StructureTag) -> Option<String> {
    String::from_utf8(primitive(tag, OCTET_STRING)?).ok()
}

fn integer(tag: StructureTag) -> Option<i32> {
    let bytes = primitive(tag, INTEGER)?;
    if bytes.is_empty() || bytes.len() > 4 {
        return None;
    }
    let start = if bytes[0] & 0x80 == 0 { 0 } else { -1 };
    Some(
        bytes
            .iter()
            .fold(start, |sum, byte| (sum << 8) | i32::from(*byte)),
    )
}

fn read_bind(tag: StructureTag) -> Option<Bind> {
    let mut parts = constructed(tag)?.into_iter();
    let version = integer(parts.next()?)?;
    let name = text(parts.next()?)?;
    let credential = parts.next()?;
    let credential = match (credential.class, credential.id, credential.payload) {
        (TagClass::Context, 0, PL::P(bytes)) => Credential::Simple(String::from_utf8(bytes).ok()?),
        _ => Credential::Other,
    };
    Some(Bind {
        version: u8::try_from(version).unwrap_or_default(),
        name,
        credential,
    })
}

/// Returns the page that the controls request, and true if one of them is unknown and critical.
fn read_controls(tag: Option<StructureTag>) -> Option<(Option<Pages>, bool)> {
    let Some(tag) = tag else {
        return Some((None, false));
    };
    if tag.class != TagClass::Context || tag.id != 0 {
        return None;
    }
    let controls = constructed(tag)?;
    if controls.len() > MAX_CONTROLS {
        return None;
    }
    let (mut pages, mut is_critical) = (None, false);
    for control in controls {
        let mut parts = constructed(control)?.into_iter().peekable();
        let oid = text(parts.next()?)?;
        let flag = parts.next_if(|part| part.class == TagClass::Universal && part.id == BOOLEAN);
        let flag = flag.and_then(|flag| primitive(flag, BOOLEAN));
        let must = flag.is_some_and(|bytes| bytes.first().is_some_and(|byte| *byte != 0));
        match oid.as_str() {
            PAGES => pages = Some(read_pages(&primitive(parts.next()?, OCTET_STRING)?)?),
            known if IGNORED.contains(&known) => {}
            _ => is_critical |= must,
        }
    }
    Some((pages, is_critical))
}

fn read_pages(bytes: &[u8]) -> Option<Pages> {
    let (_, value) = Parser::new(MAX_DEPTH).parse(bytes).ok()?;
    let mut parts = constructed(value)?.into_iter();
    let size = integer(parts.next()?)?;
    let cookie = primitive(parts.next()?, OCTET_STRING)?;
    Some(Pages {
        size: usize::try_from(size).ok()?,
        cookie,
    })
}

/// Appends a response to the bytes to send. `cookie` is that of the next page.
pub fn write(buffer: &mut BytesMut, id: i32, op: LdapOp, cookie: Option<Vec<u8>>) {
    let control = cookie.map(|cookie| LdapControl::SimplePagedResults { size: 0, cookie });
    let message = LdapMsg {
        msgid: id,
        op,
        ctrl: control.into_iter().collect(),
    };
    // Memory is the only destination.
    let _ = write::encode_into(buffer, message.into());
}

#[cfg(test)]
mod tests;
