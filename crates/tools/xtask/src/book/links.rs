//! Links of pages and of the site.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{joined, located};
use crate::failure::Failure;

/// Beginnings and ends of links in Markdown.
const IN_PAGES: [(&str, char); 3] = [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"')];
/// Beginnings of links in HTML.
const IN_SITE: [&str; 2] = [" href=\"", " src=\""];

/// Returns a page whose links to files are replaced. Code blocks and fragments stay.
pub fn replaced(text: &str, mut replace: impl FnMut(&str) -> String) -> String {
    let mut is_code = false;
    let mut written = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let fence = line.trim_start().starts_with("```");
        is_code ^= fence;
        if is_code || fence {
            written += line;
            continue;
        }
        let mut rest = line;
        while let Some((before, link, after)) = next(rest) {
            written += before;
            let (file, fragment) = link.find('#').map_or((link, ""), |at| link.split_at(at));
            if file.is_empty() || file.contains(':') {
                written += link;
            } else {
                written += &replace(file);
                written += fragment;
            }
            rest = after;
        }
        written += rest;
    }
    written
}

/// Splits a line at its first link.
fn next(line: &str) -> Option<(&str, &str, &str)> {
    let starts = IN_PAGES.iter().filter_map(|(opening, end)| {
        let start = line.find(opening)? + opening.len();
        let length = line[start..].find(*end)?;
        Some((start, length))
    });
    let (start, length) = starts.min()?;
    let (before, rest) = line.split_at(start);
    let (link, after) = rest.split_at(length);
    Some((before, link, after))
}

/// Returns the links of a site to files or headings that do not exist.
pub fn broken(site: &Path) -> Result<Vec<String>, Failure> {
    let mut pages = BTreeMap::new();
    read(site, Path::new(""), &mut pages)?;
    let mut broken = Vec::new();
    for (page, text) in &pages {
        let links = IN_SITE.iter().flat_map(|opening| values(text, opening));
        // The page for missing pages has the root of the site as its base.
        for link in links.filter(|link| !link.contains(':') && *link != "/") {
            if !leads_somewhere(site, &pages, page, link) {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    Ok(broken)
}

/// Reads each page below a directory of a site.
fn read(
    site: &Path,
    directory: &Path,
    pages: &mut BTreeMap<PathBuf, String>,
) -> Result<(), Failure> {
    let place = site.join(directory);
    for entry in std::fs::read_dir(&place).map_err(|error| located(&place, &error))? {
        let entry = entry.map_err(|error| located(&place, &error))?;
        let name = directory.join(entry.file_name());
        if entry.path().is_dir() {
            read(site, &name, pages)?;
        } else if name.extension().is_some_and(|ending| ending == "html") {
            let text = std::fs::read_to_string(entry.path());
            pages.insert(name, text.map_err(|error| located(&entry.path(), &error))?);
        }
    }
    Ok(())
}

fn values<'a>(text: &'a str, opening: &'a str) -> impl Iterator<Item = &'a str> {
    let parts = text.split(opening).skip(1);
    parts.filter_map(|part| part.split('"').next())
}

fn leads_somewhere(
    site: &Path,
    pages: &BTreeMap<PathBuf, String>,
    page: &Path,
    link: &str,
) -> bool {
    let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
    let file = match file.split('?').next().unwrap_or_default() {
        "" => page.to_path_buf(),
        file => joined(page, file),
    };
    let has_heading =
        |text: &String| fragment.is_empty() || text.contains(&format!("id=\"{fragment}\""));
    pages
        .get(&file)
        .map_or_else(|| site.join(&file).is_file(), has_heading)
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn links_outside_code_are_replaced() {
        let text =
            "[a](b.md#c) <img src=\"d.png\"> [e](#f) [g](https://h)\n```md\n[a](b.md)\n```\n[i](j)";
        let written = replaced(text, |file| format!("../{file}"));
        let expected = "[a](../b.md#c) <img src=\"../d.png\"> [e](#f) [g](https://h)\n\
                        ```md\n[a](b.md)\n```\n[i](../j)";
        assert_eq!(written, expected);
    }
}
