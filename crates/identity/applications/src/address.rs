//! The URL of an application.

use std::fmt;

use url::Url;

/// The URL at which users reach an application, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
    scheme: String,
    host: String,
    domain: String,
    path: String,
}

/// The reason for which a text is no URL of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("write an absolute URL such as https://app.example")]
    NotAbsolute,
    #[error("the scheme must be https, or http on your own machine")]
    Scheme,
    #[error("leave out user name, query and fragment")]
    Extra,
    #[error("leave out the path: this application is served at the root of its host")]
    Path,
}

impl Address {
    /// Reads the URL of an application on a server.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let url = read(text)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme);
        }
        Ok(Self::of(&url))
    }

    /// Reads the URL of an installed app, which can have a private-use scheme (RFC 8252 §7.1), such
    /// as `com.example.app:`.
    pub fn parse_private(text: &str) -> Result<Self, AddressError> {
        let url = read(text)?;
        // RFC 8252 §7.1: the scheme is a domain name in reverse order.
        let is_private = url.scheme().contains('.');
        if !is_private && !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme);
        }
        Ok(Self::of(&url))
    }

    fn of(url: &Url) -> Self {
        let domain = url.host_str().unwrap_or_default().to_owned();
        let host = match url.port() {
            Some(port) => format!("{domain}:{port}"),
            None => domain.clone(),
        };
        Self {
            text: url.as_str().trim_end_matches('/').to_owned(),
            scheme: url.scheme().to_owned(),
            host,
            domain,
            path: url.path().trim_end_matches('/').to_owned(),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Returns the host, with the port if it is not that of the scheme.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns scheme and host, without a path.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }

    /// Returns the path without a trailing slash: empty at the root of a host.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the host without a port.
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn read(text: &str) -> Result<Url, AddressError> {
    let url = Url::parse(text).map_err(|_| AddressError::NotAbsolute)?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    if has_user || url.query().is_some() || url.fragment().is_some() {
        return Err(AddressError::Extra);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Address, AddressError};

    #[rstest]
    #[case("https://app.example", "https://app.example")]
    #[case("https://app.example/", "https://app.example")]
    #[case("HTTPS://App.Example:443/wiki//", "https://app.example/wiki")]
    #[case("http://localhost:3000", "http://localhost:3000")]
    fn url_has_no_trailing_slash(#[case] given: &str, #[case] expected: &str) {
        assert_eq!(Address::parse(given).unwrap().as_str(), expected);
    }

    #[rstest]
    #[case("app.example", AddressError::NotAbsolute)]
    #[case("ftp://app.example", AddressError::Scheme)]
    #[case("javascript:alert(1)", AddressError::Scheme)]
    #[case("https://a:b@app.example", AddressError::Extra)]
    #[case("https://app.example/?next=1", AddressError::Extra)]
    #[case("https://app.example/#top", AddressError::Extra)]
    fn other_texts_are_rejected(#[case] given: &str, #[case] expected: AddressError) {
        assert_eq!(Address::parse(given), Err(expected));
    }

    #[rstest]
    #[case("com.example.app:", "com.example.app:")]
    #[case("com.example.app:/", "com.example.app:")]
    #[case("https://app.example/", "https://app.example")]
    fn installed_app_has_scheme(#[case] given: &str, #[case] expected: &str) {
        assert_eq!(Address::parse_private(given).unwrap().as_str(), expected);
    }

    #[test]
    fn private_scheme_is_domain_name() {
        assert_eq!(
            Address::parse_private("myapp:/cb"),
            Err(AddressError::Scheme)
        );
        assert_eq!(
            Address::parse("com.example.app:"),
            Err(AddressError::Scheme)
        );
    }

    #[test]
    fn host_has_port_that_is_not_default() {
        let address = Address::parse("https://app.example:8443/x").unwrap();
        assert_eq!(address.host(), "app.example:8443");
        assert_eq!(address.domain(), "app.example");
        assert_eq!(address.scheme(), "https");
        assert_eq!(address.origin(), "https://app.example:8443");
        assert_eq!(address.path(), "/x");
        assert_eq!(Address::parse("http://app.example/").unwrap().path(), "");
    }
}
