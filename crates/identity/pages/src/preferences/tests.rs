use super::return_path;

#[test]
fn own_path_is_kept() {
    for path in [
        "/",
        "/login",
        "/login?flow=abc",
        "/account#sessions",
        "/a//b",
    ] {
        assert_eq!(return_path(path), path);
    }
}

#[test]
fn foreign_targets_are_rejected() {
    let tricks = [
        "",
        "account",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\t/evil.example",
        "/\n/evil.example",
        "/ /evil.example",
        "\t//evil.example",
        " /account",
        "/account\r\nSet-Cookie: a=b",
        "/\u{0}",
        "/ä",
        "/\u{202e}",
        "/a\\b",
        "?next=//evil.example",
        "#/account",
        "mailto:a@b.example",
        "/\u{7f}",
        "\u{feff}/account",
    ];
    for trick in tricks {
        assert_eq!(return_path(trick), "/", "{trick:?}");
    }
}
