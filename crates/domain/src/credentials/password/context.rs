//! What an attacker knows about a person.

/// The words that an attacker of this person tries first.
#[derive(Clone, Copy, Debug, Default)]
pub struct PasswordContext<'a> {
    /// The user name.
    pub username: &'a str,
    /// The e-mail address; its local part counts on its own.
    pub email: &'a str,
    /// Given, family and nick names, in any number.
    pub names: &'a [&'a str],
    /// The name of this site.
    pub site: &'a str,
}

/// Which of the person's words a password resembles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserAttribute {
    /// The user name.
    Username,
    /// The e-mail address or its local part.
    Email,
    /// One of the names.
    Name,
    /// The name of the site.
    Site,
}

impl UserAttribute {
    /// A stable name, for translations and machine-readable errors.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::Name => "name",
            Self::Site => "site",
        }
    }
}
