//! Strict parser of `application/x-www-form-urlencoded`, for query strings and bodies.

use std::fmt;
use std::ops::Range;

use crate::error::OAuthError;

/// The maximum number of fields in one request.
pub const MAX_FIELDS: usize = 100;

/// The decoded parameters of a request, in their order.
///
/// `Debug` shows the names only: values may be passwords, codes and tokens.
#[derive(Clone, Default)]
pub struct Params {
    /// Names and values, one directly after the other.
    text: String,
    /// The places of each name and its value in the text.
    pairs: Vec<(Range<usize>, Range<usize>)>,
    /// True if the sender percent-encoded a name.
    has_encoded_name: bool,
}

impl Params {
    /// Decodes a query string or a form body.
    ///
    /// # Errors
    /// Returns `invalid_request` for a `%` without two hex digits, invalid UTF-8, NUL, or more than
    /// [`MAX_FIELDS`] fields. Nothing is repaired silently.
    pub fn parse(bytes: &[u8]) -> Result<Self, OAuthError> {
        let mut text = Vec::with_capacity(bytes.len());
        let mut pairs = Vec::new();
        let mut has_encoded_name = false;
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
            has_encoded_name |= name.contains(&b'%');
            pairs.push((
                decode_into(name, &mut text)?,
                decode_into(value, &mut text)?,
            ));
        }
        let text = String::from_utf8(text).map_err(|_| not_utf8())?;
        Ok(Self {
            text,
            pairs,
            has_encoded_name,
        })
    }

    /// Wraps parameters that are already decoded, for tests and stored requests.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut params = Self::default();
        for (name, value) in pairs {
            let (name, value): (String, String) = (name.into(), value.into());
            let pair = (params.push(&name), params.push(&value));
            params.pairs.push(pair);
        }
        params
    }

    fn push(&mut self, part: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(part);
        start..self.text.len()
    }

    /// Returns the single value of `name`, even if it is empty.
    ///
    /// For the few parameters whose empty value must not count as absent (PKCE).
    ///
    /// # Errors
    /// Returns `invalid_request` if it is repeated.
    pub fn raw(&self, name: &str) -> Result<Option<&str>, OAuthError> {
        let mut values = self.iter().filter(|(n, _)| *n == name).map(|(_, v)| v);
        let first = values.next();
        if values.next().is_some() {
            return Err(repeated(name));
        }
        Ok(first)
    }

    /// Returns the single value of `name`. An empty value counts as absent (RFC 6749 §3.1).
    ///
    /// # Errors
    /// Returns `invalid_request` if it is repeated.
    pub fn optional(&self, name: &str) -> Result<Option<&str>, OAuthError> {
        Ok(self.raw(name)?.filter(|value| !value.is_empty()))
    }

    /// Returns the single value of `name`, which must be present.
    ///
    /// # Errors
    /// Returns `invalid_request` if it is absent, empty or repeated.
    pub fn required(&self, name: &str) -> Result<&str, OAuthError> {
        self.optional(name)?.ok_or_else(|| {
            OAuthError::invalid_request(format!("the parameter '{}' is missing", shorten(name)))
        })
    }

    /// Returns every non-empty value of a parameter that may repeat.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter(move |(n, v)| *n == name && !v.is_empty())
            .map(|(_, v)| v)
    }

    /// Rejects a request that repeats any parameter, known or unknown, except the named ones (RFC
    /// 6749 §3.1: parameters MUST NOT be included more than once).
    ///
    /// # Errors
    /// Returns `invalid_request` with the name of a repeated parameter.
    pub fn reject_duplicates(&self, except: &[&str]) -> Result<(), OAuthError> {
        // A request has at most `MAX_FIELDS` names, so a set would cost more than it saves.
        for (at, (name, _)) in self.iter().enumerate() {
            let is_repeated = self.iter().take(at).any(|(earlier, _)| earlier == name);
            if is_repeated && !except.contains(&name) {
                return Err(repeated(name));
            }
        }
        Ok(())
    }

    /// Rejects a request with a percent-encoded name, for messages whose readers must all see the same parameters.
    ///
    /// # Errors
    /// Returns `invalid_request`.
    pub fn reject_encoded_names(&self) -> Result<(), OAuthError> {
        if self.has_encoded_name {
            return Err(OAuthError::invalid_request(
                "the name of a parameter is percent-encoded",
            ));
        }
        Ok(())
    }

    /// Iterates over all pairs in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.pairs.iter();
        pairs.map(move |(name, value)| (&self.text[name.clone()], &self.text[value.clone()]))
    }

    /// Returns true if there are no parameters.
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

/// Decodes one name or value; also used for HTTP Basic credentials (RFC 6749 §2.3.1).
///
/// # Errors
/// Returns `invalid_request` for a `%` without two hex digits, invalid UTF-8 and NUL.
pub fn decode(encoded: &[u8]) -> Result<String, OAuthError> {
    let mut bytes = Vec::with_capacity(encoded.len());
    decode_into(encoded, &mut bytes)?;
    String::from_utf8(bytes).map_err(|_| not_utf8())
}

/// Appends one decoded name or value, and returns its place.
fn decode_into(encoded: &[u8], bytes: &mut Vec<u8>) -> Result<Range<usize>, OAuthError> {
    let start = bytes.len();
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
    if bytes[start..].contains(&0) {
        return Err(OAuthError::invalid_request("a parameter contains NUL"));
    }
    // Checked for each, so that no character begins in one and ends in the next.
    str::from_utf8(&bytes[start..]).map_err(|_| not_utf8())?;
    Ok(start..bytes.len())
}

fn not_utf8() -> OAuthError {
    OAuthError::invalid_request("a parameter is not valid UTF-8")
}

fn hex(digit: Option<&u8>) -> Option<u8> {
    char::from(*digit?)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

fn repeated(name: &str) -> OAuthError {
    OAuthError::invalid_request(format!("the parameter '{}' is repeated", shorten(name)))
}

/// Truncates a parameter name for an error, because names are client input.
fn shorten(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests;
