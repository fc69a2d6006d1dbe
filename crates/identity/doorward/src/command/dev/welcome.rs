//! The welcome text of a development instance, and the command that runs this program again.

use std::{
    env,
    ffi::OsStr,
    path::{Path, is_separator},
};

use doorward_identity_server::dev::instance::Instance;
use doorward_rules::rejection::quoted;

use crate::target::DEV_DIRECTORY;

const NAME: &str = "doorward";

/// The next steps, with the arguments of their commands. The README has the same table.
const NEXT: [(&str, &str); 3] = [
    (
        "Connect your app",
        "client create \"My app\" --redirect-uri http://localhost:3000/callback",
    ),
    ("Import your users", "import csv users.csv --dry-run"),
    ("Install it", INSTALL),
];
/// The command that concerns no development instance.
const INSTALL: &str = "init";

/// Returns the welcome text: addresses, sign-in credentials and commands to try next.
pub(super) fn welcome(instance: &Instance, data_dir: &Path, has_tasks: bool) -> String {
    let issuer = &instance.config.issuer;
    let state = if instance.is_new {
        "new"
    } else {
        "kept from an earlier start"
    };
    let program = program();
    let (tasks, attempt) = tasks(instance, &program, has_tasks);
    format!(
        "Doorward runs for development.

  Identity server   {issuer}
  Discovery         {issuer}/.well-known/openid-configuration
  Console           {issuer}/admin
  Account           {issuer}/account
  Mail inbox        {issuer}/dev/mail
  {tasks}
  Data              {data} ({state})

  Sign in as        admin, mona (manager), alice or bob (developers)
  Password          {password}

Try it:
  {attempt}

Next, in a second terminal:
{next}
Stop with Ctrl-C. For anything but development use `doorward serve`.
",
        data = data_dir.display(),
        password = instance.password.expose(),
        next = next(&program, data_dir),
    )
}

/// Returns the addresses of the tasks API, and a first call.
fn tasks(instance: &Instance, program: &str, has_tasks: bool) -> (String, String) {
    let issuer = &instance.config.issuer;
    let tasks = &instance.config.tasks.public_url;
    let port = instance.config.listen.address().map(|it| it.port());
    let url = if port == Some(8400) {
        String::new()
    } else {
        format!(" --url {issuer}")
    };
    let token = format!("{program} token --user alice{url}");
    if has_tasks {
        let addresses = format!(
            "Tasks web client  {tasks}/web/
  Tasks API         {tasks}/api/tasks/"
        );
        let call = format!("curl -H \"Authorization: Bearer $({token})\" {tasks}/api/tasks/");
        return (addresses, call);
    }
    let missing =
        "Tasks API         install the package `doorward-tasks` beside this program to try it";
    (missing.to_owned(), token)
}

/// Returns a line for each entry of [`NEXT`].
fn next(program: &str, data_dir: &Path) -> String {
    let directory = if data_dir == Path::new(DEV_DIRECTORY) {
        String::new()
    } else {
        format!(" --data-dir {}", quoted(&data_dir.display().to_string()))
    };
    let line = |(aim, command): (&str, &str)| {
        let option = if command == INSTALL { "" } else { &directory };
        format!("  {aim:<18}{program} {command}{option}\n")
    };
    NEXT.map(line).concat()
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

    use super::{DEV_DIRECTORY, NEXT, command_of, next};

    #[test]
    fn readme_and_first_output_name_same_next_steps() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../README.md");
        let page = std::fs::read_to_string(page).unwrap();
        let mut rest = page.as_str();
        for (aim, command) in NEXT {
            let (_, row) = rest.split_once(&format!("\n| {aim} | ")).expect(aim);
            let expected = format!("`doorward {command}` |");
            assert!(row.starts_with(&expected), "{aim}");
            rest = row;
        }
        let text = next("doorward", Path::new(DEV_DIRECTORY));
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(
            text.contains("  Install it        doorward init\n"),
            "{text}"
        );
    }

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
