//! Checks the reads inside write transactions, for which every other write waits on SQLite: each that
//! returns many rows or a number is listed with its bound. One whose rows grow with the data is made
//! before the transaction, on a reader.

use std::collections::{BTreeMap, BTreeSet};

use crate::{crates, root, shown, sources};

/// The crates whose functions open transactions, or get one.
const CRATES: [&str; 19] = [
    "access-reviews",
    "campaigns",
    "impersonation",
    "reports",
    "notices",
    "own-texts",
    "saml",
    "scim",
    "signals",
    "sites",
    "ldap-server",
    "as-code",
    "services",
    "oauth",
    "accounts",
    "first-party",
    "admin",
    "import",
    "identity-server",
];

/// The results of a read that may grow.
const GROWING: [&str; 8] = [
    "Vec<",
    "BTreeMap<",
    "HashMap<",
    "BTreeSet<",
    "HashSet<",
    "u64",
    "usize",
    "ListPage<",
];

const OF_USER: &str = "the few rows of one user, which have a maximum number";
const SETTINGS: &str = "settings, which only administrators add to";
const LIMITED: &str = "the caller gives a limit";
const NAMED: &str = "the rows that the caller names";

const GROUPS: &str = "the groups below one, which only administrators add to";

/// The reads that are made inside a write transaction, each with its bound; a function that passes its
/// handle on has the name of its file as its module.
const BOUNDED: &[(&str, &str)] = &[
    ("jobs::count_waiting_of", LIMITED),
    ("posix_numbers::of_objects", NAMED),
    ("managed_objects::of_subject", "one of each kind"),
    ("reviewer::has_by_group", OF_USER),
    ("access_reviews::lines", LIMITED),
    (
        "affected::named_access",
        "at most 1,000 of a user; `end_excess` ends more before",
    ),
    ("audit::unreviewed", OF_USER),
    ("audit_chain::links", LIMITED),
    ("audit_chain::waiting", LIMITED),
    ("client_registrations::list_unused", LIMITED),
    ("provider_sessions::list_unended", LIMITED),
    (
        "clients::count_documents",
        "documents have a maximum number",
    ),
    ("claims::find_in", SETTINGS),
    ("custom_claims::list_all", SETTINGS),
    ("email_sign_ins::times_since", LIMITED),
    ("email_tokens::times_since", LIMITED),
    ("factor_campaigns::list_open", "at most 50"),
    ("former_names::list", SETTINGS),
    ("former_names::of", SETTINGS),
    ("groups::children", GROUPS),
    ("groups::line", NAMED),
    ("groups::of_user", OF_USER),
    ("groups::subtree", GROUPS),
    ("invitations::times_by_inviter", LIMITED),
    ("invitations::times_to_address", LIMITED),
    ("kept_keys::list", SETTINGS),
    ("kept_keys::list_chain_ends", SETTINGS),
    ("linked_accounts::list", OF_USER),
    ("linked_accounts::list_with_roles", OF_USER),
    ("live_sessions::page", LIMITED),
    ("organizations::list_ownerless", LIMITED),
    ("organizations::of_user", OF_USER),
    ("organizations::owners", "the owners of one organization"),
    ("own_texts::count", "the texts of one owner"),
    ("passkeys::count", OF_USER),
    ("passkeys::list", OF_USER),
    ("profile_fields::list_all", SETTINGS),
    ("profile_fields::read", OF_USER),
    ("providers::list", SETTINGS),
    ("recovery_codes::count_unused", OF_USER),
    ("registration::check", SETTINGS),
    ("resources::list_all", SETTINGS),
    ("role_assignments::roles_in", OF_USER),
    (
        "roles::assignments",
        "the roles of one user, group or client",
    ),
    ("roles::assignments_of", "the roles of one group"),
    ("organizations::list_domains", SETTINGS),
    ("organizations::members_among", NAMED),
    ("roles::list", SETTINGS),
    ("roles::list_permissions", SETTINGS),
    ("scim::list", LIMITED),
    ("scim_targets::list", LIMITED),
    ("scopes::list_all", SETTINGS),
    ("sessions::list_open", LIMITED),
    ("signal_streams::count", LIMITED),
    ("sole_role::is_last_owner", "the owners of one organization"),
    ("trusted_devices::list", OF_USER),
    ("usable_links::count_usable_links", OF_USER),
    ("users::find_many", NAMED),
    ("users::list_unproved_named", NAMED),
];

/// A function of a source: its name, its parameters, its result and its body.
struct Function<'a> {
    name: &'a str,
    parameters: &'a str,
    result: &'a str,
    body: &'a str,
}

fn functions(source: &str) -> Vec<Function<'_>> {
    let source = source.split("#[cfg(test)]\nmod tests").next();
    let parts = source.unwrap_or_default().split("async fn ").skip(1);
    parts
        .filter_map(|part| {
            let (signature, body) = part.split_once('{')?;
            let (head, result) = signature.split_once("->").unwrap_or((signature, ""));
            let (name, parameters) = head.split_once('(')?;
            let name = name.split('<').next().unwrap_or_default();
            Some(Function {
                name,
                parameters,
                result,
                body: body.split("\n}").next().unwrap_or_default(),
            })
        })
        .collect()
}

/// Returns the name of the parameter that is a handle for reading.
fn reader<'a>(function: &Function<'a>) -> Option<&'a str> {
    let mut parameters = function.parameters.split(',');
    parameters.find_map(|parameter| {
        let parameter = parameter.trim().trim_end_matches(')').trim_end();
        let name = parameter.strip_suffix(": &Conn");
        name.or_else(|| parameter.strip_suffix(": &'a Conn"))
    })
}

