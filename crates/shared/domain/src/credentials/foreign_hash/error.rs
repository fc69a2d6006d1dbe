//! The reasons why a hash cannot be imported. They repeat no part of it.

pub type Result<T, E = ForeignHashError> = std::result::Result<T, E>;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForeignHashError {
    /// The account has no password: nothing matches the value.
    #[error("the account has no usable password")]
    Unusable,
    #[error("passwords hashed with {0} cannot be verified")]
    Unsupported(String),
    #[error("the password hash is damaged")]
    Malformed,
    #[error("the password hash requires more memory or time than allowed")]
    TooExpensive,
}

impl ForeignHashError {
    /// Returns `Unsupported` with the name of an algorithm, or with `an unknown algorithm` if the
    /// text does not look like a name: it may be a secret.
    pub(super) fn unsupported(name: &str) -> Self {
        let is_name = (1..=32).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        Self::Unsupported(
            if is_name {
                name
            } else {
                "an unknown algorithm"
            }
            .to_owned(),
        )
    }
}
