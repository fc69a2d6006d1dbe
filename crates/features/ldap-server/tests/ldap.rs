//! Tests of the LDAP server with the clients of the Debian package `ldap-utils`, and of the page on which users make app
//! passwords.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditKind, Group, GroupId, User};
use doorward_store::repo;
use doorward_testkit::program::free_port;
use doorward_testkit::proxy::certificate;
use doorward_testkit::{Backend, PASSWORD, Stack, UserAgent, stack};
use openssl::ssl::{SslConnector, SslMethod, SslStream};
use tempfile::TempDir;

use crate::api_keys;
use crate::support::{location, sign_in};

#[path = "ldap_limits.rs"]
mod limits;

const PAGE: &str = "/account/app-passwords";
const ALICE: &str = "uid=alice,ou=users,dc=doorward";
const GROUPS: &str = "ou=groups,dc=doorward";

/// A server with LDAP.
struct Site<'a> {
    stack: &'a Stack,
    port: u16,
    certificate: PathBuf,
}

/// Runs a check on a server with LDAP, whose API keys need the scope `tasks:read`.
fn on_server(test: &str, more: &[(&str, &str)], check: &impl AsyncFn(&Site<'_>)) {
    for &backend in Backend::of_flow(test) {
        let directory = TempDir::new().unwrap();
        let file = |name: &str| directory.path().join(name);
        let (pem, key) = certificate("localhost");
        std::fs::write(file("tls.pem"), pem).unwrap();
        std::fs::write(file("tls.key"), key).unwrap();
        let port = free_port();
        let [pem, key] = [file("tls.pem"), file("tls.key")];
        let listen = format!("127.0.0.1:{port}");
        let mut settings = vec![
            ("DOORWARD__LDAP__LISTEN", listen.as_str()),
            ("DOORWARD__LDAP__SCOPE", "tasks:read"),
            ("DOORWARD__LDAP__CERTIFICATE", pem.to_str().unwrap()),
            ("DOORWARD__LDAP__PRIVATE_KEY_FILE", key.to_str().unwrap()),
        ];
        settings.extend_from_slice(more);
        stack::run_with(backend, &settings, async |stack| {
            let site = Site {
                stack,
                port,
                certificate: pem.clone(),
            };
            site.wait();
            check(&site).await;
        });
    }
}

/// The result of a client.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn succeeded(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out
    }

    #[track_caller]
    fn failed(&self, code: i32, text: &str) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert!(
            self.err.contains(text) || self.out.contains(text),
            "{}{}",
            self.out,
            self.err
        );
    }

    fn names(&self) -> Vec<&str> {
        self.out
            .lines()
            .filter_map(|line| line.strip_prefix("dn: "))
            .collect()
    }
}

