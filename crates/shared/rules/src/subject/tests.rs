use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{alice, bob, client, client_id};

fn key(byte: u8) -> SubjectKey {
    SubjectKey([byte; 32])
}

fn of(sector: Option<&str>, id: &str) -> Client {
    Client {
        id: client_id(id),
        pairwise_sector: sector.map(str::to_owned),
        ..client()
    }
}

#[test]
fn section_8_1_subject_is_shared_within_sector_only() {
    let key = key(1);
    let one = key.subject(&of(Some("app.example"), "one"), alice());
    // Equal for every client of the sector, at any time.
    assert_eq!(one, key.subject(&of(Some("app.example"), "two"), alice()));
    // 43 characters of base64url, far below the 255 of OIDC Core §2.
    assert_eq!(one.len(), 43);
    for other in [
        key.subject(&of(Some("other.example"), "one"), alice()),
        key.subject(&of(Some("app.example"), "one"), bob()),
        key.subject(&of(None, "one"), alice()),
        self::key(2).subject(&of(Some("app.example"), "one"), alice()),
    ] {
        assert_ne!(one, other);
    }
    assert!(UserId::parse(&one).is_none(), "no name of a person");
}

#[test]
fn public_name_is_id_of_user() {
    assert_eq!(
        key(1).subject(&of(None, "one"), alice()),
        alice().to_string()
    );
}

#[rstest]
#[case(&["https://app.example/cb"], Some("app.example"))]
#[case(&["https://app.example/cb", "https://app.example:8443/other"], Some("app.example"))]
#[case(&["https://app.example/cb", "https://other.example/cb"], None)]
#[case(&[], None)]
#[case(&["http://127.0.0.1/cb"], None)]
#[case(&["http://localhost/cb"], None)]
#[case(&["com.example.app:/cb"], None)]
#[case(&["https://app.example/cb", "com.example.app:/cb"], None)]
fn section_8_1_sector_is_single_host(#[case] uris: &[&str], #[case] expected: Option<&str>) {
    let uris: Vec<_> = uris.iter().map(|&uri| uri.to_owned()).collect();
    assert_eq!(sector_of(&uris).ok().as_deref(), expected);
}

#[rstest]
#[case("https://sector.example/list.json", Some("sector.example"))]
#[case("http://sector.example/list.json", None)]
#[case("http://127.0.0.1:8080/list.json", Some("127.0.0.1"))]
#[case("http://localhost/list.json", None)]
#[case("javascript:alert(1)", None)]
#[case("https://", None)]
fn registration_5_document_uses_https(#[case] uri: &str, #[case] expected: Option<&str>) {
    assert_eq!(sector_of_document(uri).ok().as_deref(), expected);
}

#[rstest]
#[case("app.example", true)]
#[case("", false)]
#[case("App.example", false)]
#[case("app.example/", false)]
#[case("app.example:443", false)]
#[case("user@app.example", false)]
#[case("https://app.example", false)]
fn sector_is_host_name(#[case] text: &str, #[case] is_good: bool) {
    assert_eq!(is_sector(text), is_good);
}

#[rstest]
#[case(r#"["https://app.example/cb","https://other.example/cb"]"#, true)]
#[case(r#"["https://app.example/cb"]"#, true)]
#[case(r#"["https://app.example/CB"]"#, false)]
#[case(r#"["https://app.example/"]"#, false)]
#[case(r"[]", false)]
#[case(r#"{"redirect_uris":["https://app.example/cb"]}"#, false)]
#[case(r#"["https://app.example/cb", 7]"#, false)]
#[case("<html>", false)]
fn registration_5_every_redirect_uri_is_listed(#[case] document: &str, #[case] is_good: bool) {
    let uris = ["https://app.example/cb".to_owned()];
    assert_eq!(check_document(document.as_bytes(), &uris).is_ok(), is_good);
}
