//! `doorward user data`: the personal data of a user in a file.

use std::io::Write as _;

use doorward_admin::personal_data::{self, Document};

use crate::command::backup::Draft;
use crate::command::prelude::*;
use crate::command::values::ReasonArg;

#[derive(Debug, Args)]
pub struct DataArgs {
    /// User name, e-mail address or ID
    #[arg(value_name = "USER")]
    user: String,
    /// File to create, which must not exist: one JSON document
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

pub(super) async fn run(installation: &Installation, args: DataArgs) -> Result {
    let operator = installation.operator().with_reason(args.reason.reason);
    let user = users::get(&operator, &args.user).await?;
    let draft = Draft::new(&args.file)?;
    let (mut out, mut document) = (draft.file(), Document::new(user.clone()));
    while let Some(part) = personal_data::next(&operator, &mut document).await? {
        out.write_all(part.as_bytes())?;
    }
    // Not before, so that a failed export is not recorded; the file has no name until then.
    personal_data::record(&operator, &user).await?;
    draft.keep()?;
    let (name, file) = (user.login_identifier(), args.file.display());
    let sentence = format!("The data of {name} are written to {file}.");
    let document = json!({ "user": user.id, "file": args.file });
    args.out.result(&document, &sentence)
}
