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

doorward_protocol::words! {
    pub enum UserAttribute {
        Username = "username",
        /// The e-mail address or its local part.
        Email = "email",
        Name = "name",
        Site = "site",
    }
}
