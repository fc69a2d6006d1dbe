//! Limits of the LDAP server: entries, pages, connections, malformed messages and slow clients.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use doorward_testkit::{Backend, stack};

use super::{ALICE, PAGE, on_server, signed_in};
use crate::api_keys;

#[test]
fn results_have_pages_and_limits() {
    on_server(
        module_path!(),
        &[("DOORWARD__LDAP__ENTRIES", "3")],
        &async |site| {
            let agent = signed_in(site.stack, "alice").await;
            let key = api_keys::make(site.stack, &agent, &["tasks:read"]).await;
            let bind = Some((ALICE, key.as_str()));
            let all = "(objectClass=inetOrgPerson)";
            let found = site.search(bind, &[all, "1.1"]);
            found.failed(4, "use pages");
            assert_eq!(found.names().len(), 3);
            site.search(bind, &["-z", "1", all, "1.1"])
                .failed(4, "Size limit");
            let mut pages: Vec<Vec<String>> = Vec::new();
            for size in ["1", "2", "100"] {
                let found = site.search(bind, &["-E", &format!("pr={size}/noprompt"), all, "1.1"]);
                assert_eq!(found.code, 0, "{}{}", found.out, found.err);
                pages.push(found.names().into_iter().map(str::to_owned).collect());
            }
            assert!(pages[0].len() > 3, "{pages:?}");
            assert!(pages[0] == pages[1] && pages[1] == pages[2], "{pages:?}");
        },
    );
}

#[test]
fn garbage_and_slow_clients_harm_no_other() {
    let settings = [
        ("DOORWARD__LDAP__CONNECTIONS", "60"),
        ("DOORWARD__LDAP__CONNECTIONS_PER_ADDRESS", "50"),
    ];
    on_server(module_path!(), &settings, &async |site| {
        let agent = signed_in(site.stack, "alice").await;
        let password = site.make(&agent).await;
        let bind = Some((ALICE, password.as_str()));
        // Clients that send nothing, a part of a handshake, or another protocol.
        let mut slow: Vec<TcpStream> = (0..30).map(|_| site.connect()).collect();
        for (number, stream) in slow.iter_mut().enumerate() {
            let sent: &[u8] = match number % 3 {
                0 => b"",
                1 => &[0x16, 0x03, 0x01],
                _ => b"GET / HTTP/1.1\r\n\r\n",
            };
            stream.write_all(sent).unwrap();
        }
        // Clients that send a part of a message after the handshake.
        let mut begun: Vec<_> = (0..10).map(|_| site.tls().unwrap()).collect();
        for stream in &mut begun {
            stream.write_all(&[0x30, 0x50, 0x02]).unwrap();
        }
        site.run("ldapwhoami", bind, &[]).succeeded();
        // Messages that are malformed, or longer than the maximum, which are rejected before they are read.
        for message in [
            &[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff][..],
            &[0x30, 0x05, 0x02, 0x01, 0x01, 0x42, 0x07],
            b"\x30\x03\x01\x01\xff",
            b"hello",
        ] {
            let mut stream = site.tls().unwrap();
            stream.write_all(message).unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            let is_notice = answer
                .windows(22)
                .any(|part| part == b"1.3.6.1.4.1.1466.20036");
            assert!(is_notice || message[1] == 0x05, "{message:x?}: {answer:x?}");
        }
        // Beyond the limit of an address, the oldest connections without a bind end.
        let more: Vec<TcpStream> = (0..30).map(|_| site.connect()).collect();
        site.run("ldapwhoami", bind, &[]).succeeded();
        let is_ended = |stream: &mut TcpStream| {
            let wait = Some(Duration::from_millis(200));
            stream.set_read_timeout(wait).unwrap();
            match stream.read(&mut [0; 1]) {
                Ok(read) => read == 0,
                Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
            }
        };
        let ended: usize = slow.iter_mut().map(|it| usize::from(is_ended(it))).sum();
        assert!(ended >= 20, "{ended}");
        drop((begun, more));
    });
}

#[test]
fn server_without_ldap_has_no_page() {
    for &backend in Backend::of_flow(module_path!()) {
        stack::run_with(backend, &[], async |stack| {
            let agent = signed_in(stack, "alice").await;
            let page = agent.get(stack.at("/account")).await;
            assert!(!page.has(&format!("a[href='{PAGE}']")), "{}", page.dump());
            assert_eq!(agent.get(stack.at(PAGE)).await.status, 404);
        });
    }
}
