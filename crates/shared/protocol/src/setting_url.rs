//! URLs of settings. The URL standard corrects its input: it drops tabs and line ends, and reads
//! `https:x` and `\` as what was perhaps meant. What is checked would then be another text than what is
//! stored, mailed and compared, so such a text is rejected.

use url::Url;

/// The reason why a text is no URL of a setting, as an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SettingUrlError {
    /// A character that a URL cannot have (RFC 3986 §2): a space, a control or invisible character,
    /// one beyond ASCII, a quote or a backslash.
    #[error(
        "write a URL in ASCII, without spaces, quotes and backslashes; encode other characters"
    )]
    Characters,
    /// Not absolute, or without a host where its scheme has one.
    #[error("write an absolute URL, such as https://example.org")]
    NotAbsolute,
    /// A user name or password, which others would read, or which imitates a host.
    #[error("leave out user and password")]
    UserInfo,
}

/// Parses a URL of a setting. The text is what was checked: it may be stored.
///
/// # Errors
/// Returns the first reason why it cannot be used.
pub fn parse(text: &str) -> Result<Url, SettingUrlError> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\".contains(&byte);
    if !text.bytes().all(is_plain) {
        return Err(SettingUrlError::Characters);
    }
    let url = Url::parse(text).map_err(|_| SettingUrlError::NotAbsolute)?;
    let authority = text.split_once("://").map(|(_, rest)| {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        &rest[..end]
    });
    // The parser finds a host also in `https:x` and `https:///x`.
    if url.has_host() && authority.is_none_or(str::is_empty) {
        return Err(SettingUrlError::NotAbsolute);
    }
    let names_user = authority.is_some_and(|authority| authority.contains('@'));
    if names_user || !url.username().is_empty() || url.password().is_some() {
        return Err(SettingUrlError::UserInfo);
    }
    Ok(url)
}

/// Parses a URI of a resource: absolute, without a fragment (RFC 8707 §2).
///
/// # Errors
/// Returns the first reason why it cannot be used.
pub fn parse_resource(text: &str) -> Result<Url, SettingUrlError> {
    let url = parse(text)?;
    if text.contains('#') {
        return Err(SettingUrlError::NotAbsolute);
    }
    Ok(url)
}

#[cfg(test)]
mod tests;
