//! Known attributes of a user, which passwords must not resemble.

/// The attributes of a user that an attacker tries first.
#[derive(Clone, Copy, Debug, Default)]
pub struct PasswordContext<'a> {
    pub username: &'a str,
    /// The e-mail address; its local part is also compared alone.
    pub email: &'a str,
    /// Given, family and nicknames, in any number.
    pub names: &'a [&'a str],
    pub site: &'a str,
}

/// The attribute that a password resembles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserAttribute {
    Username,
    /// The e-mail address or its local part.
    Email,
    Name,
    Site,
}

impl UserAttribute {
    /// Returns a stable name for translations and machine-readable errors.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::Name => "name",
            Self::Site => "site",
        }
    }
}
