//! Address of the main listener.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Prefix of the path of a Unix socket.
pub(super) const UNIX: &str = "unix:";

/// An IP address with a port, or the path of a Unix socket (`unix:/run/doorward/doorward.sock`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Listen {
    Address(SocketAddr),
    Unix(PathBuf),
}

/// A text that is neither an IP address with a port nor the path of a Unix socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither an IP address and a port nor unix:PATH")]
pub struct ListenError;

impl Listen {
    /// Returns the IP address and port; `None` for a Unix socket.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Address(address) => Some(*address),
            Self::Unix(_) => None,
        }
    }

    /// Returns the path of the Unix socket; `None` for an IP address.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Address(_) => None,
            Self::Unix(path) => Some(path),
        }
    }
}

impl From<SocketAddr> for Listen {
    fn from(address: SocketAddr) -> Self {
        Self::Address(address)
    }
}

impl FromStr for Listen {
    type Err = ListenError;

    fn from_str(text: &str) -> Result<Self, ListenError> {
        match text.strip_prefix(UNIX) {
            Some("") => Err(ListenError),
            Some(path) => Ok(Self::Unix(path.into())),
            None => text.parse().map(Self::Address).map_err(|_| ListenError),
        }
    }
}

impl TryFrom<String> for Listen {
    type Error = ListenError;

    fn try_from(text: String) -> Result<Self, ListenError> {
        text.parse()
    }
}

impl From<Listen> for String {
    fn from(listen: Listen) -> Self {
        listen.to_string()
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "{UNIX}{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("127.0.0.1:8400", Some(Listen::Address(([127, 0, 0, 1], 8400).into())))]
    #[case("[::]:443", Some(Listen::Address("[::]:443".parse().unwrap())))]
    #[case("unix:/run/d.sock", Some(Listen::Unix("/run/d.sock".into())))]
    #[case("unix:d.sock", Some(Listen::Unix("d.sock".into())))]
    #[case("unix:", None)]
    #[case("/run/d.sock", None)]
    #[case("localhost:443", None)]
    fn reads_address_or_socket(#[case] text: &str, #[case] expected: Option<Listen>) {
        let read = text.parse::<Listen>().ok();
        assert_eq!(read, expected);
        if let Some(listen) = read {
            assert_eq!(listen.to_string(), text);
        }
    }
}
