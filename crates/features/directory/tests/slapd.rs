//! slapd of Debian with its own authority, for tests: a module of the unit tests and of the test programs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    dead_code,
    reason = "these are parts of tests"
)]

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509NameBuilder, X509Ref};
use tempfile::TempDir;

pub const BASE: &str = "dc=example,dc=org";
pub const PASSWORD: &str = "correct horse";
const ROOT: &str = "cn=root,dc=example,dc=org";

pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

type Issued = (X509, PKey<Private>);

/// Issues a certificate for a host, valid until a time; without an authority for itself.
fn issue(host: &str, until: i64, authority: Option<(&X509Ref, &PKey<Private>)>) -> Issued {
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", host).unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = BigNum::from_u32(u32::try_from(until).unwrap());
    builder
        .set_serial_number(&serial.unwrap().to_asn1_integer().unwrap())
        .unwrap();
    builder.set_subject_name(&name).unwrap();
    let issuer = authority.map_or(&*name, |(authority, _)| authority.subject_name());
    builder.set_issuer_name(issuer).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder
        .set_not_before(&Asn1Time::from_unix(0).unwrap())
        .unwrap();
    builder
        .set_not_after(&Asn1Time::from_unix(until).unwrap())
        .unwrap();
    if authority.is_none() {
        let ca = BasicConstraints::new().critical().ca().build().unwrap();
        builder.append_extension(ca).unwrap();
    }
    let names = SubjectAlternativeName::new()
        .dns(host)
        .build(&builder.x509v3_context(None, None))
        .unwrap();
    builder.append_extension(names).unwrap();
    let signer = authority.map_or(&key, |(_, key)| key);
    builder.sign(signer, MessageDigest::sha256()).unwrap();
    (builder.build(), key)
}

/// A running slapd; killed when dropped.
pub struct Slapd {
    pub folder: TempDir,
    process: Child,
    pub tls_port: u16,
    pub port: u16,
}

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Slapd {
    /// Starts a server with a certificate for `localhost`.
    pub fn start() -> Self {
        Self::with_certificate("localhost", 4_000_000_000)
    }

    /// Starts a server whose certificate is for a host and valid until a time.
    pub fn with_certificate(host: &str, until: i64) -> Self {
        let folder = TempDir::new().unwrap();
        let (authority, authority_key) = issue("Test authority", 4_000_000_001, None);
        let (own, key) = issue(host, until, Some((&authority, &authority_key)));
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        };
        write("ca.pem", &authority.to_pem().unwrap());
        write("own.pem", &own.to_pem().unwrap());
        write("own.key", &key.private_key_to_pem_pkcs8().unwrap());
        write("root.password", b"root secret\n");
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let at = folder.path().display();
        let config = format!(
            "include /etc/ldap/schema/core.schema\ninclude /etc/ldap/schema/cosine.schema\n\
             include /etc/ldap/schema/inetorgperson.schema\ninclude /etc/ldap/schema/nis.schema\n\
             modulepath /usr/lib/ldap\nmoduleload back_mdb\nmoduleload memberof\n\
             TLSCACertificateFile {at}/ca.pem\nTLSCertificateFile {at}/own.pem\n\
             TLSCertificateKeyFile {at}/own.key\npidfile {at}/pid\nsizelimit size.soft=unlimited \
             size.hard=unlimited\n\ndatabase mdb\nmaxsize 1073741824\nsuffix \"{BASE}\"\n\
             rootdn \"{ROOT}\"\nrootpw \"root secret\"\ndirectory {at}/data\n\
             index objectClass,entryUUID,uid,mail,member eq\noverlay memberof\n\
             memberof-refint TRUE\n"
        );
        write("slapd.conf", config.as_bytes());
        let (tls_port, port) = (free_port(), free_port());
        let urls = format!("ldaps://127.0.0.1:{tls_port} ldap://127.0.0.1:{port}");
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let process = Command::new("/usr/sbin/slapd")
            .args(["-d", "0", "-h", &urls, "-f"])
            .arg(folder.path().join("slapd.conf"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("slapd: run `cargo xtask test`, or install slapd and ldap-utils");
        let slapd = Self {
            folder,
            process,
            tls_port,
            port,
        };
        slapd.wait();
        slapd
    }

    fn wait(&self) {
        let started = Instant::now();
        while !self.answers() {
            let log = std::fs::read_to_string(self.folder.path().join("log"));
            let waited = started.elapsed();
            assert!(waited < Duration::from_secs(20), "slapd: {log:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn answers(&self) -> bool {
        let mut command = Command::new("ldapsearch");
        command.args(["-x", "-b", "", "-s", "base", "-H"]);
        command.arg(format!("ldap://127.0.0.1:{}", self.port));
        let output = command.output().expect("ldapsearch, of ldap-utils");
        output.status.success()
    }

    fn command(&self, program: &str, ldif: &str) {
        let file = self.folder.path().join("input.ldif");
        std::fs::write(&file, ldif).unwrap();
        let output = Command::new(program)
            .args(["-x", "-D", ROOT, "-w", "root secret", "-H"])
            .arg(format!("ldap://127.0.0.1:{}", self.port))
            .arg("-f")
            .arg(&file)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Adds entries (LDIF).
    pub fn add(&self, ldif: &str) {
        self.command("ldapadd", ldif);
    }

    /// Changes entries (LDIF).
    pub fn modify(&self, ldif: &str) {
        self.command("ldapmodify", ldif);
    }

    /// Adds the base with two branches.
    pub fn fill(&self) {
        self.add(&format!(
            "dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n\n\
             dn: ou=people,{BASE}\nobjectClass: organizationalUnit\nou: people\n\n\
             dn: ou=groups,{BASE}\nobjectClass: organizationalUnit\nou: groups\n"
        ));
    }

    /// Adds users, each with further lines of LDIF.
    pub fn users(&self, users: &[(&str, &str)]) {
        let each = users.iter().map(|(uid, more)| {
            format!(
                "dn: uid={uid},ou=people,{BASE}\nobjectClass: inetOrgPerson\nobjectClass: shadowAccount\n\
                 uid: {uid}\ncn: {uid}\nsn: Tester\ngivenName: {uid}\nmail: {uid}@example.org\n\
                 userPassword: {PASSWORD}\n{more}\n"
            )
        });
        self.add(&each.collect::<Vec<_>>().join("\n"));
    }

    pub fn url(&self) -> String {
        format!("ldaps://localhost:{}", self.tls_port)
    }

    /// Returns the text of a file of directories with this server and further lines.
    pub fn text(&self, url: &str, more: &str) -> String {
        let file = |name: &str| self.folder.path().join(name).display().to_string();
        format!(
            "[corp]\nurls = [{url}]\nca = {:?}\nbind_dn = \"{ROOT}\"\nbind_password_file = {:?}\n\
             base = \"ou=people,{BASE}\"\ngroup_base = \"ou=groups,{BASE}\"\n{more}\n",
            file("ca.pem"),
            file("root.password")
        )
    }
}
