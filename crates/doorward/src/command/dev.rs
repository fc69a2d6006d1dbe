//! `doorward dev`: both servers in one process, on loopback, with no configuration.

use std::{
    env,
    ffi::OsStr,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf, is_separator},
    sync::Arc,
};

use clap::Args;
use doorward_access::clock::SystemClock;
use doorward_admin::operator::AdminContext;
use doorward_admin::users;
use doorward_domain::rules::rejection::quoted;
use doorward_identity_server::{
    Deps, Server,
    dev::instance::Instance,
    dev::{self, Options, seed},
};
use doorward_resource_server::SampleUsers;
use doorward_store::Db;

use super::server::{run_servers, start_failure};
use super::shutdown::Signals;
use crate::logging::{self, DevCommands};
use crate::{error::CliError, listen::listen, output, target};

/// Name of the program.
const NAME: &str = "doorward";
/// Default port of the identity server.
pub const PORT: u16 = 8400;
/// Default port of the tasks API.
pub const TASKS_PORT: u16 = 8401;

/// Run both servers on loopback without a configuration, for development.
#[derive(Debug, Args)]
pub struct DevArgs {
    /// Port of the identity server
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// Port of the tasks API and its web client
    #[arg(long, value_name = "PORT", default_value_t = TASKS_PORT)]
    tasks_port: u16,
    /// Directory of the databases and generated keys
    #[arg(long, value_name = "DIR", default_value = ".doorward")]
    data_dir: PathBuf,
    /// Delete the data of an earlier start
    #[arg(long)]
    fresh: bool,
}

/// Prepares the instance and runs it until it is stopped.
pub fn run(args: &DevArgs) -> Result<(), CliError> {
    // With port 0 the system chooses each port, so the two may be equal.
    if args.port == args.tasks_port && args.port != 0 {
        return Err(CliError::Usage(
            "--port and --tasks-port must differ".to_owned(),
        ));
    }
    // Binds first, so that a port in use changes nothing in the data directory.
    let identity = bind(args.port, "--port")?;
    let tasks = bind(args.tasks_port, "--tasks-port")?;
    let options = Options {
        data_dir: args.data_dir.clone(),
        port: port_of(&identity)?,
        tasks_port: port_of(&tasks)?,
        fresh: args.fresh,
    };
    // A second process would change the clients of the first one, or delete its data.
    drop(dev::lock(&args.data_dir).map_err(CliError::failure)?);
    let instance = dev::prepare(&options, target::environment()).map_err(CliError::failure)?;
    let _lock = dev::lock(&args.data_dir).map_err(CliError::failure)?;
    let commands = DevCommands {
        program: program(),
        option: format!(
            "--data-dir {}",
            quoted(&args.data_dir.display().to_string())
        ),
    };
    logging::start(&instance.config.logging, Some(commands))?;
    run_servers(serve(&instance, identity, tasks, &args.data_dir))
}

async fn serve(
    instance: &Instance,
    identity: TcpListener,
    tasks: TcpListener,
    data_dir: &Path,
) -> Result<(), CliError> {
    let signals = Signals::catch()?;
    let config = instance.config.clone();
    let identity = async {
        let deps = Deps::new(Arc::new(SystemClock));
        let server = Server::build(config, deps, identity)
            .await
            .map_err(start_failure)?;
        seed::seed(instance, &server.context().core.db, &SystemClock).await?;
        Ok::<_, CliError>(server)
    };
    let tasks = async {
        let config = super::tasks::server_config(&instance.config)?;
        let deps = doorward_resource_server::Deps::default();
        doorward_resource_server::Server::build(config, deps, tasks)
            .await
            .map_err(start_failure)
    };
    let (identity, tasks) = tokio::try_join!(identity, tasks)?;
    if instance.is_new {
        add_samples(&identity.context().core.db, &tasks).await?;
        dev::finish(data_dir).map_err(CliError::failure)?;
    }
    let stop = signals.stop(vec![identity.handle(), tasks.handle()], Vec::new(), async {
    });
    output::document(&welcome(instance, data_dir))?;
    let done = tokio::try_join!(identity.run(), tasks.run());
    stop.abort();
    done?;
    Ok(())
}

/// Adds sample projects and tasks of the demo accounts.
async fn add_samples(db: &Db, tasks: &doorward_resource_server::Server) -> Result<(), CliError> {
    let context = AdminContext::command_line(db, &SystemClock);
    let subject = async |name: &'static str| {
        let user = users::get(&context, name).await?;
        Ok::<_, CliError>(user.id.to_string())
    };
    let (manager, alice, bob) = (
        subject("mona").await?,
        subject("alice").await?,
        subject("bob").await?,
    );
    let users = SampleUsers {
        manager: &manager,
        alice: &alice,
        bob: &bob,
    };
    tasks.add_samples(users).await.map_err(start_failure)
}

fn bind(port: u16, option: &str) -> Result<TcpListener, CliError> {
    listen((Ipv4Addr::LOCALHOST, port).into()).map_err(|error| {
        CliError::failure(format!(
            "127.0.0.1:{port}: {error}; choose another port with {option}"
        ))
    })
}

fn port_of(listener: &TcpListener) -> Result<u16, CliError> {
    Ok(listener.local_addr()?.port())
}

/// Returns the welcome text: addresses, sign-in credentials and commands to try next.
fn welcome(instance: &Instance, data_dir: &Path) -> String {
    let issuer = &instance.config.issuer;
    let tasks = &instance.config.tasks.public_url;
    let state = if instance.is_new {
        "new"
    } else {
        "kept from an earlier start"
    };
    let url = if instance.config.listen.port() == 8400 {
        String::new()
    } else {
        format!(" --url {issuer}")
    };
    let program = program();
    format!(
        "Doorward runs for development.

  Identity server   {issuer}
  Discovery         {issuer}/.well-known/openid-configuration
  Console           {issuer}/admin
  Account           {issuer}/account
  Mail inbox        {issuer}/dev/mail
  Tasks web client  {tasks}/web/
  Tasks API         {tasks}/api/tasks/
  Data              {data} ({state})

  Sign in as        admin, mona (manager), alice or bob (developers)
  Password          {password}

Try it:
  curl -H \"Authorization: Bearer $({program} token --user alice{url})\" {tasks}/api/tasks/

Then open the console and sign in as admin.

Stop with Ctrl-C. For anything but development use `doorward serve`.
",
        data = data_dir.display(),
        password = instance.password.expose(),
    )
}

/// Returns the shell command that runs this executable.
fn program() -> String {
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
