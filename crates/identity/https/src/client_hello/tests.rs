use std::io::{self, Read, Write};

use openssl::ssl::{SslConnector, SslMethod};

use super::*;

/// A stream that records what a client sends, and never answers.
#[derive(Debug, Default)]
struct Recorder(Vec<u8>);

impl Read for Recorder {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}

impl Write for Recorder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the first message of OpenSSL with these protocols.
fn sent(host: &str, protocols: &[u8]) -> Vec<u8> {
    let mut builder = SslConnector::builder(SslMethod::tls_client()).unwrap();
    if !protocols.is_empty() {
        builder.set_alpn_protos(protocols).unwrap();
    }
    let connector = builder.build();
    let Err(openssl::ssl::HandshakeError::WouldBlock(half)) =
        connector.connect(host, Recorder::default())
    else {
        panic!("the handshake does not wait")
    };
    half.get_ref().0.clone()
}

fn hello(bytes: &[u8]) -> ClientHello {
    match read(bytes) {
        Hello::Read(hello) => hello,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rfc_8737_4_name_and_protocol_are_read() {
    let challenge = hello(&sent("id.example.org", b"\x0aacme-tls/1"));
    assert_eq!(challenge.server_name.as_deref(), Some("id.example.org"));
    assert_eq!(challenge.protocols, [b"acme-tls/1".to_vec()]);
    let browser = hello(&sent("id.example.org", b"\x02h2\x08http/1.1"));
    assert_eq!(browser.protocols, [b"h2".to_vec(), b"http/1.1".to_vec()]);
    let address = hello(&sent("127.0.0.1", b""));
    assert_eq!(address, ClientHello::default());
}

#[test]
fn each_part_of_message_is_incomplete() {
    let whole = sent("id.example.org", b"\x0aacme-tls/1");
    for length in 0..whole.len() {
        assert_eq!(read(&whole[..length]), Hello::Incomplete, "{length} bytes");
    }
}

#[test]
fn message_may_have_several_records() {
    let whole = sent("id.example.org", b"\x0aacme-tls/1");
    let mut split = Vec::new();
    for part in whole[5..].chunks(40) {
        let length = u16::try_from(part.len()).unwrap().to_be_bytes();
        split.extend_from_slice(&[HANDSHAKE, 3, 1]);
        split.extend_from_slice(&length);
        split.extend_from_slice(part);
    }
    assert_eq!(read(&split), read(&whole));
}

#[test]
fn other_bytes_are_unreadable() {
    for bytes in [
        b"GET / HTTP/1.1\r\n\r\n".as_slice(),
        // A ServerHello, an alert, and a message that is shorter than its fields.
        &[22, 3, 1, 0, 4, 2, 0, 0, 9],
        &[21, 3, 1, 0, 2, 2, 40],
        &[22, 3, 1, 0, 5, 1, 0, 0, 1, 3],
    ] {
        assert_eq!(read(bytes), Hello::Unreadable, "{bytes:?}");
    }
}

#[test]
fn changed_bytes_never_panic() {
    let whole = sent("id.example.org", b"\x0aacme-tls/1");
    for place in 0..whole.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut changed = whole.clone();
            changed[place] = value;
            let _ = read(&changed);
        }
    }
}
