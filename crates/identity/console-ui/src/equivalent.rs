//! The texts of a change for other interfaces: a command, a call of the admin API, and a file.

pub mod forms;
pub mod table;

use doorward_admin::operation::PICTURE_FILE;
use doorward_rules::rejection::quoted;
use serde_json::Value;

pub const CHANGE_FILE: &str = "change.json";
pub const KEYS_FILE: &str = "jwks.json";

pub fn command(words: &[String]) -> String {
    let words = words.iter().map(|word| match word.split_once('=') {
        Some((option, value)) if is_option(option) => format!("{option}={}", quoted(value)),
        _ => quoted(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[derive(Clone, Copy, Debug)]
pub enum CallBody {
    None,
    Change,
    Picture,
}

/// A call of the admin API. The access token is in the environment.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub method: &'a str,
    pub url: &'a str,
    pub version: Option<&'a str>,
    /// Reason, URL-encoded.
    pub reason: Option<&'a str>,
    pub body: CallBody,
}

pub fn call(call: &Call<'_>) -> String {
    let mut lines = vec![
        format!("curl --request {} {}", call.method, quoted(call.url)),
        "  --header \"Authorization: Bearer $TOKEN\"".to_owned(),
    ];
    let mut header = |name: &str, value: &str| {
        lines.push(format!(
            "  --header {}",
            quoted(&format!("{name}: {value}"))
        ));
    };
    match call.body {
        CallBody::None => {}
        CallBody::Change => header("Content-Type", "application/json"),
        CallBody::Picture => header("Content-Type", "image/png"),
    }
    if let Some(version) = call.version {
        header("If-Match", &format!("\"{version}\""));
    }
    if let Some(reason) = call.reason {
        header("X-Doorward-Reason", reason);
    }
    match call.body {
        CallBody::None => {}
        CallBody::Change => lines.push(format!("  --data @{CHANGE_FILE}")),
        CallBody::Picture => lines.push(format!("  --data-binary @{PICTURE_FILE}")),
    }
    lines.join(" \\\n")
}

pub fn file(content: &Value) -> String {
    format!("{content:#}")
}

/// Returns true for the name of an option, which needs no quotes. A client ID can begin with `--` too.
fn is_option(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let name = word.strip_prefix("--");
    name.is_some_and(|name| name.bytes().all(is_plain))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Call, CallBody, call, command, file};

    #[test]
    fn words_are_quoted_for_shell() {
        for (word, expected) in [
            ("photos", "photos"),
            ("--name=Photo Album", "--name='Photo Album'"),
            ("--name=It's", r"--name='It'\''s'"),
            ("--sector-identifier=", "--sector-identifier=''"),
            ("--$(id)=x", "'--$(id)=x'"),
            (
                "--redirect-uri=https://a.example/cb",
                "--redirect-uri=https://a.example/cb",
            ),
            (
                "--redirect-uri=https://a.example/?a=1&b",
                "--redirect-uri='https://a.example/?a=1&b'",
            ),
            ("$HOME", "'$HOME'"),
            ("", "''"),
        ] {
            assert_eq!(command(&[word.to_owned()]), expected);
        }
    }

    #[test]
    fn call_names_version_and_file() {
        let change = Call {
            method: "PATCH",
            url: "https://id.example/api/admin/clients/photos",
            version: Some("abc"),
            reason: None,
            body: CallBody::Change,
        };
        let text = call(&change);
        assert!(
            text.starts_with("curl --request PATCH https://id.example/api/admin/clients/photos ")
        );
        assert!(text.contains("--header 'If-Match: \"abc\"' \\\n"));
        assert!(text.ends_with("--data @change.json"));
        assert_eq!(file(&json!({ "name": "A" })), "{\n  \"name\": \"A\"\n}");
    }

    #[test]
    fn call_has_reason_and_no_body() {
        let end = Call {
            method: "DELETE",
            url: "https://id.example/api/admin/sessions?user=1",
            version: None,
            reason: Some("lost%20phone"),
            body: CallBody::None,
        };
        assert_eq!(
            call(&end),
            "curl --request DELETE 'https://id.example/api/admin/sessions?user=1' \\\n  \
             --header \"Authorization: Bearer $TOKEN\" \\\n  \
             --header 'X-Doorward-Reason: lost%20phone'"
        );
        let logo = Call {
            method: "PUT",
            body: CallBody::Picture,
            ..end
        };
        assert!(call(&logo).ends_with("--data-binary @logo.png"));
    }
}
