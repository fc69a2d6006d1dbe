use rstest::rstest;

use super::*;

fn read(lines: &str) -> Result<Directories, String> {
    let text = format!("[corp]\nurls = [\"ldaps://dc1.example.org\"]\nbase = \"dc=x\"\n{lines}");
    parse(&text, Path::new("/nowhere"))
}

#[test]
fn defaults_of_both_schemas() {
    let of_ad = read("schema = \"active-directory\"").unwrap().remove(0);
    assert_eq!(of_ad.id, "objectGUID");
    assert_eq!(of_ad.username, "sAMAccountName");
    assert_eq!(of_ad.groups, GroupMode::InChain);
    assert_eq!(of_ad.servers[0].port, 636);
    let other = read("").unwrap().remove(0);
    assert_eq!(other.login, ["uid", "mail"]);
    assert_eq!(other.group_base, "dc=x");
    assert_eq!(other.max_leavers, UserLimit::Percent(5));
    assert_eq!((other.sync_interval, other.full_sync_interval), (0, 86_400));
    assert_eq!(other.source(), "directory:corp");
}

#[rstest]
#[case::plain_text("urls = [\"http://x\"]", "urls")]
#[case::unknown("colour = \"red\"", "colour")]
#[case::half_binding("bind_dn = \"cn=x\"", "bind_password_file")]
#[case::secret_in_file("bind_password = \"x\"", "bind_password")]
#[case::no_file(
    "bind_dn = \"cn=x\"\nbind_password_file = \"secret\"",
    "/nowhere/secret"
)]
#[case::no_authorities("ca = \"ca.pem\"", "/nowhere/ca.pem")]
#[case::filter("filter = \"(uid=\"", "filter")]
#[case::login("login = [\"uid)(x\"]", "attribute")]
#[case::no_login("login = []", "login")]
#[case::field("[corp.attributes]\nshoe_size = \"x\"", "shoe_size")]
#[case::attribute("[corp.attributes]\nnickname = \"a b\"", "attribute")]
#[case::timeout("timeout = \"5m\"", "timeout")]
#[case::often("sync_interval = \"10s\"", "sync_interval")]
#[case::leavers("max_leavers = \"many\"", "max_leavers")]
fn mistakes_are_named(#[case] lines: &str, #[case] expected: &str) {
    let text = if lines.starts_with("urls") {
        parse(&format!("[corp]\nbase = \"dc=x\"\n{lines}"), Path::new("."))
    } else {
        read(lines)
    };
    let problem = text.map(|_| ()).unwrap_err();
    assert!(problem.contains(expected), "{problem}");
}

#[rstest]
#[case("ldap://dc1.example.org", Some((389, true)))]
#[case("ldaps://dc1.example.org:1636", Some((1636, false)))]
#[case("ldaps://", None)]
#[case("ldaps://user@dc1.example.org", None)]
#[case("ldaps://dc1.example.org/dc=x", None)]
#[case("ldapi:///", None)]
fn servers_speak_tls(#[case] url: &str, #[case] expected: Option<(u16, bool)>) {
    let read = server(url).ok();
    assert_eq!(read.map(|read| (read.port, read.starts_tls)), expected);
}

#[test]
fn names_are_plain() {
    for name in ["Corp", "a b", "", "x\u{e9}", "a.b"] {
        let text = format!("[{name:?}]\nurls = [\"ldaps://x\"]\nbase = \"dc=x\"\n");
        assert!(parse(&text, Path::new(".")).is_err(), "{name}");
    }
}

#[test]
fn changed_file_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("directories.toml");
    assert!(load(&file).unwrap_err().contains("directories.toml"));
    std::fs::write(&file, "[a]\nurls = [\"ldaps://x\"]\nbase = \"dc=x\"\n").unwrap();
    let first = load(&file).unwrap();
    assert!(Arc::ptr_eq(&first, &load(&file).unwrap()));
    std::fs::write(&file, "").unwrap();
    let opened = std::fs::File::options().write(true).open(&file).unwrap();
    let written = opened.metadata().unwrap().modified().unwrap();
    let later = written + Duration::from_secs(5);
    opened.set_modified(later).unwrap();
    assert!(load(&file).unwrap().is_empty());
}
