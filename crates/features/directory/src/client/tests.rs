use std::time::Instant;

use ldap3::Scope;
use rstest::rstest;

use super::*;
use crate::filter;
use crate::groups;
use crate::settings::GroupMode;
use crate::testing::{BASE, PASSWORD, Slapd, free_port, http};

async fn lookup(directory: &Directory, login: &str) -> Vec<Entry> {
    let mut connection = open(&http(), directory).await.unwrap();
    let filter = filter::by_login(directory, login);
    let names = directory.attributes();
    let found = connection.search(&directory.base, Scope::Subtree, &filter, &names, 2);
    found.await.unwrap()
}

#[tokio::test]
async fn names_with_umlauts_and_quotes_are_found_and_bound() {
    let slapd = Slapd::start();
    slapd.fill();
    let hard = "dn: cn=M\u{fc}ller\\, \\\"J\u{f6}rg\\\" \\+ (x)*,ou=people,dc=example,dc=org\n\
        objectClass: inetOrgPerson\nobjectClass: uidObject\n\
        cn: M\u{fc}ller, \"J\u{f6}rg\" + (x)*\nsn: M\u{fc}ller\nuid: j\u{f6}rg\n\
        mail: joerg@example.org\nuserPassword: Gr\u{fc}n\"\\*()\u{e9}\n";
    slapd.add(hard);
    slapd.users(&[("alice", "")]);
    let directory = slapd.directory("");
    for login in ["j\u{f6}rg", "joerg@example.org"] {
        let found = lookup(&directory, login).await;
        assert_eq!(found.len(), 1, "{login}");
    }
    let entry = lookup(&directory, "j\u{f6}rg").await.remove(0);
    let id = entry.id(&directory.id).unwrap();
    let mut connection = open(&http(), &directory).await.unwrap();
    let by_id = filter::by_id(&directory, &id);
    let again = connection.search(&directory.base, Scope::Subtree, &by_id, &[], 2);
    assert_eq!(again.await.unwrap().len(), 1);
    let right = connection
        .bind_as(&entry.dn, "Gr\u{fc}n\"\\*()\u{e9}")
        .await;
    assert_eq!(right.unwrap(), Bound::Yes);
    let wrong = connection.bind_as(&entry.dn, "Gr\u{fc}n").await.unwrap();
    assert!(matches!(wrong, Bound::No(49, _)), "{wrong:?}");
    // A filter in the place of a name finds no user.
    for attack in ["*", "alice)(uid=*", "*)(objectClass=*", "al*"] {
        assert!(lookup(&directory, attack).await.is_empty(), "{attack}");
    }
}

#[tokio::test]
async fn empty_password_is_never_sent() {
    let slapd = Slapd::start();
    slapd.fill();
    slapd.users(&[("alice", "")]);
    let directory = slapd.directory("");
    let mut connection = open(&http(), &directory).await.unwrap();
    let dn = format!("uid=alice,ou=people,{BASE}");
    for (dn, password) in [(dn.as_str(), ""), ("", ""), ("", PASSWORD)] {
        let bound = connection.bind_as(dn, password).await.unwrap();
        assert!(matches!(bound, Bound::No(49, _)), "{bound:?}");
    }
    assert_eq!(connection.bind_as(&dn, PASSWORD).await.unwrap(), Bound::Yes);
}

#[rstest]
#[case::wrong_name("ldap.example.org", 4_000_000_000)]
#[case::expired("localhost", 1_000_000_000)]
#[tokio::test]
async fn certificate_is_checked(#[case] host: &str, #[case] until: i64) {
    let slapd = Slapd::with_certificate(host, until);
    let start_tls = format!("ldap://localhost:{}", slapd.port);
    for url in [slapd.url(), start_tls] {
        let directory = slapd.directory_at(&format!("{url:?}"), "");
        let opened = open(&http(), &directory).await;
        let failure = opened.map(|_| ()).unwrap_err();
        assert!(failure.0.contains("certificate"), "{failure}");
    }
}

#[tokio::test]
async fn unknown_authority_is_rejected() {
    let (slapd, other) = (Slapd::start(), Slapd::start());
    let directory = other.directory_at(&format!("{:?}", slapd.url()), "");
    let failure = open(&http(), &directory).await.map(|_| ()).unwrap_err();
    assert!(failure.0.contains("certificate"), "{failure}");
}

