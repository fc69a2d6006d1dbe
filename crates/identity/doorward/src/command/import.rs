mod files;
mod ids;
mod options;
mod report;
mod sync;

use std::fs;
use std::io::Read as _;

use doorward_config::address::{ENCODE, check_server_url};
use doorward_domain::derived_keys::{ProviderKey, RecoveryKey, TotpKey};
use doorward_import::apply::{Import, ImportError};
use doorward_import::item::Decision;
use doorward_import::read::django::{
    Database, DjangoOptions, Dump, GroupsAs, SiteTable, TimeZone, columns,
};
use doorward_import::read::keycloak::Export;
use doorward_import::read::user_file::product;
use doorward_import::read::{ReadError, on_thread};
use doorward_import::record::Record;
use doorward_import::sync::Comparison;
use tokio::sync::mpsc::Receiver;

use self::files::{FileArgs, FirebaseArgs};
use self::options::CommonArgs;
use self::report::Report;
use self::sync::SyncArgs;

use crate::command::prelude::*;

#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(flatten)]
    place: ActingTarget,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Import from Django: users, groups, permissions, allauth, django-otp, django-oauth-toolkit
    Django(Box<DjangoArgs>),
    /// Import a realm export of Keycloak; the `sub` of each user stays the same
    Keycloak(Box<KeycloakArgs>),
    /// Import users from a CSV file with a header, once or every night
    Csv(Box<FileArgs>),
    /// Import users of Auth0: the export of users (JSON lines or CSV), or the one of password hashes
    Auth0(Box<FileArgs>),
    /// Import users of Okta: the list of users of its API (JSON), or CSV; Okta exports no passwords
    Okta(Box<FileArgs>),
    /// Import users of Microsoft Entra ID: "Download users" (CSV); Entra exports no passwords
    Entra(Box<FileArgs>),
    /// Import users of Amazon Cognito: `aws cognito-idp list-users` (JSON), or CSV with the columns of
    /// `get-csv-header`; Cognito exports no passwords
    Cognito(Box<FileArgs>),
    /// Import users of Firebase: `firebase auth:export` (JSON or CSV)
    Firebase(Box<FirebaseArgs>),
    /// Import users of Clerk: the export of the dashboard (CSV)
    Clerk(Box<FileArgs>),
    /// List the IDs of imported objects in their source, and their IDs here
    Ids(ids::IdsArgs),
}

#[derive(Debug, Args)]
struct DjangoArgs {
    /// File of `manage.py dumpdata --natural-foreign`, an SQLite file, or `postgres://…`; databases
    /// are only read, and PGPASSWORD is the password
    #[arg(id = "input", value_name = "SOURCE")]
    source: String,
    /// User model, if several models have `password` and `last_login`
    #[arg(long, value_name = "APP.MODEL")]
    user_model: Option<String>,
    /// Field that users log in with (`USERNAME_FIELD`) [default: `username`, or `email` if the
    /// model has no `username`]
    #[arg(long, value_name = "FIELD")]
    login_field: Option<String>,
    /// Column of the user model and its meaning here: `username`, `email`, `email_verified`, `name`
    /// (divided into name parts), `groups`, `is_active`, `is_staff`, `is_superuser`, `date_joined` or
    /// a profile field, such as `phone=phone_number` (repeatable)
    #[arg(long, value_name = "COLUMN=NAME")]
    field: Vec<String>,
    /// Table of the site with second factors: secret of the authenticator app, backup codes, user
    /// [default fields: `secret`, none, `user`] (repeatable)
    #[arg(long, value_name = "APP.MODEL:SECRET,CODES,USER", value_parser = second_factor)]
    second_factor: Vec<SiteTable>,
    /// Table of the site with a tree of groups: row above, name, members [default fields: `parent`,
    /// `name` or that of the group that it extends, `members`] (repeatable)
    #[arg(long, value_name = "APP.MODEL:PARENT,NAME,MEMBERS", value_parser = group_tree)]
    group_tree: Vec<SiteTable>,
    /// Import groups as roles or as groups [default: groups of a tree as groups, others as roles]
    #[arg(long, value_name = "KIND", value_parser = groups_as)]
    groups_as: Option<GroupsAs>,
    /// `TIME_ZONE` of a project with `USE_TZ = False`
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,
    #[command(flatten)]
    sync: SyncArgs,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Args)]
