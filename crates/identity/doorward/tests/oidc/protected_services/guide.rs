//! Checks that the snippets of the guides are the tested code.

use super::running::{script_package, sources};

/// Returns a page of `docs/guides`.
fn guide(page: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../");
    std::fs::read_to_string(format!("{root}docs/guides/{page}")).unwrap()
}

/// Returns the regions between `guide:begin` and `guide:end` of a program.
fn snippets(file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(sources(file)).unwrap();
    let mut snippets = Vec::new();
    let mut open: Option<Vec<&str>> = None;
    let mut indent = 0;
    for line in text.lines() {
        if line.contains("guide:begin") {
            open = Some(Vec::new());
            indent = line.len() - line.trim_start().len();
        } else if line.contains("guide:end") {
            let lines = open.take().expect("a begin mark");
            snippets.push(lines.join("\n").trim().to_owned());
        } else if let Some(lines) = &mut open {
            lines.push(line.get(indent..).unwrap_or_default());
        }
    }
    assert!(open.is_none(), "{file}: no end mark");
    assert!(!snippets.is_empty(), "{file}");
    snippets
}

#[test]
fn guides_show_what_is_run() {
    for (page, file, language) in [
        ("protect-a-django-api.md", "django/settings.py", "python"),
        ("protect-a-django-api.md", "django/urls.py", "python"),
        ("protect-a-drf-api.md", "drf/settings.py", "python"),
        ("protect-a-drf-api.md", "drf/views.py", "python"),
        (
            "protect-a-drf-api.md",
            "../../accounts/imported/moved/project.py",
            "python",
        ),
        (
            "protect-a-drf-api.md",
            "../../accounts/imported/moved/tasks/models.py",
            "python",
        ),
        (
            "protect-a-drf-api.md",
            "../../accounts/imported/moved/tasks/doorward.py",
            "python",
        ),
        (
            "protect-a-fastapi-service.md",
            "fastapi/service.py",
            "python",
        ),
        ("protect-an-express-api.md", "express/app.mjs", "js"),
        ("protect-an-express-api.md", "express/service.mjs", "js"),
        ("protect-a-fastify-api.md", "fastify/app.mjs", "js"),
        ("protect-a-fastify-api.md", "fastify/service.mjs", "js"),
    ] {
        let guide = guide(page);
        for snippet in snippets(file) {
            let shown = format!("```{language}\n{snippet}\n```");
            assert!(guide.contains(&shown), "not in {page}:\n{snippet}");
        }
    }
}

#[test]
fn guides_name_versions_that_are_tested() {
    let lock = include_str!("../../../../../../clients/js/package-lock.json");
    let lock: serde_json::Value = serde_json::from_str(lock).unwrap();
    for (page, name, written) in [
        ("protect-an-express-api.md", "express", "Express"),
        ("protect-an-express-api.md", "jose", "jose"),
        ("protect-a-fastify-api.md", "fastify", "Fastify"),
        ("protect-a-fastify-api.md", "jose", "jose"),
    ] {
        let version = lock["packages"][format!("node_modules/{name}")]["version"].as_str();
        let named = format!("{written} {}", version.unwrap());
        assert!(guide(page).contains(&named), "{page}: {named}");
    }
    let lock = include_str!("../../../../../../clients/python/tests/requirements.txt");
    for (page, name, written) in [
        ("protect-a-django-api.md", "Django", "Django"),
        ("protect-a-drf-api.md", "Django", "Django"),
        (
            "protect-a-drf-api.md",
            "djangorestframework",
            "Django REST framework",
        ),
        ("protect-a-fastapi-service.md", "fastapi", "FastAPI"),
    ] {
        let pinned = lock
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix("=="));
        let named = format!("{written} {}", pinned.unwrap());
        assert!(guide(page).contains(&named), "{page}: {named}");
    }
}

/// The lock files name no registry: npm and pip use the one configured on the machine.
#[test]
fn locks_name_no_registry() {
    let lock = include_str!("../../../../../../clients/python/tests/requirements.txt");
    for line in lock.lines().filter(|line| !line.starts_with('#')) {
        let version = line.split_once("==").map(|(_, version)| version);
        assert!(
            version.is_some_and(|it| it.starts_with(char::is_numeric)),
            "{line}"
        );
    }
    for file in ["package.json", "package-lock.json"] {
        let text = std::fs::read_to_string(script_package().join(file)).unwrap();
        for word in ["\"resolved\"", "registry"] {
            assert!(!text.contains(word), "{file}: {word}");
        }
    }
}
