//! `doorward import csv`, and the exports of other products.

use std::fs;

use doorward_domain::credentials::foreign_hash::FirebaseConfig;
use doorward_import::read::on_thread;
use doorward_import::read::user_file::product::Product;
use doorward_import::read::user_file::{Layout, UserFile, read_maps};

use super::options::{CommonArgs, pairs};
use super::sync::SyncArgs;
use super::{Source, check_files};
use crate::command::prelude::*;

#[derive(Debug, Args)]
pub struct FileArgs {
    /// File of users; cells of a CSV file are separated by commas, semicolons or tabs
    file: PathBuf,
    /// Take the column NAME of the file as this COLUMN here, such as `Telephone=phone_number`
    /// (repeatable)
    #[arg(long, value_name = "NAME=COLUMN")]
    map: Vec<String>,
    /// Leave out a column of the file (repeatable)
    #[arg(long, value_name = "NAME")]
    ignore: Vec<String>,
    #[command(flatten)]
    sync: SyncArgs,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct FirebaseArgs {
    /// File with the password hash parameters of the project, as the Firebase console shows them
    /// (`hash_config { … }`)
    #[arg(long, value_name = "FILE")]
    hash_config: Option<PathBuf>,
    #[command(flatten)]
    pub file: FileArgs,
}

impl FirebaseArgs {
    /// Reads the parameters of the hashes.
    pub fn config(&self) -> Result<Option<Arc<FirebaseConfig>>> {
        let Some(path) = &self.hash_config else {
            return Ok(None);
        };
        let text = fs::read_to_string(path).map_err(CliError::at(path))?;
        let config = FirebaseConfig::parse(&text)
            .map_err(|problem| CliError::Usage(format!("--hash-config: {problem}")))?;
        Ok(Some(Arc::new(config)))
    }
}

/// Opens a file of users.
pub fn open(
    args: FileArgs,
    product: Option<&'static Product>,
    firebase: Option<Arc<FirebaseConfig>>,
) -> Result<(CommonArgs, Source)> {
    check_files(&args.file, &args.common)?;
    let layout = Layout {
        encoding: args.common.encoding,
        product,
        maps: read_maps(pairs("--map", &args.map)?).map_err(CliError::Usage)?,
        ignored: args.ignore,
        firebase,
    };
    let mut file = UserFile::open(&args.file, layout).map_err(CliError::failure)?;
    let comparison = args.sync.comparison(file.take_contents());
    let source = Source {
        name: product.map_or("csv", |product| product.name).to_owned(),
        users: file.users(),
        records: on_thread(move |sink| file.read(sink)),
        comparison: Some(comparison),
    };
    Ok((args.common, source))
}
