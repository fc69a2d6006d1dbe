//! Request bodies with the fields of the endpoint and an error.

use reqwest::header::HeaderMap;
use serde_json::{Map, Value, json};

use super::headers::put;
use super::parts::RequestRng;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
/// The maximum length of a body.
const MAX_LENGTH: usize = 64 * 1024;

/// The kinds of errors in a body of any format.
const INVALID_VALUES: &[&str] = &[
    "values",
    "values",
    "values",
    "missing",
    "twice",
    "empty",
    "1 MB",
    "over the limit",
    "another type",
    "nested",
    "NUL",
    "invalid UTF-8",
    "bad escapes",
    "many fields",
    "another media type",
    "no media type",
    "two media types",
    "gzip",
    "cut off",
    "rubbish",
];

/// Media types that the endpoint does not accept.
const MEDIA_TYPES: &[&[u8]] = &[
    b"text/plain",
    b"application/xml",
    b"multipart/form-data",
    b"multipart/form-data; boundary=",
    b"application/json; charset=utf-16",
    b"application/x-www-form-urlencoded; charset=\xff",
    b"application/merge-patch+json",
    b"application/",
    b"/",
    b"x",
    b"",
    b"image/png",
    b"\xff",
];

/// Creates an invalid form; returns it with a description of the error.
pub fn form(
    chance: &mut RequestRng,
    fields: &[(String, String)],
    headers: &mut HeaderMap,
) -> (Option<Vec<u8>>, String) {
    let wrong = *chance.one_of(INVALID_VALUES);
    let whole = encode(fields);
    let first = fields.first().map_or("a", |(name, _)| name.as_str());
    let body = match wrong {
        "missing" => return (None, wrong.to_owned()),
        "twice" => format!("{whole}&{whole}").into_bytes(),
        "empty" if chance.percent(50) => Vec::new(),
        "empty" => encode(
            &fields
                .iter()
                .map(|(name, _)| (name, ""))
                .collect::<Vec<_>>(),
        )
        .into_bytes(),
        "1 MB" => long(whole, "&padding=", 1 << 20),
        "over the limit" => long(whole, "&padding=", MAX_LENGTH + 1),
        "another type" => object(fields).to_string().into_bytes(),
        "nested" => format!("{whole}&{first}[a][b]{}=x", "[c]".repeat(1_000)).into_bytes(),
        "NUL" => format!("{first}=%00&{whole}").into_bytes(),
        "invalid UTF-8" => format!("{whole}&{first}=%ff%fe%80").into_bytes(),
        "bad escapes" => format!("{whole}&{first}=%zz%1").into_bytes(),
        "many fields" => format!("{whole}{}", "&a=1".repeat(2_000)).into_bytes(),
        "cut off" => cut(chance, whole.into_bytes()),
        "rubbish" => [whole.as_bytes(), b"&", &chance.rubbish(200)].concat(),
        _ => whole.into_bytes(),
    };
    media_type(chance, wrong, FORM, headers);
    (Some(body), wrong.to_owned())
}

/// Creates an invalid JSON text; returns it with a description of the error.
pub fn document(
    chance: &mut RequestRng,
    members: &Value,
    headers: &mut HeaderMap,
) -> (Option<Vec<u8>>, String) {
    let wrong = *chance.one_of(INVALID_VALUES);
    let whole = members.to_string();
    // The text without the last brace, so that more may follow.
    let open = whole.strip_suffix('}').unwrap_or(&whole);
    let first = members.as_object().and_then(|all| all.keys().next());
    let first = first.map_or("a", String::as_str);
    let comma = if whole.len() > 2 { "," } else { "" };
    let body = match wrong {
        "missing" => return (None, wrong.to_owned()),
        "twice" => format!("{open}{comma}\"{first}\":1,\"{first}\":2}}").into_bytes(),
        "empty" => chance
            .one_of(&["", "{}", "[]", "null", "\"\"", " "])
            .as_bytes()
            .to_vec(),
        "1 MB" => padded(open, comma, 1 << 20),
        "over the limit" => padded(open, comma, MAX_LENGTH + 1),
        "another type" => retyped(chance, members).to_string().into_bytes(),
        "nested" => nested(chance, first),
        "NUL" => format!("{open}{comma}\"x\":\"a\\u0000b\"}}").into_bytes(),
        "invalid UTF-8" => [open.as_bytes(), comma.as_bytes(), b"\"x\":\"\xff\xfe\"}"].concat(),
        "bad escapes" => format!("{open}{comma}\"x\":\"\\ud800\\q\"}}").into_bytes(),
        "many fields" => {
            let more: Vec<_> = (0..2_000)
                .map(|number| format!("\"m{number}\":{number}"))
                .collect();
            format!("{open}{comma}{}}}", more.join(",")).into_bytes()
        }
        "cut off" => cut(chance, whole.into_bytes()),
        "rubbish" => [whole.as_bytes(), &chance.rubbish(200)].concat(),
        _ => whole.into_bytes(),
    };
    media_type(chance, wrong, JSON, headers);
    (Some(body), wrong.to_owned())
}

