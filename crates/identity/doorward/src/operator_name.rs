//! The user at the command line.

use rustix::process::geteuid;

/// Returns the user and the host of the operating system; see [`describe`].
pub fn read() -> String {
    let user = whoami::username().unwrap_or_default();
    let host = whoami::hostname().unwrap_or_default();
    let asked = std::env::var("SUDO_USER").ok();
    describe(&user, geteuid().as_raw(), &host, asked.as_deref())
}

/// Returns `alice@host`, or with sudo `root@host for alice`. A user ID without an entry in the list of
/// users, as in some containers, is `uid:1001@host`.
fn describe(user: &str, uid: u32, host: &str, asked: Option<&str>) -> String {
    let user = match user {
        "" => format!("uid:{uid}"),
        user => user.to_owned(),
    };
    let asked = asked.filter(|asked| !asked.is_empty() && *asked != user);
    let asked = asked.map_or_else(String::new, |asked| format!(" for {asked}"));
    format!("{user}@{host}{asked}")
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn operator_is_always_named() {
        for (user, host, asked, expected) in [
            ("alice", "vm", None, "alice@vm"),
            ("root", "vm", Some("alice"), "root@vm for alice"),
            ("root", "vm", Some("root"), "root@vm"),
            ("root", "vm", Some(""), "root@vm"),
            ("", "vm", None, "uid:1001@vm"),
            ("", "vm", Some("alice"), "uid:1001@vm for alice"),
            ("", "", None, "uid:1001@"),
            ("alice", "", None, "alice@"),
        ] {
            let described = describe(user, 1001, host, asked);
            assert_eq!(described, expected, "{user:?} {host:?} {asked:?}");
        }
    }
}
