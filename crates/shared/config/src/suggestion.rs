//! Suggestions for misspelled names: "did you mean …?"

use super::key::Key;
use super::table;

/// Returns the file key that a misspelled one probably means.
pub fn file_key(written: &str) -> Option<String> {
    let last = written.rsplit('.').next().unwrap_or(written);
    let candidates: Vec<String> = table::all().flat_map(file_names).collect();
    // The right name in the wrong section is the most common mistake after a typing error.
    closest(written, &candidates).or_else(|| {
        candidates
            .iter()
            .find(|name| name.ends_with(&format!(".{last}")))
            .cloned()
    })
}

/// Returns the environment variable that a misspelled one probably means.
pub fn environment_name(written: &str) -> Option<String> {
    let candidates: Vec<String> = table::all().flat_map(environment_names).collect();
    closest(written, &candidates)
}

/// Returns a hint to the reference of all keys.
pub fn reference_hint() -> String {
    "`doorward config reference` lists every key".to_owned()
}

pub fn file_names(key: &Key) -> Vec<String> {
    let mut names = vec![key.path.to_owned()];
    if key.is_secret() {
        names.push(format!("{}_file", key.path));
    }
    names
}

pub fn environment_names(key: &Key) -> Vec<String> {
    let mut names: Vec<String> = key.env_names().collect();
    if key.is_secret() {
        let files: Vec<String> = names.iter().map(|name| format!("{name}_FILE")).collect();
        names.extend(files);
    }
    names
}

fn closest(written: &str, candidates: &[String]) -> Option<String> {
    let lower = written.to_ascii_lowercase();
    candidates
        .iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&lower, &name.to_ascii_lowercase()),
                name,
            )
        })
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= 1 + name.len() / 5)
        .map(|(_, name)| name.clone())
}
