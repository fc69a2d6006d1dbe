//! Checks that the pages about the source name only existing files, every crate and its dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::{crates, layers, root, shown};

/// The page that maps the source.
const MAP: &str = "docs/architecture.md";
/// The page that follows the requests through it.
const REQUESTS: &str = "docs/requests.md";
/// The list of pages, from which `cargo xtask book` builds a site.
const SUMMARY: &str = "docs/SUMMARY.md";

/// Each crate with the crates that it depends on.
type Graph = BTreeMap<String, BTreeSet<String>>;

fn read(page: &str) -> String {
    std::fs::read_to_string(root().join(page)).expect(page)
}

/// Returns the code spans, and the first word on each line of a fenced block.
fn named(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            names.extend(line.split_whitespace().next().map(str::to_owned));
        } else {
            names.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    names
}

/// Returns true if a word is a path in this repository: `crates/shared/store`, `flow/token/`, `deny.toml`.
/// A leading slash is a path of the server, `::` is Rust.
fn is_path(word: &str) -> bool {
    let plain = word
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter));
    plain && !word.starts_with('/') && !word.starts_with("./") && word.contains('/')
}

fn exists(word: &str) -> bool {
    let word = word.trim_end_matches('/');
    let below = |directory: &Path| {
        let path = directory.join(word);
        path.exists() || path.with_extension("rs").exists()
    };
    let root = root();
    below(&root)
        || crates().values().any(|place| {
            let group = place.parent().unwrap();
            [group, place, &place.join("src"), &place.join("tests")].iter().any(|at| below(at))
        })
        || below(&root.join("migrations/src"))
        // Media types and crate/feature pairs look like paths but are none.
        || ["application/", "text/", "openssl/"].iter().any(|start| word.starts_with(start))
}

/// Returns the dependencies that the map shows: `x ← y` on a line of its block, and what follows.
fn drawn(page: &str) -> Graph {
    let section = page.split("\n## Dependencies\n").nth(1);
    let block = section.and_then(|text| text.split("```").nth(1));
    let mut graph = Graph::new();
    // The first line is the language of the block.
    for line in block.expect("the block of dependencies").lines().skip(1) {
        let mut before: Option<&str> = None;
        for name in line.split(" ← ") {
            let seen = graph.entry(name.to_owned()).or_default();
            seen.extend(before.map(str::to_owned));
            before = Some(name);
        }
    }
    complete(graph)
}

/// Adds indirect dependencies.
fn complete(mut graph: Graph) -> Graph {
    loop {
        let mut longer = graph.clone();
        for seen in longer.values_mut() {
            let indirect = seen.iter().filter_map(|name| graph.get(name)).flatten();
            let indirect: Vec<String> = indirect.cloned().collect();
            seen.extend(indirect);
        }
        if longer == graph {
            return graph;
        }
        graph = longer;
    }
}

#[test]
fn pages_about_source_name_only_existing_paths() {
    for page in [MAP, REQUESTS] {
        let missing: Vec<String> = named(&read(page))
            .into_iter()
            .filter(|word| is_path(word) && !exists(word))
            .collect();
        assert!(missing.is_empty(), "{page} names missing paths {missing:?}");
    }
}

#[test]
fn map_is_short_and_names_every_crate() {
    let page = read(MAP);
    let lines = page.lines().count();
    // Two lines for each feature.
    assert!(lines <= 220, "{MAP} has {lines} lines");
    for place in crates().values() {
        let place = shown(place);
        let listed = page.contains(&format!("\n{place} "));
        assert!(listed, "{MAP} does not list {place}");
    }
}

#[test]
fn map_shows_dependencies() {
    let packages = layers::metadata().packages;
    let is_ours = |name: &str| packages.iter().any(|package| package.name.as_str() == name);
    let short = |name: &str| name.trim_start_matches("doorward-").to_owned();
    let mut direct = Graph::new();
    for package in &packages {
        let seen = layers::built_with(package);
        let ours = seen.iter().filter(|name| is_ours(name));
        let ours: BTreeSet<String> = ours.map(|name| short(name)).collect();
        direct.insert(short(package.name.as_str()), ours);
    }
    let built = complete(direct);
    let drawn = drawn(&read(MAP));
    for (name, seen) in &built {
        assert_eq!(
            drawn.get(name),
            Some(seen),
            "dependencies of {name} in {MAP}"
        );
    }
    assert_eq!(drawn.len(), built.len(), "crates in {MAP}");
}