/// Returns the called functions whose first argument is one of these, with their modules.
fn calls(body: &str, arguments: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in body.match_indices('(') {
        let rest = body[at + 1..].trim_start().trim_start_matches(['&', '*']);
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let first = rest.split(|c| !is_word(c)).next().unwrap_or_default();
        let next = rest[first.len()..].chars().next();
        if !arguments.contains(&first) || !matches!(next, Some(',' | ')')) {
            continue;
        }
        let start = body[..at].rfind(|c| !is_word(c) && c != ':');
        let path = &body[start.map_or(0, |start| start + 1)..at];
        let mut names = path.rsplit("::").take(2).collect::<Vec<_>>();
        names.reverse();
        found.insert(names.join("::"));
    }
    found
}

/// Returns the reads of the statements that may grow, as `module::function`.
fn growing_reads() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in sources(&root().join("crates/shared/store/src/repo"), &["rs"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        let module = path.file_stem().unwrap().to_string_lossy().into_owned();
        // Re-exported by the module that they belong to.
        let module = match &*module {
            "effective" => "roles",
            "grant_ends" => "grants",
            "session_ends" => "sessions",
            other => other,
        };
        for function in functions(&text) {
            let grows = GROWING.iter().any(|word| function.result.contains(word));
            if grows && reader(&function).is_some() {
                found.insert(format!("{module}::{}", function.name));
            }
        }
    }
    found
}

/// Returns the growing reads that get a transaction, each with its places; also those of functions that
/// pass their handle on.
fn reads_in_transactions() -> BTreeMap<String, Vec<String>> {
    let growing = growing_reads();
    let crates = crates();
    let directories = CRATES.map(|name| crates[name].join("src"));
    let files = directories.iter().flat_map(|at| sources(at, &["rs"]));
    let texts: Vec<_> = files
        .filter(|path| !shown(path).contains("tests"))
        .map(|path| (shown(&path), std::fs::read_to_string(&path).unwrap()))
        .collect();
    let mut passing = BTreeSet::new();
    for (place, text) in &texts {
        for function in functions(text) {
            let handle = reader(&function);
            let called = handle.map(|handle| calls(function.body, &[handle]));
            if called.is_some_and(|called| called.iter().any(|name| growing.contains(name))) {
                passing.insert(format!("{}::{}", stem(place), function.name));
            }
        }
    }
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (place, text) in &texts {
        for name in calls(text, &["tx"]) {
            let own = if name.contains("::") {
                name
            } else {
                origin(&name, place, text, &passing)
            };
            if growing.contains(&own) || passing.contains(&own) {
                found.entry(own).or_default().push(place.clone());
            }
        }
    }
    found
}

/// Returns the name of a file without its directory and ending.
fn stem(place: &str) -> &str {
    let file = place.rsplit('/').next().unwrap_or_default();
    file.trim_end_matches(".rs")
}

/// Returns a function that is called by its name alone with its module: that of a file that is imported
/// from, or of this one.
fn origin(name: &str, place: &str, text: &str, passing: &BTreeSet<String>) -> String {
    let imports = text
        .split("use ")
        .skip(1)
        .filter_map(|part| part.split(';').next());
    let imports: Vec<_> = imports.collect();
    let is_imported = |module: &str| {
        let is_name = |c: char| !c.is_alphanumeric() && c != '_';
        let mut imports = imports.iter();
        imports.any(|import| {
            import.contains(&format!("{module}::"))
                && import.split(is_name).any(|word| word == name)
        })
    };
    let mut named = passing.iter().filter_map(|known| known.split_once("::"));
    let module = named.find(|known| known.1 == name && is_imported(known.0));
    let module = module.map_or_else(|| stem(place), |(module, _)| module);
    format!("{module}::{name}")
}

#[test]
fn reads_in_write_transactions_have_bound() {
    let found = reads_in_transactions();
    let listed: BTreeSet<_> = BOUNDED.iter().map(|(name, _)| *name).collect();
    let unlisted: Vec<_> = found
        .iter()
        .filter(|(name, _)| !listed.contains(name.as_str()))
        .map(|(name, places)| format!("{name} in {}", places.join(", ")))
        .collect();
    assert!(
        unlisted.is_empty(),
        "read before the transaction, on a reader, or state the bound:\n{}",
        unlisted.join("\n")
    );
    let gone = listed.iter().filter(|name| !found.contains_key(**name));
    let gone: Vec<_> = gone.collect();
    assert!(gone.is_empty(), "not read in a transaction: {gone:?}");
}

#[test]
fn reads_and_transactions_are_recognized() {
    let body =
        "let tx = begin();\n access_of(&tx, id).await?; repo::affected::count(\n    tx,\n    id);";
    let expected = ["access_of", "affected::count"].map(str::to_owned);
    assert_eq!(calls(body, &["tx"]), BTreeSet::from(expected));
    for other in [
        "begin(txs, id)",
        "begin(read, tx)",
        "begin(tx.len())",
        "tx.commit()",
    ] {
        assert!(calls(other, &["tx"]).is_empty(), "{other}");
    }
    let growing = growing_reads();
    for name in ["affected::count", "sessions::list_for_user", "roles::list"] {
        assert!(growing.contains(name), "{name}");
    }
    assert!(!growing.contains("clients::find"), "one row");
}
