//! `doorward user export`: all users in a file, for another identity provider.

use std::io::{BufWriter, Write};

use doorward_admin::credential_export::{self, Credentials};
use doorward_admin::exports;
use doorward_admin::progress::Progress;
use doorward_archive::{Key, Sink};
use doorward_domain::derived_keys::TotpKey;

use crate::command::backup::Draft;
use crate::command::prelude::*;

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// File to create, which must not exist: a JSON document on each line
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Include password hashes, secrets of authenticator apps, and passkeys; requires --key-file
    #[arg(long, requires = "key_file")]
    with_credentials: bool,
    /// File with the encryption key: a passphrase, an age identity or an age recipient
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    #[command(flatten)]
    out: Output,
}

pub(super) async fn run(installation: &Installation, args: ExportArgs) -> Result {
    let key = args.key_file.as_deref().map(Key::of_file).transpose()?;
    let totp_key = if args.with_credentials {
        Some(TotpKey::derive(&installation.master_key()?))
    } else {
        None
    };
    let credentials = totp_key.as_ref().map(|totp_key| Credentials {
        totp_key,
        site: &installation.config.branding.name,
    });
    let operator = installation.operator();
    let draft = Draft::new(&args.file)?;
    let mut out = BufWriter::new(Sink::new(draft.file(), key.as_ref())?);
    let (mut count, mut after) = (0, None);
    let mut progress = Progress::new(operator.print);
    loop {
        let (users, last) = credential_export::page(&operator, credentials.as_ref(), after).await?;
        if last.is_none() {
            break;
        }
        count += users.len();
        after = last;
        for user in users {
            writeln!(out, "{user}")?;
        }
        progress.show(|| format!("{count} users"));
    }
    let out = out.into_inner().map_err(std::io::Error::from)?;
    out.finish()?.flush()?;
    // Not before, so that a failed export is not recorded; the file has no name until then.
    exports::record_users(&operator, args.with_credentials).await?;
    draft.keep()?;
    let sentence = format!("{count} users are written to {}.", args.file.display());
    let document = json!({
        "file": args.file, "users": count, "encrypted": key.is_some(),
        "credentials": args.with_credentials,
    });
    args.out.result(&document, &sentence)
}
