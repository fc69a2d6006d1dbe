use super::Ambiguous::{
    DotSegment, EmptySegment, Encoding, Lookalike, NotAbsolute, NotUtf8, Separator, Twice,
};
use super::*;

fn host(text: &str) -> Result<String> {
    Host::parse(text, Scheme::Https).map(|host| host.to_string())
}

#[test]
fn hosts_have_one_form() {
    for (text, expected) in [
        ("wiki.example.com", "wiki.example.com"),
        ("WIKI.Example.COM", "wiki.example.com"),
        ("wiki.example.com:443", "wiki.example.com"),
        ("wiki.example.com:8443", "wiki.example.com:8443"),
        ("wiki.example.com:80", "wiki.example.com:80"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("localhost:9000", "localhost:9000"),
        ("127.0.0.1:9000", "127.0.0.1:9000"),
        ("[::1]:9000", "[::1]:9000"),
        ("4chan.example", "4chan.example"),
    ] {
        assert_eq!(host(text).as_deref(), Ok(expected), "{text}");
    }
    let http = Host::parse("wiki.localhost:80", Scheme::Http).unwrap();
    assert_eq!(http.to_string(), "wiki.localhost");
}

#[test]
fn ambiguous_hosts_are_rejected() {
    let long_label = format!("{}.example.com", "a".repeat(64));
    let long_name = vec!["a".repeat(60); 5].join(".");
    for (text, expected) in [
        ("", Ambiguous::Host),
        (":443", Ambiguous::Host),
        (long_name.as_str(), Ambiguous::Host),
        ("wiki.example.com.", Ambiguous::Host),
        ("wiki.example.com.:443", Ambiguous::Host),
        (long_label.as_str(), Ambiguous::Host),
        ("wiki..example.com", Ambiguous::Host),
        (".example.com", Ambiguous::Host),
        ("-a.example.com", Ambiguous::Host),
        ("a-.example.com", Ambiguous::Host),
        ("wiki_1.example.com", Ambiguous::Host),
        ("wiki.example.com ", Ambiguous::Host),
        (" wiki.example.com", Ambiguous::Host),
        ("user@wiki.example.com", Ambiguous::Host),
        ("wiki.example.com,evil.example", Ambiguous::Host),
        ("wiki.example.com/x", Ambiguous::Host),
        ("wiki.example.com?x", Ambiguous::Host),
        ("wiki.example.com\\x", Ambiguous::Host),
        ("wiki%2eexample.com", Ambiguous::Host),
        ("wikí.example.com", Ambiguous::Host),
        ("*.example.com", Ambiguous::Host),
        ("wiki.example.com\0", Ambiguous::Host),
        ("127.1", Ambiguous::Host),
        ("2130706433", Ambiguous::Host),
        ("0x7f000001", Ambiguous::Host),
        ("0177.0.0.1", Ambiguous::Host),
        ("256.0.0.1", Ambiguous::Host),
        ("[0:0:0:0:0:0:0:1]", Ambiguous::Host),
        ("[::ffff:10.0.0.1]", Ambiguous::Host),
        ("[::1", Ambiguous::Host),
        ("[::1]x", Ambiguous::Host),
        ("[fe80::1%25eth0]", Ambiguous::Host),
        ("::1", Ambiguous::Host),
        ("wiki.example.com:", Ambiguous::Host),
        ("wiki.example.com:0", Ambiguous::Host),
        ("wiki.example.com:0443", Ambiguous::Host),
        ("wiki.example.com:+443", Ambiguous::Host),
        ("wiki.example.com:443:443", Ambiguous::Host),
        ("wiki.example.com:65536", Ambiguous::Host),
        ("wiki.example.com:https", Ambiguous::Host),
    ] {
        assert_eq!(host(text), Err(expected), "{text:?}");
    }
}

#[test]
fn wildcard_is_one_label_before_two() {
    for (text, expected) in [
        ("*.example.com", Ok("*.example.com")),
        ("*.EXAMPLE.com:443", Ok("*.example.com")),
        ("*.example.com:8443", Ok("*.example.com:8443")),
        ("*.localhost:9000", Ok("*.localhost:9000")),
        ("wiki.example.com", Ok("wiki.example.com")),
        ("*.com", Err(Ambiguous::Wildcard)),
        ("*.10.0.0.1", Err(Ambiguous::Wildcard)),
        ("*.*.example.com", Err(Ambiguous::Host)),
        ("*", Err(Ambiguous::Host)),
        ("*example.com", Err(Ambiguous::Host)),
        ("wiki.*.com", Err(Ambiguous::Host)),
        ("*.", Err(Ambiguous::Host)),
    ] {
        let found = parse_pattern(text).map(|host| host.to_string());
        assert_eq!(found.as_deref().map_err(|error| *error), expected, "{text}");
    }
    for (text, expected) in [
        ("wiki.example.com", Some("*.example.com")),
        ("a.wiki.example.com:8443", Some("*.wiki.example.com:8443")),
        ("localhost", None),
        ("127.0.0.1", None),
        ("[::1]", None),
    ] {
        let host = Host::parse(text, Scheme::Https).unwrap();
        assert_eq!(host.wildcard().as_deref(), expected, "{text}");
    }
}

#[test]
fn loopback_hosts_are_recognized() {
    for (text, expected) in [
        ("localhost", true),
        ("wiki.localhost:9000", true),
        ("127.0.0.2", true),
        ("[::1]:80", true),
        ("notlocalhost", false),
        ("localhost.example.com", false),
        ("10.0.0.1", false),
    ] {
        let host = Host::parse(text, Scheme::Http).unwrap();
        assert_eq!(host.is_loopback(), expected, "{text}");
    }
}

#[test]
fn paths_have_one_form() {
    for (raw, expected) in [
        ("/", "/"),
        ("/wiki/Main_Page", "/wiki/Main_Page"),
        ("/a/b/", "/a/b/"),
        ("/a.b/..c/...", "/a.b/..c/..."),
        ("/%C3%84pfel", "/Äpfel"),
        ("/%c3%84pfel", "/Äpfel"),
        ("/a%20b", "/a b"),
        ("/f%28x%29", "/f(x)"),
        ("/f(x)", "/f(x)"),
        ("/Who%3F", "/Who?"),
        ("/100%25", "/100%"),
        ("/100%25_sure", "/100%_sure"),
        ("/a%2Bb=c&d,e:f@g", "/a+b=c&d,e:f@g"),
        ("/a[1]|b^c", "/a[1]|b^c"),
        ("/~user/-_.!$'()*", "/~user/-_.!$'()*"),
    ] {
        let path = CanonicalPath::parse(raw).unwrap();
        assert_eq!(path.as_str(), expected, "{raw}");
        assert_eq!(
            CanonicalPath::parse(&encode(path.as_str())),
            Ok(path),
            "{raw}"
        );
    }
}

#[test]
fn ambiguous_paths_are_rejected() {
    let long = format!("/{}", "a".repeat(8_192));
    for (raw, expected) in [
        ("", NotAbsolute),
        ("*", NotAbsolute),
        ("admin", NotAbsolute),
        ("http://wiki.example.com/admin", NotAbsolute),
        (long.as_str(), Ambiguous::TooLong),
        ("//", EmptySegment),
        ("//admin", EmptySegment),
        ("/a//admin", EmptySegment),
        ("/admin//", EmptySegment),
        ("/.", DotSegment),
        ("/..", DotSegment),
        ("/./admin", DotSegment),
        ("/public/../admin", DotSegment),
        ("/public/..", DotSegment),
        ("/%2e%2e/admin", DotSegment),
        ("/public/%2E%2E/admin", DotSegment),
        ("/public/.%2e/admin", DotSegment),
        ("/admin%2ephp", Encoding),
        ("/public%2fadmin", Encoding),
        ("/public%2Fadmin", Encoding),
        ("/public%5cadmin", Separator),
        ("/%252e%252e/admin", Twice),
        ("/public%252fadmin", Twice),
        ("/public%25252fadmin", Twice),
        ("/a%3Bjsessionid=1", Separator),
        ("/a;jsessionid=1", Separator),
        ("/public/..;/admin", Separator),
        ("/admin;", Separator),
        ("/public\\admin", Separator),
        ("/public\\..\\admin", Separator),
        ("/a\tb", Lookalike),
        ("/a\r\nb", Lookalike),
        ("/a\0", Lookalike),
        ("/a%00", Lookalike),
        ("/a%0d%0ab", Lookalike),
        ("/a%7f", Lookalike),
        ("/a%C2%85", Lookalike),
        ("/%", Encoding),
        ("/%2", Encoding),
        ("/%zz", Encoding),
        ("/%+1", Encoding),
        ("/%u002e", Encoding),
        ("/100%", Encoding),
        ("/%c3\u{e4}", NotUtf8),
        ("/%61dmin", Encoding),
        ("/admin%5fpanel", Encoding),
        ("/%7euser", Encoding),
        ("/admin%2dpanel", Encoding),
        ("/%c0%ae%c0%ae/admin", NotUtf8),
        ("/%c0%afadmin", NotUtf8),
        ("/%e0%80%af", NotUtf8),
        ("/%ff", NotUtf8),
        ("/%ed%a0%80", NotUtf8),
        ("/%EF%BC%8E%EF%BC%8E/admin", Lookalike),
        ("/public%EF%BC%8Fadmin", Lookalike),
        ("/public%E2%88%95admin", Lookalike),
        ("/admin%E2%80%8B", Lookalike),
        ("/%EF%BB%BFadmin", Lookalike),
        ("/Äpfel", Encoding),
        ("/a b", Encoding),
        ("/a?b", Encoding),
        ("/a#b", Encoding),
        ("/a\"b", Encoding),
        ("/<a>", Encoding),
        ("/{a}", Encoding),
        ("/a`b", Encoding),
    ] {
        assert_eq!(CanonicalPath::parse(raw), Err(expected), "{raw:?}");
    }
}

#[test]
fn methods_have_capital_letters() {
    for method in ["GET", "POST", "M-SEARCH", "VERSION-CONTROL"] {
        assert_eq!(Method::parse(method).unwrap().as_str(), method);
    }
    for method in [
        "",
        "get",
        "Get",
        "POST ",
        "GET,POST",
        "PÖST",
        "G\0T",
        "A-VERY-LONG-METHOD-NAME",
    ] {
        assert_eq!(Method::parse(method), Err(Ambiguous::Method), "{method:?}");
    }
}

fn read_url(url: &str) -> Result<String> {
    let (scheme, host, target) = split_url(url)?;
    let scheme = Scheme::parse(scheme).ok_or(Ambiguous::Scheme)?;
    let host = Host::parse(host, scheme)?;
    let path = CanonicalPath::of_target(target)?;
    Ok(format!("{host} {}", path.as_str()))
}

#[test]
fn urls_have_host_and_path() {
    for (url, expected) in [
        ("https://Wiki.example.com", Ok("wiki.example.com /")),
        ("https://wiki.example.com?x=/a", Ok("wiki.example.com /")),
        (
            "https://wiki.example.com/a/?x=/b//c",
            Ok("wiki.example.com /a/"),
        ),
        (
            "https://wiki.example.com:443/a#b",
            Ok("wiki.example.com /a"),
        ),
        ("http://wiki.localhost:80/", Ok("wiki.localhost /")),
        ("http://wiki.localhost:443/", Ok("wiki.localhost:443 /")),
        ("wiki.example.com/a", Err(Ambiguous::Scheme)),
        ("ftp://wiki.example.com/a", Err(Ambiguous::Scheme)),
        ("https:/wiki.example.com", Err(Ambiguous::Scheme)),
        ("https:///a", Err(Ambiguous::Host)),
        ("https://u:p@wiki.example.com/", Err(Ambiguous::Host)),
        ("https://wiki.example.com/a/../b", Err(DotSegment)),
        ("https://wiki.example.com\\a", Err(Ambiguous::Host)),
    ] {
        let found = read_url(url);
        assert_eq!(found.as_deref().map_err(|error| *error), expected, "{url}");
    }
}
