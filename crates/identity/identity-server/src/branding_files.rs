//! The directories of `[branding]`: own templates of messages, and own texts. They are read at start.

use std::{fs, io};

use doorward_config::branding::Branding;
use doorward_email::own_template::MailTemplates;
use doorward_i18n::own_texts::OwnTexts;

use crate::prelude::*;

/// Maximum size of a file, in bytes.
const MAX_SIZE: usize = 64 * 1024;
const TEMPLATES: &str = "branding.mail_templates";
const TEXTS: &str = "branding.texts";

/// The files of a directory that cannot be used, each problem with its file and line.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {}", .problems.join("; "))]
pub struct BrandingFilesError {
    /// Key of the configuration that names the directory.
    pub key: &'static str,
    pub problems: Vec<String>,
}

/// Reads the templates; without a directory there are none.
pub fn templates(section: &Branding) -> Result<MailTemplates, BrandingFilesError> {
    parse(
        TEMPLATES,
        section.mail_templates.as_deref(),
        MailTemplates::parse,
    )
}

/// Reads the texts; without a directory there are none.
pub fn texts(section: &Branding) -> Result<OwnTexts, BrandingFilesError> {
    parse(TEXTS, section.texts.as_deref(), OwnTexts::parse)
}

fn parse<T: Default, E: std::fmt::Display>(
    key: &'static str,
    directory: Option<&Path>,
    parse: impl FnOnce(Vec<(String, String)>) -> Result<T, Vec<E>>,
) -> Result<T, BrandingFilesError> {
    let Some(directory) = directory else {
        return Ok(T::default());
    };
    let shown = directory.display();
    let files = read(directory).map_err(|(file, problem)| BrandingFilesError {
        key,
        problems: vec![format!("{}: {problem}", directory.join(file).display())],
    })?;
    parse(files).map_err(|errors| {
        let errors = errors.iter().map(|error| format!("{shown}/{error}"));
        BrandingFilesError {
            key,
            problems: errors.collect(),
        }
    })
}

/// Returns the files of a directory by name, without hidden ones.
fn read(directory: &Path) -> Result<Vec<(String, String)>, (String, String)> {
    let failed = |file: &str| {
        let file = file.to_owned();
        move |error: io::Error| (file, format!("cannot be read: {error}"))
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed(""))? {
        let entry = entry.map_err(failed(""))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let size = entry.metadata().map_err(failed(&name))?.len();
        if size > MAX_SIZE as u64 {
            let problem = format!("has more than {} KiB", MAX_SIZE / 1024);
            return Err((name, problem));
        }
        let text = fs::read_to_string(entry.path()).map_err(failed(&name))?;
        files.push((name, text));
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_files_are_named_with_line() {
        let directory = std::env::temp_dir().join(format!("doorward-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join(".hidden"), "{{").unwrap();
        fs::write(directory.join("reset.txt"), "{{ url }}\n").unwrap();
        let mut section = Config::load(None, std::iter::empty()).unwrap().branding;
        section.mail_templates = Some(directory.clone());
        assert!(templates(&section).is_ok());
        fs::write(directory.join("reset.html"), "<p>\n{{ body }}\n").unwrap();
        let error = templates(&section).unwrap_err().to_string();
        assert!(
            error.contains("/reset.html:2: {{ url }} is missing"),
            "{error}"
        );
        fs::write(directory.join("reset.html"), "a".repeat(MAX_SIZE + 1)).unwrap();
        let error = templates(&section).unwrap_err().to_string();
        assert!(
            error.contains("reset.html: has more than 64 KiB"),
            "{error}"
        );
        fs::remove_dir_all(&directory).unwrap();
        let error = templates(&section).unwrap_err().to_string();
        assert!(error.contains("cannot be read"), "{error}");
        section.mail_templates = None;
        assert_eq!(templates(&section).unwrap(), MailTemplates::default());
    }
}
