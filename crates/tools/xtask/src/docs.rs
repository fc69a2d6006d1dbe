//! `cargo xtask docs`: runs the shell blocks of the README and the guides as printed.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::scratch::Scratch;
use crate::{generate, package, run};

mod claims;
mod output;
mod page;
mod session;
mod shell;

use page::{Block, Mode};
use session::Session;
use shell::Tools;

/// Ports of `doorward dev`.
const PORTS: [u16; 2] = [8400, 8401];
/// Page with commands beside the guides.
const OPERATE: &str = "docs/operate.md";

#[derive(Default)]
struct Count {
    run: usize,
    skipped: usize,
    failed: usize,
}

impl Count {
    fn report(&mut self, page: &Path, outcome: Result<(), Failure>) {
        if let Err(failure) = outcome {
            println!("{}", located(page, &failure));
            self.failed += 1;
        }
    }
}

/// Runs the named pages, or all; with `--claims` lists their statements about what does not exist.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (flags, named): (Vec<_>, Vec<_>) = arguments.iter().partition(|word| word.starts_with('-'));
    let pages = if named.is_empty() {
        every_page()?
    } else {
        named.into_iter().map(PathBuf::from).collect()
    };
    match flags.as_slice() {
        [] => run_pages(&pages, false),
        [flag] if *flag == "--show" => run_pages(&pages, true),
        [flag] if *flag == "--claims" => list_claims(&pages),
        _ => Err("usage: cargo xtask docs [--show | --claims] [PAGE...]".to_owned()),
    }
}

/// Returns the README, the guides and [`OPERATE`]. The generated guides of applications are no part of it: their
/// commands configure third-party programs, which `cargo xtask interop` runs.
fn every_page() -> Result<Vec<PathBuf>, Failure> {
    let mut pages = Vec::new();
    let mut directories = vec![PathBuf::from("docs/guides")];
    while let Some(directory) = directories.pop() {
        let entries = std::fs::read_dir(run::root().join(&directory));
        for entry in entries.map_err(|error| error.to_string())? {
            let entry = entry.map_err(|error| error.to_string())?;
            let page = directory.join(entry.file_name());
            if entry.path().is_dir() {
                directories.push(page);
            } else if !read(&page)?.contains(generate::GENERATED) {
                pages.push(page);
            }
        }
    }
    pages.sort();
    pages.insert(0, PathBuf::from("README.md"));
    pages.push(PathBuf::from(OPERATE));
    Ok(pages)
}

fn read(page: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(run::root().join(page))
        .map_err(|error| format!("{}: {error}", page.display()))
}

fn list_claims(pages: &[PathBuf]) -> Result<(), Failure> {
    for page in pages {
        let text = read(page)?;
        for (line, claim) in claims::list(&text).map_err(|error| located(page, &error))? {
            println!("{}:{line}: {}", page.display(), claim.trim());
        }
    }
    Ok(())
}

fn run_pages(pages: &[PathBuf], shows: bool) -> Result<(), Failure> {
    let parse = |page: &PathBuf| page::read(&read(page)?).map_err(|error| located(page, &error));
    let parsed: Vec<Vec<Block>> = pages.iter().map(parse).collect::<Result<_, _>>()?;
    if parsed.iter().flatten().any(uses_packages) {
        package::run(&["wheel", "crate", "npm-client", "go-module"].map(str::to_owned))?;
    }
    let scratch = Scratch::new()?;
    let tools = Tools::install(&scratch, program()?)?;
    let mut count = Count::default();
    for (number, (page, blocks)) in pages.iter().zip(&parsed).enumerate() {
        let directory = scratch.directory(&format!("page-{number}"))?;
        let mut session = Session::new(&tools, &directory, shows)?;
        run_page(page, blocks, &mut session, &mut count)?;
    }
    let Count {
        run,
        skipped,
        failed,
    } = count;
    println!("blocks: {run} run, {skipped} skipped with a reason, {failed} failed");
    if failed == 0 {
        Ok(())
    } else {
        Err("the pages are wrong; CONTRIBUTING.md says how blocks are written".to_owned())
    }
}

/// Returns true if the reader has files of a release.
fn uses_packages(block: &Block) -> bool {
    let reader = block.reader.as_deref();
    reader.is_some_and(|reader| reader.contains("$PACKAGES"))
}

/// Returns the program that `DOORWARD_BIN` names, or builds it.
fn program() -> Result<PathBuf, Failure> {
    match std::env::var_os("DOORWARD_BIN") {
        Some(path) => std::fs::canonicalize(&path)
            .map_err(|error| format!("DOORWARD_BIN {}: {error}", path.display())),
        None => generate::program(),
    }
}

fn located(page: &Path, error: &str) -> Failure {
    format!("{}:{error}", page.display())
}

/// Runs the blocks of a page. A failure does not prevent the next block.
fn run_page(
    page: &Path,
    blocks: &[Block],
    session: &mut Session,
    count: &mut Count,
) -> Result<(), Failure> {
    println!("{}", page.display());
    let runs = |block: &&Block| !matches!(block.mode, Mode::Skip(_) | Mode::File(_));
    let starts =
        |block: &Block| matches!(&block.mode, Mode::Serve(ports) if ports.contains(&PORTS[0]));
    if blocks.iter().any(|block| runs(&block)) && !blocks.iter().any(starts) {
        session
            .serve("doorward dev", &PORTS)
            .map_err(|error| located(page, &format!("1: {error}")))?;
    }
    for block in blocks {
        if let Mode::Skip(reason) = &block.mode {
            println!("{}:{}: not run: {reason}", page.display(), block.line);
            count.skipped += 1;
            continue;
        }
        count.run += usize::from(runs(&block));
        count.report(page, session.run(block));
    }
    count.report(page, session.finish());
    Ok(())
}
