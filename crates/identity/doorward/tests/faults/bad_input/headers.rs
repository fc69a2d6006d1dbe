//! Invalid header fields.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::parts::RequestRng;

/// Header fields with their invalid values.
const FIELDS: &[(&str, &[&[u8]])] = &[
    (
        "accept",
        &[
            b"text/html;q=",
            b"*/*;q=2,,,",
            b"\xff",
            b"application/jwt",
            b"",
        ],
    ),
    (
        "accept-language",
        &[b"xx-\xff", b"de;q=9,;;", b"*-*,,;q=q", b"a-b-c-d-e-f-g-h-i"],
    ),
    (
        "accept-encoding",
        &[
            b"identity;q=0",
            b"br, identity;q=0",
            b"gzip;q=x, \xff",
            b"x",
            b";",
        ],
    ),
    (
        "authorization",
        &[
            b"Bearer",
            b"Bearer ",
            b"Bearer a b",
            b"bearer \xff\xfe",
            b"Basic !!!",
            b"Basic /zo=",
            b"Basic Og==",
            b"Basic JXp6OiV6eg==",
            b"DPoP x",
            b"Negotiate x",
            b"\xff",
            b"",
        ],
    ),
    (
        "cookie",
        &[
            b"doorward_session=",
            b"doorward_session=a; doorward_session=b",
            b"doorward_browser=%00; doorward_lang=xx; doorward_theme=\xff",
            b"=;=;;=\x80",
            b"doorward_device=AAAA; doorward_trust=..; doorward_link=%zz",
            b"doorward_refresh=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ],
    ),
    (
        "content-encoding",
        &[b"gzip", b"br, gzip", b"identity", b"\xff"],
    ),
    ("connection", &[b"close", b"upgrade", b"x, \xff"]),
    ("content-language", &[b"\xff"]),
    ("content-range", &[b"bytes 0-1/2"]),
    ("expect", &[b"100-continue", b"200-ok", b"\xff"]),
    (
        "forwarded",
        &[
            b"for=\"[::1",
            b"for=x;for=y",
            b"\xff",
            b"for=127.0.0.1;host=evil.example",
        ],
    ),
    ("host", &[b"evil.example", b"127.0.0.1:1", b"\xff", b""]),
    (
        "idempotency-key",
        &[
            b"",
            b"\"\"",
            b"\xff",
            b"a b",
            b"018f0000-0000-7000-8000-000000000000",
        ],
    ),
    (
        "if-match",
        &[
            b"*",
            b"\"",
            b"W/\"1\"",
            b"\"a\",\"b\"",
            b"\xff",
            b"\"99999999999999999999\"",
        ],
    ),
    ("if-modified-since", &[b"Thu, 99 Foo 0000 99:99:99 GMT"]),
    ("if-none-match", &[b"*", b"\"", b"\xff"]),
    (
        "dpop",
        &[
            b"x",
            b"a.b.c",
            b"\xff",
            b"eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6Im5vbmUifQ.e30.",
        ],
    ),
    (
        "origin",
        &[b"null", b"https://evil.example", b"\xff", b"://", b""],
    ),
    ("range", &[b"bytes=0-0", b"bytes=9-1", b"lines=\xff"]),
    ("referer", &[b"\xff", b"https://evil.example/"]),
    (
        "sec-fetch-site",
        &[b"cross-site", b"none", b"\xff", b"same-origin, cross-site"],
    ),
    ("te", &[b"trailers", b"\xff"]),
    (
        "traceparent",
        &[
            b"00-zz",
            b"00-00000000000000000000000000000000-0000000000000000-01",
            b"\xff",
        ],
    ),
    ("upgrade", &[b"websocket", b"h2c", b"TLS/1.0", b"\xff"]),
    ("user-agent", &[b"", b"\xff\x80", b"<script>"]),
    ("via", &[b"\xff"]),
    (
        "x-forwarded-for",
        &[b"999.1.1.1", b",", b"\xff", b"::ffff:1.2.3.4"],
    ),
    ("x-forwarded-host", &[b"evil.example"]),
    ("x-forwarded-proto", &[b"gopher"]),
    ("x-http-method-override", &[b"DELETE"]),
    ("x-request-id", &[b"\xff", b"a\tb", b"short"]),
    ("x-tenant-id", &[b"nobody", b"\xff", b"a/b", b""]),
    ("access-control-request-method", &[b"PUT", b"\xff"]),
    (
        "access-control-request-headers",
        &[b"\xff", b"authorization"],
    ),
];

/// Adds an error to the header fields and describes it.
pub fn add_error(chance: &mut RequestRng, headers: &mut HeaderMap) -> String {
    match chance.below(20) {
        0 => {
            put(headers, "x-long", "x".repeat(17_000).as_bytes());
            return "17,000 bytes of header".to_owned();
        }
        1 => {
            // As many fields as the parser accepts, together with those of every request.
            for number in 0..60 {
                put(headers, &format!("x-{number}"), b"1");
            }
            return "many header fields".to_owned();
        }
        2 => {
            let cookies = "doorward_session=x; a=b; ".repeat(200);
            put(headers, "cookie", cookies.as_bytes());
            return "many cookies".to_owned();
        }
        _ => {}
    }
    let (name, values) = chance.one_of(FIELDS);
    let value = chance.one_of(values);
    put(headers, name, value);
    if chance.percent(15) && *name != "host" {
        put(headers, name, value);
    }
    format!("{name}: {}", value.escape_ascii())
}

/// Adds more header fields than the parser accepts: it responds with a status only.
pub fn overfill(chance: &mut RequestRng, headers: &mut HeaderMap) -> String {
    if chance.percent(50) {
        for number in 0..100 {
            put(headers, &format!("x-{number}"), b"1");
        }
        "more header fields than the parser takes".to_owned()
    } else {
        put(headers, "x-long", "x".repeat(140_000).as_bytes());
        "140,000 bytes of header".to_owned()
    }
}

/// Appends a field, also if there are others of this name.
pub fn put(headers: &mut HeaderMap, name: &str, value: &[u8]) {
    let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
    headers.append(name, HeaderValue::from_bytes(value).expect("a value"));
}
