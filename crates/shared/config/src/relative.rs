//! Resolves the relative paths of a configuration file from the directory of that file, so that a
//! command finds the same files from every working directory.

use std::path::Path;

use config::ValueKind;
use url::form_urlencoded;

use super::address::sqlite_path;
use super::key::Kind;
use super::listen::UNIX;

/// Parameters of a `postgres://` address that name a file.
const FILES: [&str; 7] = [
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
];

/// Returns the value of a key with its paths resolved from the directory; a value without a relative
/// path is returned unchanged.
pub fn resolve(kind: &Kind, value: ValueKind, directory: &Path) -> ValueKind {
    let text = match value {
        ValueKind::String(text) => text,
        other => return other,
    };
    ValueKind::String(match kind {
        Kind::Path => join(directory, &text),
        Kind::SecretUrl(_) => resolve_url(&text, directory),
        Kind::Listen => match text.strip_prefix(UNIX) {
            Some(path) => format!("{UNIX}{}", join(directory, path)),
            None => text,
        },
        _ => text,
    })
}

/// Resolves the file of a `sqlite:` address, or the certificate files of a `postgres:` address.
fn resolve_url(url: &str, directory: &Path) -> String {
    if let Some(path) = sqlite_path(url) {
        let start = if url.starts_with("sqlite://") { 9 } else { 7 };
        let rest = &url[start + path.len()..];
        return format!("{}{}{rest}", &url[..start], join(directory, path));
    }
    match url.split_once('?') {
        Some((address, query)) if url.starts_with("postgres") => {
            let parameters = query.split('&').map(|parameter| {
                let read = form_urlencoded::parse(parameter.as_bytes()).next();
                let file = read.filter(|(name, value)| {
                    FILES.contains(&name.as_ref()) && !value.starts_with("-----BEGIN")
                });
                match file {
                    Some((name, path)) => {
                        let path = join(directory, &path);
                        let encoded = form_urlencoded::byte_serialize(path.as_bytes());
                        format!("{name}={}", encoded.collect::<String>())
                    }
                    None => parameter.to_owned(),
                }
            });
            format!("{address}?{}", parameters.collect::<Vec<_>>().join("&"))
        }
        _ => url.to_owned(),
    }
}

/// Joins a path to a directory, unless the path is absolute or empty.
fn join(directory: &Path, path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    directory.join(path).to_string_lossy().into_owned()
}
