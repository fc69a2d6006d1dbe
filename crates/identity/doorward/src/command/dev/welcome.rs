//! The welcome text of a development instance, and the command that runs this program again.

use std::{
    env,
    ffi::OsStr,
    path::{Path, is_separator},
};

use doorward_identity_server::dev::instance::Instance;
use doorward_rules::rejection::quoted;

const NAME: &str = "doorward";

/// Returns the welcome text: addresses, sign-in credentials and commands to try next.
pub(super) fn welcome(instance: &Instance, data_dir: &Path) -> String {
    let issuer = &instance.config.issuer;
    let tasks = &instance.config.tasks.public_url;
    let state = if instance.is_new {
        "new"
    } else {
        "kept from an earlier start"
    };
    let port = instance.config.listen.address().map(|it| it.port());
    let url = if port == Some(8400) {
        String::new()
    } else {
        format!(" --url {issuer}")
    };
    let program = program();
    let token = format!("{program} token --user alice{url}");
    let (demo, attempt) = if cfg!(feature = "demo") {
        (
            format!(
                "Tasks web client  {tasks}/web/
  Tasks API         {tasks}/api/tasks/"
            ),
            format!("curl -H \"Authorization: Bearer $({token})\" {tasks}/api/tasks/"),
        )
    } else {
        let demo = "Tasks API         not in this program; `doorward-tasks serve` runs it";
        (demo.to_owned(), token)
    };
    format!(
        "Doorward runs for development.

  Identity server   {issuer}
  Discovery         {issuer}/.well-known/openid-configuration
  Console           {issuer}/admin
  Account           {issuer}/account
  Mail inbox        {issuer}/dev/mail
  {demo}
  Data              {data} ({state})

  Sign in as        admin, mona (manager), alice or bob (developers)
  Password          {password}

Try it:
  {attempt}

Then open the console and sign in as admin.

Stop with Ctrl-C. For anything but development use `doorward serve`.
",
        data = data_dir.display(),
        password = instance.password.expose(),
    )
}

pub(super) fn program() -> String {
    let path = env::var_os("PATH").unwrap_or_default();
    let current = env::current_dir().ok();
    let here = env::current_exe();
    here.map_or_else(
        |_| NAME.to_owned(),
        |here| command_of(&here, current.as_deref(), &path),
    )
}

fn command_of(here: &Path, current: Option<&Path>, path: &OsStr) -> String {
    if env::split_paths(path).any(|directory| directory.join(NAME) == here) {
        return NAME.to_owned();
    }
    let relative = current.and_then(|current| here.strip_prefix(current).ok());
    let text = relative.unwrap_or(here).display().to_string();
    // A shell looks for a name alone in PATH only.
    let is_name = !text.contains(is_separator);
    quoted(&if is_name { format!("./{text}") } else { text })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::path::Path;

    use rstest::rstest;

    use super::command_of;

    #[rstest]
    #[case::in_path("/usr/bin/doorward", "doorward")]
    #[case::below("/home/ann/target/debug/doorward", "target/debug/doorward")]
    #[case::here("/home/ann/doorward", "./doorward")]
    #[case::elsewhere("/opt/doorward", "/opt/doorward")]
    #[case::with_space("/home/ann/my tools/doorward", "'my tools/doorward'")]
    fn program_is_shell_command(#[case] here: &str, #[case] expected: &str) {
        let current = Some(Path::new("/home/ann"));
        let path = OsStr::new("/bin:/usr/bin");
        assert_eq!(command_of(Path::new(here), current, path), expected);
    }
}
