//! The list of applications.

use std::sync::LazyLock;

use crate::application::Application;
use crate::files::FILES;

/// Maximum number of names that are suggested for an unknown one.
const MAX_SUGGESTIONS: usize = 3;

static ALL: LazyLock<Vec<Application>> = LazyLock::new(|| {
    let read = FILES.iter().map(|(id, text)| read(id, text));
    #[expect(clippy::expect_used, reason = "the tests read every file")]
    let all: Result<Vec<_>, _> = read.collect();
    let mut all = all.expect("the data files are valid");
    all.sort_by_key(|application| application.title.to_lowercase());
    all
});

/// Reads a data file.
fn read(id: &'static str, text: &str) -> Result<Application, toml::de::Error> {
    let application = toml::from_str::<Application>(text)?;
    Ok(Application { id, ..application })
}

/// Returns every application, sorted by title.
pub fn all() -> &'static [Application] {
    &ALL
}

/// Returns the application with this name.
pub fn find(id: &str) -> Option<&'static Application> {
    all().iter().find(|application| application.id == id)
}

/// Returns the names that a misspelled or incomplete one probably means, the nearest first.
pub fn suggest(written: &str) -> Vec<&'static str> {
    let written = written.to_lowercase().replace([' ', '_', '.'], "-");
    let mut near: Vec<(usize, &'static str)> = all()
        .iter()
        .filter_map(|application| {
            let id = application.id;
            let distance = strsim::damerau_levenshtein(&written, id);
            let is_part = written.len() > 2 && (id.contains(&written) || written.contains(id));
            match (is_part, distance) {
                (true, _) => Some((0, id)),
                (false, distance) if distance <= 1 + id.len() / 4 => Some((distance, id)),
                _ => None,
            }
        })
        .collect();
    near.sort_unstable();
    let names = near.into_iter().map(|(_, id)| id);
    names.take(MAX_SUGGESTIONS).collect()
}

#[cfg(test)]
mod tests;
