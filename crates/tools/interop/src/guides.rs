//! Tests that compare `docs/guides/connect` and the guide of a protected API with the programs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use doorward_applications::catalogue::{self, find};

use crate::programs::{self, Check, Program};
use crate::version;

/// Returns the text of every page, the overview first.
fn pages() -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/guides/connect");
    let mut files = files(&directory, &[]);
    files.sort_by_key(|path| !path.ends_with("README.md"));
    for guide in [
        "protect-a-spring-api.md",
        "protect-any-application.md",
        "ldap-server.md",
    ] {
        files.push(directory.join("..").join(guide));
    }
    let read = |path: PathBuf| std::fs::read_to_string(path).unwrap();
    files.into_iter().map(read).collect()
}

/// Returns every program of the catalogue of applications.
fn all() -> impl Iterator<Item = &'static Program> {
    programs::all().filter(|program| {
        !matches!(
            program.check,
            Check::Mcp(_)
                | Check::Site(_)
                | Check::Scim
                | Check::Ldap(_)
                | Check::Saml(_)
                | Check::SamlApplication(_)
        )
    })
}

#[test]
fn guide_of_sites_names_each_application_with_version() {
    let guides = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/guides");
    let guide = std::fs::read_to_string(guides.join("protect-any-application.md")).unwrap();
    for program in programs::all() {
        let Check::Site(application) = &program.check else {
            continue;
        };
        let reads = application.token.map_or("`Remote-User`".to_owned(), |_| {
            "the token of `Remote-Token`".to_owned()
        });
        let reads = match program.options {
            [_, named] => format!("`{}`", named.trim_start_matches("user=")),
            _ => reads,
        };
        let version = version::pinned(program).unwrap();
        let row = format!(
            "| `{}` | {} {version} | {reads} |",
            program.name, program.package
        );
        assert!(guide.contains(&row), "the table lacks\n{row}");
    }
}

#[test]
fn guide_of_mcp_shows_defaults_of_each_tool() {
    let guides = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/guides");
    let guide = std::fs::read_to_string(guides.join("mcp.md")).unwrap();
    for program in programs::all() {
        let defaults = match &program.check {
            Check::Mcp(client) => &client.defaults,
            Check::McpServer(server) => &server.defaults,
            _ => continue,
        };
        let version = version::pinned(program).unwrap();
        let cell = |text: Option<String>| text.map_or("none".to_owned(), |it| format!("`{it}`"));
        let scopes = defaults.scopes.join(" ");
        let row = format!(
            "| `{}` | {} {version} | {} | {} | {} |",
            program.name,
            program.package,
            defaults.registration.words(),
            cell(defaults.resource.map(|path| format!("ORIGIN{path}"))),
            cell(Some(scopes).filter(|scopes| !scopes.is_empty())),
        );
        assert!(guide.contains(&row), "the table lacks\n{row}");
    }
}

#[test]
fn guide_of_saml_names_each_program_with_version() {
    let guides = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/guides");
    let guide = std::fs::read_to_string(guides.join("saml.md")).unwrap();
    let is_saml =
        |program: &&Program| matches!(program.check, Check::Saml(_) | Check::SamlApplication(_));
    for program in programs::all().filter(is_saml) {
        let version = version::pinned(program).unwrap_or_else(|| "Debian".to_owned());
        let row = format!("| `{}` | {version} |", program.name);
        assert!(guide.contains(&row), "the table lacks\n{row}");
    }
}

#[test]
fn guide_of_ldap_shows_each_program_with_settings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = root.join("../../../docs/guides/ldap-server.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let is_ldap = |program: &&Program| matches!(program.check, Check::Ldap(_));
    for program in programs::all().filter(is_ldap) {
        let version = version::pinned(program).unwrap_or_else(|| "Debian".to_owned());
        let row = format!("| `{}` | {} {version} |", program.name, program.package);
        assert!(guide.contains(&row), "the table lacks\n{row}");
        for path in files(&version::sources(program), &[]) {
            if path
                .extension()
                .is_some_and(|it| it == "conf" || it == "php")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                let shown = guide.contains(&format!("\n{text}```"));
                assert!(shown, "{}: the guide does not show it", path.display());
            }
        }
    }
}

/// Returns every file below a directory, except in the excluded directories.
fn files(directory: &Path, without: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            found.push(path);
        } else if !without.iter().any(|name| path.ends_with(name)) {
            found.extend(files(&path, without));
        }
    }
    found
}

/// Returns the regions between `guide:begin` and `guide:end`, without their common indentation.
fn snippets(text: &str) -> Vec<String> {
    let parts = text.split("guide:begin").skip(1);
    let parts = parts.filter_map(|part| part.split("guide:end").next());
    parts
        .map(|part| {
            // Excludes the line of the begin mark, and the comment with the end mark.
            let mut lines: Vec<&str> = part.lines().skip(1).collect();
            lines.pop();
            let filled = lines.iter().filter(|line| !line.trim().is_empty());
            let indent = filled
                .map(|line| line.len() - line.trim_start().len())
                .min();
            let dedented = lines
                .iter()
                .map(|line| line.get(indent.unwrap_or(0)..).unwrap_or_default());
            dedented.collect::<Vec<_>>().join("\n").trim().to_owned()
        })
        .collect()
}

#[test]
fn overview_names_each_program_with_version() {
    let pages = pages();
    for program in all() {
        let command = format!("cargo xtask interop {}", program.name);
        let named = pages.iter().any(|page| {
            let plain = page.split_whitespace().collect::<Vec<_>>().join(" ");
            let several = plain.split("cargo xtask interop ").skip(1);
            let mut several = several.filter_map(|rest| rest.split('`').next());
            several.any(|names| names.split(' ').any(|name| name == program.name))
        });
        assert!(named, "no page says `{command}`");
        if let Some(version) = version::pinned(program) {
            let version = version.trim_start_matches('v');
            let app = find(program.app).unwrap();
            let mut versions = app.version.split([',', ' ']);
            assert!(versions.any(|it| it == version), "{}: {version}", app.id);
            let cell = format!("]({}.md) | {} |", app.id, app.version);
            assert!(pages[0].contains(&cell), "{}: {version}", program.name);
        }
    }
}

#[test]
fn catalogue_names_programs_that_are_run() {
    let programs: BTreeSet<_> = all().map(|program| (program.app, program.name)).collect();
    let applications = catalogue::all().iter();
    let named: BTreeSet<_> = applications
        .flat_map(|app| app.runs.iter().map(|name| (app.id, name.as_str())))
        .collect();
    assert_eq!(named, programs);
}

#[test]
fn pages_show_tested_snippets() {
    let pages = pages();
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    let mut checked = 0;
    for path in files(&programs, &["node_modules", "target"]) {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        for snippet in snippets(&text) {
            let shown = pages
                .iter()
                .any(|page| page.contains(&format!("\n{snippet}\n```")));
            assert!(shown, "{}: no page shows\n{snippet}", path.display());
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} snippets");
}
