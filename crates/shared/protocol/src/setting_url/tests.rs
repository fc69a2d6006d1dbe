use super::*;

#[test]
fn corrected_texts_are_rejected() {
    for part in [
        "\t", "\r", "\n", "\r\n", "\u{1b}", "\u{7f}", "\u{a0}", "\u{202e}", "\u{200b}", "é", " ",
        "\\", "\"", "<",
    ] {
        for text in [
            format!("https://a{part}b.example/page"),
            format!("https://a.example/pa{part}ge"),
            format!("https://a.example/{part}"),
            format!("ht{part}tps://a.example/"),
            format!("{part}https://a.example/"),
            format!("https:/{part}/a.example/"),
        ] {
            assert_eq!(parse(&text), Err(SettingUrlError::Characters), "{text:?}");
        }
    }
    for text in [
        "https:a.example",
        "https:/a.example",
        "https:///a.example",
        "a.example",
        "/page",
        "",
    ] {
        assert_eq!(parse(text), Err(SettingUrlError::NotAbsolute), "{text:?}");
    }
    for text in [
        "https://u@a.example/",
        "https://u:p@a.example/",
        "https://@a.example/",
        "https://a.example:1@b.example/",
        "spiffe://u@a/b",
    ] {
        assert_eq!(parse(text), Err(SettingUrlError::UserInfo), "{text:?}");
    }
}

#[test]
fn urls_are_accepted_as_written() {
    for text in [
        "https://a.example",
        "https://a.example:8443/b?c=d@e#f",
        "http://[::1]:8400/",
        "mailto:help@a.example",
        "urn:example:api",
        "spiffe://a.example/b",
        "https://a.example/%0A",
    ] {
        assert!(parse(text).is_ok(), "{text}");
    }
    assert!(parse_resource("https://a.example/#b").is_err());
}
