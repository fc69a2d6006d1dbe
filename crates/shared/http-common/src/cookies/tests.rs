use super::*;
use actix_web::http::header::HeaderValue;

const NAME: &str = "__Host-doorward_session";

fn read(fields: &[&[u8]]) -> Option<String> {
    let mut headers = HeaderMap::new();
    for field in fields {
        headers.append(COOKIE, HeaderValue::from_bytes(field).unwrap());
    }
    value(&headers, NAME).map(str::to_owned)
}

/// A name, and the `Cookie` fields.
const FOREIGN: &[(&str, &[&[u8]])] = &[
    ("alone", &[b"__Host-doorward_session=a.b-c_d"]),
    (
        "latin 1 before",
        &[b"city=K\xf6ln; __Host-doorward_session=a.b-c_d"],
    ),
    (
        "latin 1 after",
        &[b"__Host-doorward_session=a.b-c_d; city=K\xf6ln"],
    ),
    (
        "latin 1 name",
        &[b"Stra\xdfe=1; __Host-doorward_session=a.b-c_d"],
    ),
    (
        "all high bytes",
        &[b"x=\x80\xc3\x28\xff\xfe; __Host-doorward_session=a.b-c_d"],
    ),
    (
        "utf 8",
        &["x=ö; __Host-doorward_session=a.b-c_d".as_bytes()],
    ),
    ("percent", &[b"x=%zz%; __Host-doorward_session=a.b-c_d"]),
    (
        "quotes",
        &[b"x=\"a, b\"; __Host-doorward_session=a.b-c_d; y=\""],
    ),
    (
        "json",
        &[b"x={\"a\":[1,2]}; __Host-doorward_session=a.b-c_d"],
    ),
    ("no name", &[b"=x; __Host-doorward_session=a.b-c_d"]),
    ("no value", &[b"x; __Host-doorward_session=a.b-c_d"]),
    ("empty parts", &[b";; ; __Host-doorward_session=a.b-c_d;"]),
    ("tight", &[b"a=1;__Host-doorward_session=a.b-c_d;b=2"]),
    (
        "spaces",
        &[b"a=1;  __Host-doorward_session = a.b-c_d \t;b=2"],
    ),
    (
        "other field",
        &[b"x=\xff", b"__Host-doorward_session=a.b-c_d"],
    ),
    (
        "field after",
        &[b"__Host-doorward_session=a.b-c_d", b"x=\xff"],
    ),
    (
        "similar names",
        &[
            b"doorward_session=1; __host-doorward_session=2; __Host-doorward_sessio=3; \
      x__Host-doorward_session=4; __Host-doorward_session=a.b-c_d; __Host-doorward_session2=5",
        ],
    ),
    (
        "white space that is not ascii",
        &[
            b"\xc2\xa0__Host-doorward_session=1; \xe2\x80\x80__Host-doorward_session=2; \
      __Host-doorward_session\x85=3; __Host-doorward_session=a.b-c_d",
        ],
    ),
];

/// Fields without exactly one own cookie.
const ABSENT: &[(&str, &[&[u8]])] = &[
    ("none", &[]),
    ("foreign only", &[b"x=\xff"]),
    (
        "twice",
        &[b"__Host-doorward_session=a; __Host-doorward_session=b"],
    ),
    (
        "twice the same",
        &[b"__Host-doorward_session=a; __Host-doorward_session=a"],
    ),
    (
        "in two fields",
        &[b"__Host-doorward_session=a", b"__Host-doorward_session=b"],
    ),
    (
        "second with high byte",
        &[b"__Host-doorward_session=a; __Host-doorward_session=\xff"],
    ),
    ("own with high byte", &[b"__Host-doorward_session=K\xf6ln"]),
    ("in value", &[b"x=__Host-doorward_session=a"]),
    ("without equals", &[b"__Host-doorward_session"]),
];

#[test]
fn foreign_cookies_are_skipped() {
    for (name, fields) in FOREIGN {
        assert_eq!(read(fields).as_deref(), Some("a.b-c_d"), "{name}");
    }
}

#[test]
fn long_foreign_cookies_are_skipped() {
    let long = [b"x=", vec![0xe9; 15_000].as_slice()].concat();
    assert_eq!(
        read(&[&long, b"__Host-doorward_session=a"]).as_deref(),
        Some("a")
    );
}

#[test]
fn absent_or_ambiguous_cookie_is_not_read() {
    for (name, fields) in ABSENT {
        assert_eq!(read(fields), None, "{name}");
    }
}