#[test]
fn readme_is_one_page_and_lists_every_group() {
    let page = std::fs::read_to_string(root().join("README.md")).unwrap();
    let lines = page.lines().count();
    assert!(lines <= 130, "README.md has {lines} lines: one page");
    for address in ["/admin", "/account", "/dev/mail", "doorward token"] {
        assert!(page.contains(address), "README.md does not name {address}");
    }
    let mut listed: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("crates/")?.split(' ').next())
        .collect();
    listed.sort_unstable();
    let groups = std::fs::read_dir(root().join("crates")).unwrap();
    let names = groups.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    assert_eq!(listed, names, "the layout in README.md");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let root = root();
    let mut broken = Vec::new();
    let mut pages = crate::sources(&root.join("docs"), &["md"]);
    pages.extend(["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(|name| root.join(name)));
    for page in pages.iter().filter(|page| page.is_file()) {
        let text = std::fs::read_to_string(page).unwrap();
        for link in text.split("](").skip(1) {
            let target = link.split([')', '#', ' ']).next().unwrap_or_default();
            if target.is_empty() || target.contains(':') {
                continue;
            }
            if !page.parent().unwrap().join(target).exists() {
                broken.push(format!("{} -> {target}", crate::shown(page)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Returns the lines of a page outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        is_code ^= fence;
        !is_code && !fence
    })
}

/// Returns the links of a page to files and headings: both parts, either may be empty.
fn links(text: &str) -> Vec<(&str, &str)> {
    let targets = prose(text).flat_map(|line| line.split("](").skip(1));
    let targets = targets.filter_map(|rest| rest.split([')', ' ']).next());
    let inside = targets.filter(|target| !target.contains(':'));
    inside
        .map(|target| target.split_once('#').unwrap_or((target, "")))
        .collect()
}

/// Returns the names by which links find the headings of a page.
fn headings(text: &str) -> BTreeSet<String> {
    let titles = prose(text).filter(|line| line.starts_with('#'));
    let mut names = BTreeSet::new();
    for title in titles {
        let title = title.trim_start_matches('#').trim().to_lowercase();
        let plain = |sign: &char| sign.is_alphanumeric() || "-_".contains(*sign);
        let name: String = title.replace(' ', "-").chars().filter(plain).collect();
        let numbered = (1..).map(|number| format!("{name}-{number}"));
        let mut free = std::iter::once(name.clone()).chain(numbered);
        names.extend(free.find(|name| !names.contains(name)));
    }
    names
}

/// Returns the pages that the summary names, in its order.
fn book() -> Vec<PathBuf> {
    let docs = root().join("docs");
    let found = |(file, _): (&str, &str)| {
        let path = docs.join(file).canonicalize();
        path.unwrap_or_else(|error| panic!("{SUMMARY} names {file}: {error}"))
    };
    links(&read(SUMMARY)).into_iter().map(found).collect()
}

#[test]
fn summary_names_each_page_once() {
    let mut named = book();
    let mut pages = crate::sources(&root().join("docs").canonicalize().unwrap(), &["md"]);
    pages.retain(|page| !page.ends_with(SUMMARY));
    for page in &pages {
        let times = named.iter().filter(|it| *it == page).count();
        assert_eq!(times, 1, "lines of {} in {SUMMARY}", crate::shown(page));
    }
    let lines = named.len();
    named.sort_unstable();
    named.dedup();
    assert_eq!(named.len(), lines, "{SUMMARY} names a page twice");
}

#[test]
fn links_of_book_lead_to_its_pages_and_headings() {
    let pages: BTreeMap<PathBuf, String> = book()
        .into_iter()
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
        .collect();
    let mut broken = Vec::new();
    let mut checked = 0;
    for (page, text) in &pages {
        for (file, heading) in links(text) {
            let target = match file {
                "" => Ok(page.clone()),
                file => page.parent().unwrap().join(file).canonicalize(),
            };
            let leads = target.is_ok_and(|target| match pages.get(&target) {
                Some(text) => heading.is_empty() || headings(text).contains(heading),
                None => target.ends_with(SUMMARY) || target.is_file() && !is_page(&target),
            });
            checked += usize::from(!heading.is_empty());
            if !leads {
                broken.push(format!("{} -> {file}#{heading}", crate::shown(page)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(checked > 100, "only {checked} links to headings");
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "md")
}

#[test]
fn names_of_headings_are_those_of_links() {
    let page =
        "# A `b` (c)\n```sh\n# d\n```\n## E, f-g\n## E, f-g\n[h](i.md#j) [k](#l)\n[m](https://n)\n";
    let expected = ["a-b-c", "e-f-g", "e-f-g-1"].map(str::to_owned);
    assert_eq!(headings(page), expected.into());
    assert_eq!(links(page), [("i.md", "j"), ("", "l")]);
}

#[test]
fn paths_and_code_spans_are_distinguished() {
    assert!(is_path("crates/shared/store") && is_path("flow/token/"));
    assert!(!is_path("/oauth2/token") && !is_path("flow::token") && !is_path("a b/c"));
    assert_eq!(named("a `b` c `d`\n```text\ne f\n```\n"), ["b", "d", "e"]);
}

#[test]
fn dependencies_of_map_are_read() {
    let page = "# A\n## Dependencies\n\n```text\na ← b ← c\nd\nd ← c\n```\n\n## Next\n";
    let names = |seen: &[&str]| -> BTreeSet<String> {
        let names = seen.iter().copied();
        names.map(str::to_owned).collect()
    };
    let expected: Graph = [
        ("a", names(&[])),
        ("b", names(&["a"])),
        ("c", names(&["a", "b", "d"])),
        ("d", names(&[])),
    ]
    .map(|(name, seen)| (name.to_owned(), seen))
    .into();
    assert_eq!(drawn(page), expected);
}
