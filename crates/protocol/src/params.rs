//! Strict `application/x-www-form-urlencoded`, for query strings and bodies alike.

use std::collections::HashSet;
use std::fmt;

use crate::error::OAuthError;

/// The most fields that one request may carry.
pub const MAX_FIELDS: usize = 100;

/// The decoded parameters of a request, in their order.
///
/// `Debug` shows the names only: values may be passwords, codes and tokens.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Decodes a query string or a form body.
    ///
    /// Refused with `invalid_request`: a `%` without two hex digits, invalid UTF-8, NUL, more than
    /// [`MAX_FIELDS`] fields. Nothing is repaired silently.
    pub fn parse(bytes: &[u8]) -> Result<Self, OAuthError> {
        let mut pairs = Vec::new();
        for field in bytes
            .split(|b| *b == b'&')
            .filter(|field| !field.is_empty())
        {
            if pairs.len() == MAX_FIELDS {
                return Err(OAuthError::invalid_request("too many parameters"));
            }
            let (name, value) = match field.iter().position(|b| *b == b'=') {
                Some(at) => (&field[..at], &field[at + 1..]),
                None => (field, &field[field.len()..]),
            };
            pairs.push((decode(name)?, decode(value)?));
        }
        Ok(Self { pairs })
    }

    /// Parameters that are already decoded, for tests and for stored requests.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self {
            pairs: pairs
                .into_iter()
                .map(|(n, v)| (n.into(), v.into()))
                .collect(),
        }
    }

    /// The single value of `name`, even when it is empty; twice is `invalid_request`.
    ///
    /// For the few parameters where an empty value must not pass for an absent one (PKCE).
    pub fn raw(&self, name: &str) -> Result<Option<&str>, OAuthError> {
        let mut values = self.iter().filter(|(n, _)| *n == name).map(|(_, v)| v);
        let first = values.next();
        if values.next().is_some() {
            return Err(repeated(name));
        }
        Ok(first)
    }

    /// The single value of `name`. Twice is `invalid_request`; an empty value counts as omitted
    /// (RFC 6749 §3.1).
    pub fn one(&self, name: &str) -> Result<Option<&str>, OAuthError> {
        Ok(self.raw(name)?.filter(|value| !value.is_empty()))
    }

    /// Like [`Params::one`], but an absent or empty value is `invalid_request`.
    pub fn required(&self, name: &str) -> Result<&str, OAuthError> {
        self.one(name)?.ok_or_else(|| {
            OAuthError::invalid_request(format!("the parameter '{}' is missing", shorten(name)))
        })
    }

    /// Every value of a parameter that may repeat, without the empty ones.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter(move |(n, v)| *n == name && !v.is_empty())
            .map(|(_, v)| v)
    }

    /// Refuses a request that carries any parameter twice, known or unknown, except those named
    /// (RFC 6749 §3.1: parameters MUST NOT be included more than once).
    pub fn reject_duplicates(&self, except: &[&str]) -> Result<(), OAuthError> {
        let mut seen = HashSet::with_capacity(self.pairs.len());
        for (name, _) in self.iter() {
            if !seen.insert(name) && !except.contains(&name) {
                return Err(repeated(name));
            }
        }
        Ok(())
    }

    /// All pairs in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// Whether there is no parameter at all.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Decodes one name or value; the same strictness serves RFC 6749 §2.3.1 Basic credentials.
pub(crate) fn decode(encoded: &[u8]) -> Result<String, OAuthError> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (hex(rest.next()), hex(rest.next())) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(OAuthError::invalid_request("malformed percent-encoding")),
            },
            other => *other,
        });
    }
    if bytes.contains(&0) {
        return Err(OAuthError::invalid_request("a parameter contains NUL"));
    }
    String::from_utf8(bytes)
        .map_err(|_| OAuthError::invalid_request("a parameter is not valid UTF-8"))
}

fn hex(digit: Option<&u8>) -> Option<u8> {
    char::from(*digit?)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

fn repeated(name: &str) -> OAuthError {
    OAuthError::invalid_request(format!("the parameter '{}' is repeated", shorten(name)))
}

/// Parameter names come from outside: an error repeats only their beginning.
fn shorten(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests;
