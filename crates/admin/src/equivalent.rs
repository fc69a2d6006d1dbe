//! The texts of a change for other interfaces: a command, a call of the admin API, and a file.

use serde_json::Value;

/// Name of the file with a change.
pub const CHANGE_FILE: &str = "change.json";
/// Name of the file with public keys.
pub const KEYS_FILE: &str = "keys.json";

/// Returns the text of a command for a POSIX shell.
pub fn command(words: &[String]) -> String {
    let quoted = words.iter().map(|word| match word.split_once('=') {
        Some((option, value)) if is_option(option) => format!("{option}={}", quote(value)),
        _ => quote(word),
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Returns the command that sends a change of this version as a JSON merge patch (RFC 7396). The
/// change is in [`CHANGE_FILE`], the access token in the environment.
pub fn call(url: &str, version: &str) -> String {
    let if_match = quote(&format!("If-Match: \"{version}\""));
    [
        format!("curl --request PATCH {} \\", quote(url)),
        "  --header \"Authorization: Bearer $TOKEN\" \\".to_owned(),
        "  --header 'Content-Type: application/json' \\".to_owned(),
        format!("  --header {if_match} \\"),
        format!("  --data @{CHANGE_FILE}"),
    ]
    .join("\n")
}

/// Returns the content of a file.
pub fn file(content: &Value) -> String {
    format!("{content:#}")
}

/// Returns true for the name of an option, which needs no quotes. A client ID can begin with `--` too.
fn is_option(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let name = word.strip_prefix("--");
    name.is_some_and(|name| name.bytes().all(is_plain))
}

fn quote(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=+:,./@%".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{call, command, file};

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
        let text = call("https://id.example/api/admin/clients/photos", "abc");
        assert!(
            text.starts_with("curl --request PATCH https://id.example/api/admin/clients/photos ")
        );
        assert!(text.contains("--header 'If-Match: \"abc\"' \\\n"));
        assert!(text.ends_with("--data @change.json"));
        assert_eq!(file(&json!({ "name": "A" })), "{\n  \"name\": \"A\"\n}");
    }
}