/// Creates an invalid picture, or an invalid multipart form with one (RFC 7578).
pub fn picture(
    chance: &mut RequestRng,
    csrf: Option<&str>,
    headers: &mut HeaderMap,
) -> (Vec<u8>, String) {
    let length = *chance.one_of(&[0, 1, 5_000, 70_000, (2 << 20) + 1]);
    let mut bytes = chance.one_of(PICTURES).to_vec();
    bytes.resize(length.max(bytes.len()), 0x80);
    let wrong = format!("a picture of {} bytes", bytes.len());
    let Some(csrf) = csrf else {
        let types: &[&[u8]] = &[
            b"image/png",
            b"image/jpeg",
            b"image/gif",
            b"image/webp",
            b"text/plain",
        ];
        let kind = *chance.one_of(types);
        put(headers, "content-type", kind);
        return (bytes, wrong);
    };
    put(
        headers,
        "content-type",
        b"multipart/form-data; boundary=edge",
    );
    let head = chance.one_of(&[
        "content-disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\r\n",
        "content-disposition: form-data; name=\"other\"\r\n\r\n",
        "content-disposition: attachment\r\n\r\n",
        "content-disposition form-data\r\n\r\n",
        "\r\n",
        "",
    ]);
    let end = chance.one_of(&["\r\n--edge--\r\n", "\r\n--edge\r\n", "\r\n--ed", ""]);
    let before = format!(
        "--edge\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--edge\r\n{head}"
    );
    ([before.as_bytes(), &bytes, end.as_bytes()].concat(), wrong)
}

/// The beginnings of truncated pictures.
const PICTURES: &[&[u8]] = &[
    b"",
    b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\0\0\0",
    b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    b"GIF89a\xff\xff\xff\xff\xf7\0\0",
    b"RIFF\xff\xff\xff\xffWEBPVP8 ",
    b"<svg xmlns='http://www.w3.org/2000/svg'/>",
];

/// Encodes pairs as `application/x-www-form-urlencoded`.
pub fn encode(fields: &[(impl AsRef<str>, impl AsRef<str>)]) -> String {
    let pairs = fields.iter();
    doorward_testkit::agent::encode(pairs.map(|(name, value)| (name.as_ref(), value.as_ref())))
}

fn media_type(chance: &mut RequestRng, wrong: &str, right: &str, headers: &mut HeaderMap) {
    let other = *chance.one_of(MEDIA_TYPES);
    match wrong {
        "no media type" => {}
        "another media type" => put(headers, "content-type", other),
        "two media types" => {
            put(headers, "content-type", right.as_bytes());
            put(headers, "content-type", other);
        }
        "gzip" => {
            put(headers, "content-type", right.as_bytes());
            put(headers, "content-encoding", b"gzip");
        }
        _ => put(headers, "content-type", right.as_bytes()),
    }
}

fn long(whole: String, between: &str, length: usize) -> Vec<u8> {
    let mut body = (whole + between).into_bytes();
    body.resize(length.max(body.len()), b'x');
    body
}

fn padded(open: &str, comma: &str, length: usize) -> Vec<u8> {
    let mut body = format!("{open}{comma}\"padding\":\"").into_bytes();
    body.resize(length.max(body.len()) - 2, b'x');
    body.extend_from_slice(b"\"}");
    body
}

fn cut(chance: &mut RequestRng, mut body: Vec<u8>) -> Vec<u8> {
    let length = chance.below(body.len() + 1);
    body.truncate(length);
    body
}

fn nested(chance: &mut RequestRng, first: &str) -> Vec<u8> {
    let (open, close) = if chance.percent(50) {
        ("[", "]")
    } else {
        ("{\"a\":", "}")
    };
    let depth = *chance.one_of(&[40, 130, 10_000]);
    let close = if chance.percent(50) {
        close.repeat(depth)
    } else {
        String::new()
    };
    format!("{{\"{first}\":{}1{close}}}", open.repeat(depth)).into_bytes()
}

fn object(fields: &[(String, String)]) -> Value {
    let members = fields.iter();
    Value::Object(
        members
            .map(|(name, value)| (name.clone(), json!([value, 1])))
            .collect(),
    )
}

/// Returns the same members with values of other types.
fn retyped(chance: &mut RequestRng, members: &Value) -> Value {
    let all: Map<String, Value> = members.as_object().cloned().unwrap_or_default();
    let mut changed = Map::new();
    for (name, value) in all {
        let others = [
            json!(null),
            json!(-1),
            json!(1e308),
            json!([[[]]]),
            json!({ "a": { "b": [] } }),
            json!(true),
            json!("x"),
            json!([value]),
        ];
        changed.insert(name, chance.one_of(&others).clone());
    }
    if chance.percent(20) {
        return json!([changed]);
    }
    Value::Object(changed)
}