struct KeycloakArgs {
    /// File or directory of `kc.sh export`
    export: PathBuf,
    /// Realm, if the export contains several
    #[arg(long)]
    realm: Option<String>,
    #[command(flatten)]
    common: CommonArgs,
}

/// A source with its first pass done.
struct Source {
    name: String,
    users: u64,
    records: Receiver<Result<Record, ReadError>>,
    /// Comparison with the users of an earlier run.
    comparison: Option<Comparison>,
}

pub async fn run(args: ImportArgs) -> Result {
    let (common, source) = match args.verb {
        Verb::Django(verb) => {
            check_files(Path::new(&verb.source), &verb.common)?;
            let source = django(&verb).await?;
            (verb.common, source)
        }
        Verb::Keycloak(verb) => {
            check_files(&verb.export, &verb.common)?;
            let (realm, encoding) = (verb.realm.as_deref(), verb.common.encoding);
            let export = Export::open(&verb.export, realm, encoding).map_err(CliError::failure)?;
            let source = Source {
                name: format!("keycloak:{}", export.realm()),
                users: export.users(),
                records: on_thread(move |sink| export.read(sink)),
                comparison: None,
            };
            (verb.common, source)
        }
        Verb::Csv(verb) => files::open(*verb, None, None)?,
        Verb::Auth0(verb) => files::open(*verb, Some(&product::AUTH0), None)?,
        Verb::Okta(verb) => files::open(*verb, Some(&product::OKTA), None)?,
        Verb::Entra(verb) => files::open(*verb, Some(&product::ENTRA), None)?,
        Verb::Cognito(verb) => files::open(*verb, Some(&product::COGNITO), None)?,
        Verb::Firebase(verb) => {
            let config = verb.config()?;
            files::open(verb.file, Some(&product::FIREBASE), config)?
        }
        Verb::Clerk(verb) => files::open(*verb, Some(&product::CLERK), None)?,
        Verb::Ids(verb) => return ids::run(&args.place, &verb).await,
    };
    Box::pin(import(&args.place, common, source)).await
}

/// Checks that the source can be read twice, and that no file of results replaces it or another one.
fn check_files(source: &Path, args: &CommonArgs) -> Result {
    if fs::metadata(source).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return Err(CliError::failure(format!(
            "{}: the source is read twice; save it as a file first",
            source.display()
        )));
    }
    let whole = |path: &Path| fs::canonicalize(path).ok();
    let mut taken: Vec<PathBuf> = whole(source).into_iter().collect();
    for (option, path) in [("--report", &args.report), ("--ids", &args.ids)] {
        let Some(path) = path else { continue };
        let path = whole(path).unwrap_or_else(|| path.clone());
        if taken.contains(&path) {
            return Err(CliError::Usage(format!(
                "{option}: {} is the source or another result; name another file",
                path.display()
            )));
        }
        taken.push(path);
    }
    Ok(())
}

