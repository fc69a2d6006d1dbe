//! `[directories]`: LDAP directories and Active Directory that users sign in with.

use std::path::PathBuf;

use super::key::Kind;

section! {
    pub struct Directories in "directories" {
        /// Path of the file (TOML) that names the LDAP directories, a table each. Their users sign in
        /// with the password of the directory. Unset: no directories. The server reads the file again
        /// when it changes.
        file: Option<PathBuf> = Kind::Path.unset();
    }
}
