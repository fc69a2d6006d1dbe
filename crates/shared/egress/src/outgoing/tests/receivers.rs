//! Receivers of the audit log: their certificates, and the end of a connection as the answer.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod, SslStream};
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509NameBuilder};

use super::block;
use crate::outgoing::{EgressError, LogEndpoint, SyslogServer};

fn certificate(key: &PKey<Private>) -> X509 {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "logs.example.org").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap();
    builder.set_serial_number(&serial).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    let [begin, end] = [0, 1].map(|days| Asn1Time::days_from_now(days).unwrap());
    builder.set_not_before(&begin).unwrap();
    builder.set_not_after(&end).unwrap();
    builder.set_pubkey(key).unwrap();
    let names = SubjectAlternativeName::new()
        .ip("127.0.0.1")
        .build(&builder.x509v3_context(None, None))
        .unwrap();
    builder.append_extension(names).unwrap();
    builder.sign(key, MessageDigest::sha256()).unwrap();
    builder.build()
}

/// Starts a TLS server that serves each connection by this function. Returns its address and its
/// certificate (PEM).
fn start(serve: fn(&mut SslStream<TcpStream>) -> io::Result<()>) -> (String, Vec<u8>) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let certificate = certificate(&key);
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    builder.set_certificate(&certificate).unwrap();
    builder.set_private_key(&key).unwrap();
    let acceptor = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for tcp in listener.incoming() {
            // A client that does not trust the certificate ends the handshake.
            if let Ok(mut tls) = acceptor.accept(tcp.unwrap()) {
                let _ = serve(&mut tls);
            }
        }
    });
    (address, certificate.to_pem().unwrap())
}

fn read_all(tls: &mut SslStream<TcpStream>) -> io::Result<()> {
    io::copy(tls, &mut io::sink())?;
    tls.shutdown().map_err(io::Error::other)?;
    Ok(())
}

/// Closes the connection without `close_notify`, as some servers do.
fn read_all_and_drop(tls: &mut SslStream<TcpStream>) -> io::Result<()> {
    io::copy(tls, &mut io::sink()).map(drop)
}

fn accept_post(tls: &mut SslStream<TcpStream>) -> io::Result<()> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !request.ends_with(b"{}\n") {
        let read = tls.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        request.extend_from_slice(&buffer[..read]);
    }
    let is_post = request.starts_with(b"POST /in HTTP/1.1\r\n");
    let status = if is_post { 204 } else { 400 };
    write!(tls, "HTTP/1.1 {status} Word\r\nconnection: close\r\n\r\n")
}

#[test]
fn endpoint_is_trusted_by_its_authority_only() {
    let (address, pem) = start(accept_post);
    let url = format!("https://{address}/in");
    block(async {
        let trusting = LogEndpoint::new(&url, Some("hush-4711"), Some(&pem)).unwrap();
        trusting.post("{}\n".to_owned()).await.unwrap();
        assert!(
            !format!("{trusting:?}").contains("hush-4711"),
            "{trusting:?}"
        );
        let other = LogEndpoint::new(&url, None, None).unwrap();
        let refused = other.post("{}\n".to_owned()).await;
        assert!(
            matches!(refused, Err(EgressError::Unreachable(_))),
            "{refused:?}"
        );
        let refused = LogEndpoint::new(&url, Some("a\nb"), None);
        assert!(
            matches!(refused, Err(EgressError::Unreachable(_))),
            "{refused:?}"
        );
    });
}

#[test]
fn syslog_server_acknowledges_by_reading_all() {
    let frames = "5 <14>1".repeat(10_000);
    block(async {
        for serve in [read_all, read_all_and_drop] {
            let (address, pem) = start(serve);
            let server = SyslogServer::new(&address, None, Some(&pem)).unwrap();
            server.send(frames.as_bytes()).await.unwrap();
            server.send(b"5 <14>1").await.unwrap();
            let other = SyslogServer::new(&address, None, None).unwrap();
            assert!(other.send(b"5 <14>1").await.is_err());
        }
        // It closes the connection at once. If it ended its writing half first, and then waited for a
        // processor, its reset could be later than the client expects.
        let (address, pem) = start(|_| Ok(()));
        let server = SyslogServer::new(&address, None, Some(&pem)).unwrap();
        assert!(server.send(frames.as_bytes()).await.is_err());
        assert!(server.send(b"5 <14>1").await.is_err());
        let nowhere = SyslogServer::new("127.0.0.1:9", None, None).unwrap();
        assert!(nowhere.send(b"5 <14>1").await.is_err());
    });
}
