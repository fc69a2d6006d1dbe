//! The user at the command line.

/// Returns the user and the host of the operating system, such as `alice@host`, or with sudo
/// `root@host for alice`; `None` if the user has no name, as in some containers.
pub fn read() -> Option<String> {
    let user = whoami::username().ok()?;
    let host = whoami::hostname().unwrap_or_default();
    let asked = std::env::var("SUDO_USER").ok();
    let asked = asked.filter(|asked| *asked != user);
    let asked = asked.map_or_else(String::new, |asked| format!(" for {asked}"));
    Some(format!("{user}@{host}{asked}"))
}