#[tokio::test]
async fn start_tls_and_wrong_search_account() {
    let slapd = Slapd::start();
    slapd.fill();
    let url = format!("\"ldap://localhost:{}\"", slapd.port);
    open(&http(), &slapd.directory_at(&url, "")).await.unwrap();
    std::fs::write(slapd.folder.path().join("root.password"), "other").unwrap();
    let failure = open(&http(), &slapd.directory("")).await.map(|_| ());
    let failure = failure.unwrap_err();
    assert!(failure.0.contains("were not accepted"), "{failure}");
    assert!(!failure.0.contains("other"), "{failure}");
}

#[tokio::test]
async fn next_server_answers_in_time() {
    let slapd = Slapd::start();
    slapd.fill();
    // It accepts connections, and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = silent.local_addr().unwrap().port();
    let urls = format!(
        "\"ldaps://localhost:{}\", \"ldaps://localhost:{silent}\", {:?}",
        free_port(),
        slapd.url()
    );
    let directory = slapd.directory_at(&urls, "timeout = \"2s\"");
    let started = Instant::now();
    let connection = open(&http(), &directory).await.unwrap();
    assert_eq!(connection.server.port, slapd.tls_port);
    assert!(started.elapsed().as_secs() < 6);
    // Servers without an answer are asked last for a time.
    let started = Instant::now();
    open(&http(), &directory).await.unwrap();
    assert!(started.elapsed().as_millis() < 1_500);
}

#[tokio::test]
async fn private_addresses_need_permission() {
    let slapd = Slapd::start();
    let strict = EgressClient::new(
        doorward_egress::outgoing::Networks::default(),
        std::sync::Arc::new(doorward_egress::outgoing::System),
    );
    let failure = open(&strict, &slapd.directory("")).await.map(|_| ());
    let failure = failure.unwrap_err();
    assert!(failure.0.contains("allowed_networks"), "{failure}");
}

#[tokio::test]
async fn groups_are_followed() {
    let slapd = Slapd::start();
    slapd.fill();
    slapd.users(&[("alice", ""), ("bob", ""), ("carol", "")]);
    let group = |name: &str, members: &[&str]| {
        let members = members.iter().map(|dn| format!("member: {dn},{BASE}\n"));
        let members: String = members.collect();
        format!(
            "dn: cn={name},ou=groups,{BASE}\nobjectClass: groupOfNames\ncn: {name}\n{members}\n"
        )
    };
    slapd.add(&group(
        "inner",
        &["uid=alice,ou=people", "cn=outer,ou=groups"],
    ));
    slapd.add(&group(
        "outer",
        &["cn=inner,ou=groups", "uid=bob,ou=people"],
    ));
    slapd.add(&format!(
        "dn: cn=posix,ou=groups,{BASE}\nobjectClass: posixGroup\ncn: posix\ngidNumber: 7\nmemberUid: carol\n"
    ));
    let roles = format!(
        "[corp.roles]\nadmin = [\"CN=Outer, ou=groups,{BASE}\"]\nclerk = [\"cn=posix,ou=groups,{BASE}\"]\n"
    );
    for (mode, expected) in [
        ("member-of", ["", "admin", ""]),
        ("search", ["admin", "admin", "clerk"]),
    ] {
        let directory = slapd.directory(&format!("groups = \"{mode}\"\n{roles}"));
        let mut connection = open(&http(), &directory).await.unwrap();
        let members = groups::Members::read(&mut connection, &directory).await;
        let members = members.unwrap();
        for (user, expected) in ["alice", "bob", "carol"].iter().zip(expected) {
            let entry = lookup(&directory, user).await.remove(0);
            let found = groups::of_user(&mut connection, &directory, &entry).await;
            let found = found.unwrap();
            let text = found.iter().cloned().collect::<Vec<_>>().join(" ");
            assert_eq!(text, expected, "{mode} {user}");
            // A synchronization finds the same.
            assert_eq!(members.of(&directory, &entry), found, "{mode} {user}");
        }
    }
    assert_eq!(slapd.directory("").groups, GroupMode::MemberOf);
}
