//! The list of applications.

use std::sync::LazyLock;

use crate::application::Application;
use crate::files::FILES;

/// Maximum number of names that are suggested for an unknown one.
const MAX_SUGGESTIONS: usize = 3;

#[expect(clippy::expect_used, reason = "the tests read every file")]
static ALL: LazyLock<Vec<Application>> = LazyLock::new(|| {
    let read = FILES.iter().map(|(id, text)| read(id, text));
    let all: Result<Vec<_>, _> = read.collect();
    let mut all = all.expect("the data files are valid");
    all.sort_by_key(|application| application.title.to_lowercase());
    all
});

fn read(id: &'static str, text: &str) -> Result<Application, toml::de::Error> {
    let application = toml::from_str::<Application>(text)?;
    Ok(Application { id, ..application })
}

/// Returns every application, sorted by title.
pub fn all() -> &'static [Application] {
    &ALL
}

/// Returns the application with this ID or alias.
pub fn find(name: &str) -> Option<&'static Application> {
    let mut all = all().iter();
    all.find(|application| application.names().any(|it| it == name))
}

/// Returns the IDs that a misspelled or incomplete name probably means, the nearest first.
pub fn suggest(written: &str) -> Vec<&'static str> {
    let written = written.to_lowercase().replace([' ', '_', '.'], "-");
    let mut near: Vec<(usize, &'static str)> = all()
        .iter()
        .filter_map(|application| {
            let distances = application
                .names()
                .filter_map(|name| distance(&written, name));
            Some((distances.min()?, application.id))
        })
        .collect();
    near.sort_unstable();
    let names = near.into_iter().map(|(_, id)| id);
    names.take(MAX_SUGGESTIONS).collect()
}

/// Returns the distance of a written name from a known one; `None` if they have little in common.
fn distance(written: &str, name: &str) -> Option<usize> {
    let is_long = written.len() > 2 && name.len() > 2;
    if is_long && (name.contains(written) || written.contains(name)) {
        return Some(0);
    }
    let distance = strsim::damerau_levenshtein(written, name);
    (distance <= 1 + name.len() / 4).then_some(distance)
}

#[cfg(test)]
mod printed;
#[cfg(test)]
mod tests;