async fn django(args: &DjangoArgs) -> Result<Source> {
    let time_zone = TimeZone::named(&args.time_zone)
        .ok_or_else(|| CliError::Usage(format!("no time zone {:?}", args.time_zone)))?;
    let fields = columns(&args.field).map_err(|text| CliError::Usage(format!("--field {text}")))?;
    let options = DjangoOptions {
        user_model: args.user_model.clone(),
        login_field: args.login_field.clone(),
        fields,
        second_factors: args.second_factor.clone(),
        group_trees: args.group_tree.clone(),
        groups_as: args.groups_as,
        time_zone,
        with_permissions: args.common.grant_permissions,
        encoding: args.common.encoding,
    };
    if let Some(url) = database_url(&args.source)? {
        let mut database = Database::open(&url, options)
            .await
            .map_err(CliError::failure)?;
        return Ok(Source {
            name: "django".to_owned(),
            users: database.users(),
            comparison: Some(args.sync.comparison(database.take_contents())),
            records: database.records(),
        });
    }
    let mut dump = Dump::open(Path::new(&args.source), options).map_err(CliError::failure)?;
    Ok(Source {
        name: "django".to_owned(),
        users: dump.users(),
        comparison: Some(args.sync.comparison(dump.take_contents())),
        records: on_thread(move |sink| dump.read(sink)),
    })
}

fn second_factor(text: &str) -> Result<SiteTable, String> {
    let text = SiteTable::parse(text, 3);
    text.ok_or_else(|| "write APP.MODEL:SECRET, APP.MODEL:SECRET,CODES or …,USER".to_owned())
}

fn group_tree(text: &str) -> Result<SiteTable, String> {
    let text = SiteTable::parse(text, 3);
    text.ok_or_else(|| "write APP.MODEL or APP.MODEL:PARENT,NAME,MEMBERS".to_owned())
}

fn groups_as(text: &str) -> Result<GroupsAs, String> {
    GroupsAs::parse(text).ok_or_else(|| "write roles or groups".to_owned())
}

/// Returns the address of a database; `None` for a dump.
fn database_url(source: &str) -> Result<Option<String>> {
    let schemes = ["postgres:", "postgresql:", "sqlite:"];
    if schemes.iter().any(|scheme| source.starts_with(scheme)) {
        let checked = check_server_url(source);
        checked
            .map_err(|problem| CliError::failure(format!("{problem} does not fit; {ENCODE}")))?;
        return Ok(Some(source.to_owned()));
    }
    // An address is not repeated, because it may contain a password.
    if source.contains("://") {
        let text = "name a file, or an address that begins with postgres:// or sqlite://";
        return Err(CliError::failure(text));
    }
    let mut head = Vec::new();
    let file = File::open(source).map_err(CliError::at(Path::new(source)))?;
    file.take(16).read_to_end(&mut head)?;
    let is_sqlite = head == *b"SQLite format 3\0";
    Ok(is_sqlite.then(|| format!("sqlite://{source}")))
}

async fn import(place: &ActingTarget, args: CommonArgs, source: Source) -> Result {
    let place = place.open().await?;
    let master = place.master_key()?;
    let options = args.options(source.name, place.config.accounts.username)?;
    let comparison = source.comparison.as_ref();
    let mut report = Report::create(&args, &options, source.users, comparison)?;
    let import = Import {
        operator: place.operator(),
        options: &options,
        comparison,
        issuer: &place.config.issuer,
        totp_key: TotpKey::derive(&master),
        recovery_key: RecoveryKey::derive(&master),
        provider_key: ProviderKey::derive(&master),
        hashing: place.config.passwords.hash_params(),
        is_dry: args.dry_run,
    };
    let done = import.run(source.records, &mut report).await;
    let summary = done.map_err(explained)?;
    report.finish(&summary)?;
    if !args.dry_run {
        // The applications of the source need them.
        let name = &options.source;
        output::print_status(&format!(
            "`doorward import ids --source {name}` lists the old and new IDs."
        ));
    }
    if let Some(comparison) = comparison {
        sync::check(comparison, &summary)?;
    }
    match summary.users(&[Decision::Skip]) {
        0 => Ok(()),
        skipped => Err(CliError::Differs(format!(
            "Users that are not imported: {skipped}."
        ))),
    }
}

fn explained(error: ImportError) -> CliError {
    match error {
        ImportError::Store(error) => error.into(),
        ImportError::Admin(error) => error.into(),
        ImportError::Overtaken | ImportError::Excess(_) => CliError::Conflict(error.to_string()),
        error => CliError::failure(error),
    }
}
