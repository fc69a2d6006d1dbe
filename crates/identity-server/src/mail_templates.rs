//! The own templates of messages: the files of `branding.mail_templates`, read at start.

use std::{fs, io};

use doorward_email::own_template::{MAX_SIZE, MailTemplates};

use crate::prelude::*;

/// The templates that cannot be used, each with its file and line.
#[derive(Debug, thiserror::Error)]
#[error("branding.mail_templates: {}", .0.join("; "))]
pub struct MailTemplateError(pub Vec<String>);

/// Reads the templates of a directory; without one there are none.
pub fn open(directory: Option<&Path>) -> Result<MailTemplates, MailTemplateError> {
    let Some(directory) = directory else {
        return Ok(MailTemplates::default());
    };
    let shown = directory.display();
    let files = read(directory).map_err(|(file, problem)| {
        let path = directory.join(file);
        MailTemplateError(vec![format!("{}: {problem}", path.display())])
    })?;
    MailTemplates::parse(files).map_err(|errors| {
        let errors = errors.iter().map(|error| format!("{shown}/{error}"));
        MailTemplateError(errors.collect())
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
        assert!(open(Some(&directory)).is_ok());
        fs::write(directory.join("reset.html"), "<p>\n{{ body }}\n").unwrap();
        let error = open(Some(&directory)).unwrap_err().to_string();
        assert!(
            error.contains("/reset.html:2: {{ url }} is missing"),
            "{error}"
        );
        fs::write(directory.join("reset.html"), "a".repeat(MAX_SIZE + 1)).unwrap();
        let error = open(Some(&directory)).unwrap_err().to_string();
        assert!(
            error.contains("reset.html: has more than 64 KiB"),
            "{error}"
        );
        fs::remove_dir_all(&directory).unwrap();
        let error = open(Some(&directory)).unwrap_err().to_string();
        assert!(error.contains("cannot be read"), "{error}");
        assert_eq!(open(None).unwrap(), MailTemplates::default());
    }
}
