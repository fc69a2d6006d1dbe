use super::*;

#[test]
fn rfc_8705_2_1_2_exactly_one_of_five_names_is_set() {
    for (index, member) in CertificateSubject::MEMBERS.into_iter().enumerate() {
        let mut members: [Option<String>; 5] = Default::default();
        members[index] = Some("name".to_owned());
        let found = CertificateSubject::one_of(members.clone())
            .unwrap()
            .unwrap();
        assert_eq!((found.member(), found.value()), (member, "name"));
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(
            serde_json::from_str::<CertificateSubject>(&json).unwrap(),
            found
        );
        for other in (0..5).filter(|other| *other != index) {
            let mut two = members.clone();
            two[other] = Some("name".to_owned());
            assert_eq!(CertificateSubject::one_of(two), Err(SeveralSubjects));
        }
    }
    let none = Default::default();
    assert_eq!(CertificateSubject::one_of(none), Ok(None));
}

#[test]
fn rfc_9440_2_2_field_holds_single_byte_sequence() {
    for good in [":AQID:", " :AQID: "] {
        assert_eq!(from_field(good.as_bytes()), Ok(Some(vec![1, 2, 3])));
    }
    assert_eq!(from_field(b":AQ:"), Ok(Some(vec![1])));
    // RFC 8941 §4.2.7: bits after the last byte are no reason to fail.
    assert_eq!(from_field(b":AR==:"), Ok(Some(vec![1])));
    assert_eq!(from_field(b":AQ==:"), Ok(Some(vec![1])));
    assert_eq!(from_field(b"::"), Ok(None));
    let long = format!(":{}:", "A".repeat(40_000));
    for bad in [
        "",
        ":",
        "AQID",
        ":AQID",
        "AQID:",
        ":AQ ID:",
        ":-_-_:",
        ":A:",
        ":AQID:, :AQID:",
        ":AQID:;a=1",
        "-----BEGIN CERTIFICATE-----",
        "\u{e9}",
        &long,
    ] {
        assert_eq!(
            from_field(bad.as_bytes()),
            Err(CertificateHeaderError),
            "{bad:.40}"
        );
    }
}

#[test]
fn rfc_9440_2_3_chain_is_list_of_byte_sequences() {
    assert_eq!(
        chain_from_field(b":AQ==:, :Ag==:"),
        Ok(vec![vec![1], vec![2]])
    );
    let long = [":AQ==:"; MAX_CHAIN + 1].join(",");
    for bad in ["", ":AQ==:,", ":AQ==: :Ag==:", &long] {
        assert_eq!(
            chain_from_field(bad.as_bytes()),
            Err(CertificateHeaderError),
            "{bad}"
        );
    }
}

#[test]
fn rfc_8705_3_1_thumbprint_is_sha_256_in_base64url() {
    // printf abc | openssl dgst -sha256 -binary | basenc --base64url
    let expected = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
    assert_eq!(thumbprint(b"abc"), expected);
}