impl Site<'_> {
    fn wait(&self) {
        let begun = Instant::now();
        while self.tls().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(20), "no LDAP server");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    }

    fn tls(&self) -> Option<SslStream<TcpStream>> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let mut builder = SslConnector::builder(SslMethod::tls()).unwrap();
        builder.set_ca_file(&self.certificate).unwrap();
        builder.build().connect("localhost", stream).ok()
    }

    fn run(&self, program: &str, bind: Option<(&str, &str)>, arguments: &[&str]) -> Ran {
        let mut command = Command::new(program);
        command
            .env("LDAPTLS_CACERT", &self.certificate)
            // The clients compare the name of this machine in place of `localhost`; `tls` checks the certificate.
            .env("LDAPTLS_REQCERT", "never")
            .args(["-x", "-H", &format!("ldaps://localhost:{}", self.port)]);
        if let Some((name, password)) = bind {
            command.args(["-D", name, "-w", password]);
        }
        let output = command.args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    fn search(&self, bind: Option<(&str, &str)>, arguments: &[&str]) -> Ran {
        let common = ["-LLL", "-o", "ldif-wrap=no", "-b", "dc=doorward"];
        self.run("ldapsearch", bind, &[&common[..], arguments].concat())
    }

    async fn make(&self, agent: &UserAgent) -> String {
        let page = agent.get(self.stack.at("/account/app-passwords/new")).await;
        let form = page.form("#new-app-password").with("name", "Thunderbird");
        let page = agent.submit(&form).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert!(page.text().contains(ALICE), "{}", page.dump());
        page.text_of("#app-password").expect("the app password")
    }

    async fn count(&self, kind: AuditKind) -> usize {
        let db = self.stack.db().await;
        let events = repo::audit::list(db.read(), None, 1000).await.unwrap();
        db.close().await.unwrap();
        events.iter().filter(|event| event.kind == kind).count()
    }

    async fn group(&self, path: &str, members: &[&str]) {
        let db = self.stack.db().await;
        let now = self.stack.clock.now();
        let group = Group {
            id: GroupId::generate(now, &mut rand::rng()),
            path: path.to_owned(),
            description: "Those who work here".to_owned(),
            code: None,
            org: None,
            parent: None,
            manager: None,
            created_at: now,
            updated_at: now,
        };
        let tx = db.begin_write().await.unwrap();
        repo::groups::insert(&tx, &group).await.unwrap();
        for name in members {
            let user: User = repo::users::find_by_identifier(&tx, name)
                .await
                .unwrap()
                .unwrap();
            repo::groups::add_member(&tx, group.id, user.id, now)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        db.close().await.unwrap();
    }
}

async fn signed_in(stack: &Stack, name: &str) -> UserAgent {
    let agent = UserAgent::new();
    sign_in(stack, &agent, name, PASSWORD).await;
    agent
}

#[test]
fn app_password_is_shown_once_binds_and_is_revoked() {
    on_server(module_path!(), &[], &async |site| {
        let agent = signed_in(site.stack, "alice").await;
        let page = agent.get(site.stack.at("/account")).await;
        assert!(page.has(&format!("a[href='{PAGE}']")), "{}", page.dump());
        let password = site.make(&agent).await;
        let page = agent.get(site.stack.at(PAGE)).await;
        assert!(!page.text().contains(&password), "shown once");
        assert!(page.text().contains("never used"), "{}", page.dump());
        let mail = site.stack.mail("alice@example.org").await;
        assert_eq!(mail.subject, "New app password");
        assert!(!mail.text.contains(&password));

        for name in [ALICE, "UID=Alice, OU=Users, DC=doorward", "alice"] {
            let ran = site.run("ldapwhoami", Some((name, &password)), &[]);
            assert_eq!(ran.succeeded().trim(), format!("dn:{ALICE}"));
        }
        let typed = password.to_uppercase().replace('-', " ");
        site.run("ldapwhoami", Some((ALICE, &typed)), &[])
            .succeeded();
        let page = agent.get(site.stack.at(PAGE)).await;
        assert!(page.text().contains("127.0.0.1"), "{}", page.dump());
        let used = [AuditKind::AppPasswordCreated, AuditKind::AppPasswordUsed];
        for kind in used {
            assert_eq!(site.count(kind).await, 1, "{kind:?}");
        }

        let links = page.attributes("a[href*='revoke?id=']", "href");
        let link = links[0].as_str();
        let page = agent.get(site.stack.at(link)).await;
        let page = agent.submit(&page.form("#revoke-app-password")).await;
        assert_eq!(location(&page), format!("{PAGE}?done=revoked"));
        let ran = site.run("ldapwhoami", Some((ALICE, &password)), &[]);
        ran.failed(49, "not the password of the account");
        assert_eq!(site.count(AuditKind::AppPasswordRevoked).await, 1);
    });
}

#[test]
fn password_of_account_never_binds() {
    on_server(module_path!(), &[], &async |site| {
        let ran = site.run("ldapwhoami", Some((ALICE, PASSWORD)), &[]);
        ran.failed(49, PAGE);
        // RFC 4513 §5.1.2: a client could take it for a sign-in.
        site.run("ldapwhoami", Some((ALICE, "")), &[])
            .failed(53, "without a password");
        let nobody = "uid=nobody,ou=users,dc=doorward";
        site.run("ldapwhoami", Some((nobody, "x")), &[])
            .failed(49, PAGE);
        site.run("ldapwhoami", Some(("cn=admin", "x")), &[])
            .failed(49, "uid=NAME");
        assert_eq!(site.count(AuditKind::LoginFailed).await, 2);
    });
}

#[test]
fn failures_lock_binds_and_no_sign_in() {
    let limits = ("DOORWARD__LIMITS__MULTIPLIER", "1");
    on_server(module_path!(), &[limits], &async |site| {
        let agent = signed_in(site.stack, "alice").await;
        let password = site.make(&agent).await;
        for _ in 0..5 {
            site.run("ldapwhoami", Some((ALICE, "wrong")), &[])
                .failed(49, PAGE);
        }
        let ran = site.run("ldapwhoami", Some((ALICE, &password)), &[]);
        ran.failed(49, "too many failures");
        signed_in(site.stack, "alice").await;
        site.stack.clock.advance(61);
        site.run("ldapwhoami", Some((ALICE, &password)), &[])
            .succeeded();
    });
}

#[test]
fn disabled_user_cannot_bind() {
    on_server(module_path!(), &[], &async |site| {
        let agent = signed_in(site.stack, "alice").await;
        let password = site.make(&agent).await;
        site.run("ldapwhoami", Some((ALICE, &password)), &[])
            .succeeded();
        site.stack.disable_user("alice").await;
        site.run("ldapwhoami", Some((ALICE, &password)), &[])
            .failed(49, PAGE);
    });
}

#[test]
fn user_reads_own_entry_and_groups() {
    on_server(module_path!(), &[], &async |site| {
        site.group("/staff", &["alice", "bob"]).await;
        site.group("/others", &["bob"]).await;
        let agent = signed_in(site.stack, "alice").await;
        let password = site.make(&agent).await;
        let bind = Some((ALICE, password.as_str()));
        let found = site.search(bind, &["(objectClass=*)"]);
        let staff = format!("cn=staff,{GROUPS}");
        let expected = ["dc=doorward", "ou=users,dc=doorward", GROUPS, ALICE, &staff];
        assert_eq!(found.names(), expected, "{}{}", found.out, found.err);
        assert!(
            found.out.contains(&format!("memberOf: {staff}")),
            "{}",
            found.out
        );
        assert!(
            found.out.contains(&format!("member: {ALICE}")),
            "{}",
            found.out
        );
        assert!(!found.out.contains("bob"), "{}", found.out);
        let found = site.search(bind, &["(uid=bob)"]);
        assert_eq!((found.code, found.names().len()), (0, 0));
        let bob = "uid=bob,ou=users,dc=doorward";
        let found = site.run("ldapsearch", bind, &["-LLL", "-b", bob, "-s", "base"]);
        found.failed(32, "No such object");
    });
}

#[test]
fn anonymous_client_sees_description_of_server_alone() {
    on_server(module_path!(), &[], &async |site| {
        let found = site.run(
            "ldapsearch",
            None,
            &["-LLL", "-b", "", "-s", "base", "+", "*"],
        );
        let found = found.succeeded();
        for text in [
            "namingContexts: dc=doorward",
            "supportedLDAPVersion: 3",
            "1.2.840.113556.1.4.319",
        ] {
            assert!(found.contains(text), "{found}");
        }
        site.search(None, &["(uid=alice)"]).failed(50, "bind first");
        let ran = site.run(
            "ldapsearch",
            None,
            &["-LLL", "-b", "cn=subschema", "-s", "base"],
        );
        ran.failed(50, "bind first");
        assert_eq!(
            site.run("ldapwhoami", None, &[]).succeeded().trim(),
            "anonymous"
        );
    });
}

#[test]
fn service_account_searches_users_and_groups() {
    on_server(module_path!(), &[], &async |site| {
        site.group("/staff", &["alice", "bob"]).await;
        site.group("/staff/leads", &["bob"]).await;
        let agent = signed_in(site.stack, "alice").await;
        let key = api_keys::make(site.stack, &agent, &["tasks:read"]).await;
        let bind = Some((ALICE, key.as_str()));
        let bob = "uid=bob,ou=users,dc=doorward";
        let [staff, leads] = ["staff", "staff.leads"].map(|name| format!("cn={name},{GROUPS}"));
        let of_staff = format!("(memberOf={staff})");
        let of_leads = format!("(&(objectClass=user)(memberOf={leads}))");
        let of_bob = format!("(member={bob})");
        let cases: [(&str, &[&str]); 12] = [
            ("(uid=BOB)", &[bob]),
            (
                "(&(objectClass=inetOrgPerson)(|(uid=bob)(mail=bob)))",
                &[bob],
            ),
            ("(sAMAccountName=bob)", &[bob]),
            ("(userPrincipalName=bob@127.0.0.1)", &[bob]),
            ("(mail=bob@example.org)", &[bob]),
            ("(uid=bo*)", &[bob]),
            (&of_staff, &[ALICE, bob]),
            (&of_leads, &[bob]),
            (&of_bob, &[&staff, &leads]),
            ("(&(objectClass=posixGroup)(memberUid=alice))", &[&staff]),
            ("(&(objectClass=groupOfNames)(cn=staff.leads))", &[&leads]),
            ("(&(uid=bob)(unknown=x))", &[]),
        ];
        for (filter, expected) in cases {
            let found = site.search(bind, &[filter, "1.1"]);
            assert_eq!(found.code, 0, "{filter}: {}{}", found.out, found.err);
            let mut names = found.names();
            names.sort_unstable();
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            assert_eq!(names, expected, "{filter}");
        }
        let group = site.search(bind, &["(cn=staff)"]).succeeded();
        for name in [ALICE, bob] {
            assert!(group.contains(&format!("member: {name}")), "{group}");
        }
        // Numbers are given once.
        let number = site.search(bind, &["(uid=bob)", "uidNumber"]).succeeded();
        assert_eq!(
            site.search(bind, &["(uid=bob)", "uidNumber"]).succeeded(),
            number
        );
        let number = number
            .lines()
            .find_map(|line| line.strip_prefix("uidNumber: "))
            .unwrap();
        let found = site.search(bind, &[&format!("(uidNumber={number})"), "uid"]);
        assert_eq!(found.names(), [bob]);
        let schema = ["-LLL", "-b", "cn=subschema", "-s", "base", "attributeTypes"];
        assert!(
            site.run("ldapsearch", bind, &schema)
                .succeeded()
                .contains("memberOf")
        );
    });
}

#[test]
fn directory_is_read_only() {
    on_server(module_path!(), &[], &async |site| {
        let agent = signed_in(site.stack, "alice").await;
        let password = site.make(&agent).await;
        let bind = Some((ALICE, password.as_str()));
        site.run("ldapdelete", bind, &[ALICE])
            .failed(53, "read-only");
        site.run("ldapmodrdn", bind, &[ALICE, "uid=eve"])
            .failed(53, "read-only");
        site.run("ldappasswd", bind, &["-s", "new", ALICE])
            .failed(1, "not supported");
        let compare = |assertion: &str| site.run("ldapcompare", bind, &[ALICE, assertion]);
        compare("uid:ALICE").failed(6, "TRUE");
        compare("uid:bob").failed(5, "FALSE");
        compare("description:x").failed(16, "");
        compare("unknown:x").failed(17, "");
        // StartTLS inside TLS.
        let ran = site.run("ldapsearch", bind, &["-e", "!1.2.3.4", "-b", "dc=doorward"]);
        ran.failed(12, "critical");
    });
}
