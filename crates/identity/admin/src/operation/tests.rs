//! Tests of the frame: members and their places from a schema, calls, equivalents, and rules for all
//! operations.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::json_member::{OneOf, optional};
use crate::sessions::operations as sessions;
use crate::{claims, grants, operations};
use doorward_domain::model::AccessTokenType;

type TokenTypes = OneOf<AccessTokenType>;

/// An operation with a member of each kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the schema has all members")]
struct Sample {
    /// Name of the sample.
    name: String,
    /// Tag.
    #[serde(default)]
    tags: Vec<String>,
    /// True for a public one.
    #[serde(default)]
    public: bool,
    /// Kind of token.
    #[serde(default, deserialize_with = "crate::json_member::optional_word")]
    #[schema(inline, value_type = Option<TokenTypes>)]
    kind: Option<AccessTokenType>,
    /// Password.
    #[schema(format = Password)]
    password: Option<String>,
    /// Expiry.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<UnixSeconds>,
    /// Number of uses.
    #[serde(default)]
    #[schema(default = 1)]
    uses: i64,
    /// Lifetime.
    #[schema(format = "duration")]
    life_time: Option<i64>,
    /// Short code.
    code: Option<String>,
    /// Values by name.
    #[schema(value_type = Option<Object>)]
    values: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SampleView {
    name: String,
    uses: i64,
}

impl Operation for Sample {
    const TITLE: &'static str = "Change a sample";
    const CALL: &'static str = "PATCH samples/{name} versioned reason";
    const COMMAND: &'static str =
        "sample change SAMPLE=name --tag=tags --password-file=password --code? --value=values";
    const DONE: &'static str = "{name} has {uses} uses.";

    type Done = Shown<SampleView>;

    async fn run(self, _: &AdminContext<'_>) -> Result<Self::Done> {
        let view = SampleView {
            name: self.name,
            uses: self.uses,
        };
        Ok(Shown::of_version("1".to_owned(), view))
    }
}

static SAMPLE: Entry = entry::<Sample>();

fn member(name: &str) -> &'static Member {
    let mut members = SAMPLE.members().iter();
    members.find(|member| member.name == name).unwrap()
}

fn body(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other}"),
    }
}

#[test]
fn members_are_read_from_schema() {
    let named = SAMPLE.members().iter().map(|member| {
        let place = match &member.place {
            Place::Argument(_) => member.shown(),
            Place::Option(_) => format!("{}={}", member.shown(), member.value_name),
        };
        (member.name.as_str(), place, member.kind, member.is_list)
    });
    let expected = [
        ("name", "SAMPLE", MemberKind::Text, false),
        ("tags", "--tag=TAG", MemberKind::Text, true),
        (
            "password",
            "--password-file=FILE",
            MemberKind::Secret,
            false,
        ),
        ("code", "--code=CODE", MemberKind::Text, false),
        ("values", "--value=NAME=VALUE", MemberKind::Map, false),
        ("kind", "--kind=KIND", MemberKind::Text, false),
        (
            "life_time",
            "--life-time=DURATION",
            MemberKind::Duration,
            false,
        ),
        ("public", "--public=BOOL", MemberKind::Flag, false),
        ("until", "--until=TIME", MemberKind::Time, false),
        ("uses", "--uses=USES", MemberKind::Number, false),
    ];
    let expected = expected.map(|(name, place, kind, list)| (name, place.to_owned(), kind, list));
    assert_eq!(named.collect::<Vec<_>>(), expected);
    assert_eq!(member("kind").words, ["at+jwt", "jwt"]);
    assert_eq!(member("kind").help, "Kind of token.");
    assert_eq!(member("uses").default.as_deref(), Some("1"));
    let required = SAMPLE.members().iter().filter(|member| member.is_required);
    assert_eq!(
        required
            .map(|member| member.name.as_str())
            .collect::<Vec<_>>(),
        ["name"]
    );
}

#[test]
fn texts_become_values() {
    for (name, texts, expected) in [
        ("tags", &["a", "b"][..], json!(["a", "b"])),
        ("tags", &[""], json!([])),
        ("public", &["true"], json!(true)),
        ("uses", &["3"], json!(3)),
        ("life_time", &["60"], json!(60)),
        (
            "until",
            &["2027-01-31T12:00:00Z"],
            json!("2027-01-31T12:00:00Z"),
        ),
        ("name", &[""], json!("")),
        ("code", &[""], json!(null)),
        ("values", &["a=b=c", "d="], json!({ "a": "b=c", "d": "" })),
    ] {
        assert_eq!(member(name).value(texts), Some(expected), "{name}");
    }
    assert_eq!(member("uses").value(&["many"]), None);
    assert_eq!(member("public").value(&["maybe"]), None);
    assert_eq!(member("values").value(&["a"]), None);
}

#[test]
fn call_and_command_name_the_same_members() {
    let full = body(json!({
        "name": "-a/b", "tags": ["x", "y"], "public": false, "password": "5b1ab5f1", "code": null,
        "uses": 2, "values": { "a": "b" },
    }));
    assert_eq!(
        SAMPLE.command_with(&full, Some("lost phone")).join(" "),
        "doorward sample change --tag=x --tag=y --password-file=password.txt --code= --value=a=b --public=false \
         --uses=2 --reason=lost phone -- -a/b"
    );
    assert_eq!(SAMPLE.call().path_with(&full), "samples/-a%2Fb");
    let sent = SAMPLE.body_with(&full).unwrap();
    assert_eq!(sent["tags"], json!(["x", "y"]));
    assert!(sent.get("name").is_none());
    let none = Map::new();
    assert_eq!(
        SAMPLE.command_with(&none, None).join(" "),
        "doorward sample change NAME"
    );
    assert_eq!(SAMPLE.call().path_with(&none), "samples/NAME");
    assert_eq!(SAMPLE.body_with(&none), None);
    let user = body(json!({ "user": "a b", "keep_offline": true }));
    assert_eq!(
        sessions::END_ALL.path_with(&user),
        "sessions?user=a%20b&keep_offline=true"
    );
}

#[test]
fn call_without_body_has_members_in_query() {
    assert_eq!(
        SAMPLE.path_with(&body(json!({ "name": "a", "uses": 2 }))),
        "samples/a"
    );
}

#[test]
fn program_defines_arguments_of_marked_command() {
    let put = &claims::operations::PUT;
    assert!(put.has_own_arguments() && put.call().may_create());
    assert_eq!(put.words().collect::<Vec<_>>(), ["claim", "put"]);
    assert!(!claims::operations::SHOW.has_own_arguments());
}

#[tokio::test]
async fn grants_are_ended_by_condition_or_all() {
    let world = crate::testing::World::new().await;
    let end = grants::operations::END_ALL.run;
    let context = world.op();
    for wrong in [
        json!({}),
        json!({ "all": true, "issued_before": "2027-01-31T12:00:00Z" }),
    ] {
        let error = end(wrong, &context).await.unwrap_err();
        assert!(
            matches!(error, AdminError::Choice { field: "all", .. }),
            "{error}"
        );
    }
    let ended = end(json!({ "all": true }), &context).await.unwrap();
    assert_eq!(ended.document, json!({ "ended": 0 }));
}

#[tokio::test]
async fn body_is_checked_and_result_is_shown() {
    let world = crate::testing::World::new().await;
    let context = world.op();
    let sent = json!({ "name": "a", "uses": 2 });
    let outcome = (SAMPLE.run)(sent.clone(), &context).await.unwrap();
    assert_eq!(outcome.document, json!({ "name": "a", "uses": 2 }));
    assert_eq!(outcome.version.as_deref(), Some("1"));
    let sentence = SAMPLE.sentence(&sent, &outcome.document);
    assert_eq!(sentence.as_deref(), Some("a has 2 uses."));
    for (wrong, expected) in [
        (
            json!({ "name": "a", "colour": 1 }),
            "unknown field `colour`",
        ),
        (json!({ "uses": 1 }), "missing field `name`"),
        (
            json!({ "name": "a", "kind": "JOSE" }),
            "kind: Must be one of at+jwt, jwt.",
        ),
        (
            json!({ "name": "a", "until": "soon" }),
            "until: Must be a time",
        ),
    ] {
        let error = (SAMPLE.run)(wrong, &context).await.unwrap_err();
        assert!(matches!(error, AdminError::Body(_)));
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn each_command_and_call_is_one_operation() {
    let (mut commands, mut calls) = (BTreeSet::new(), BTreeSet::new());
    for entry in operations::all() {
        let (words, call) = (entry.words().chain(entry.flag()), entry.call());
        let words = words.collect::<Vec<_>>().join(" ");
        assert!(commands.insert(words.clone()), "{words} twice");
        let is_new = calls.insert((call.method, call.path));
        assert!(is_new || !call.exists(), "{call:?} twice");
    }
    assert!(commands.len() > 15);
}

/// Paths that differ only in the names of parameters would be two in the document.
#[test]
fn parameters_of_a_path_have_one_name() {
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for entry in operations::all() {
        let path = entry.call().path;
        let parameters = entry.call().parameters();
        let shape = parameters.fold(path.to_owned(), |shape, name| shape.replace(name, ""));
        assert_eq!(*names.entry(shape).or_insert(path), path);
    }
}

#[test]
fn constants_name_members_and_known_flags() {
    for entry in operations::all() {
        let (call, words) = (entry.call(), entry.words().collect::<Vec<_>>());
        assert!(words.len() > 1, "{words:?}");
        let names: BTreeSet<&str> = entry.members().iter().map(|it| it.name.as_str()).collect();
        for name in call.parameters() {
            assert!(names.contains(name), "{words:?}: {name} of the path");
        }
        for name in usage::named(entry.command) {
            assert!(
                names.contains(name.as_str()),
                "{words:?}: {name} of the command"
            );
        }
        for flag in call.flags() {
            let known = [
                "versioned",
                "reason",
                "once",
                "renews",
                "creates",
                "paged",
                "queued",
            ];
            let is_picture = flag.starts_with("picture=");
            assert!(is_picture || known.contains(&flag), "{words:?}: {flag}");
        }
        let mut members = entry.members().iter();
        let has_picture = members.any(|it| it.name == PICTURE && it.kind == MemberKind::Picture);
        assert_eq!(
            call.picture_permission().is_some(),
            has_picture,
            "{words:?}"
        );
        assert_eq!(call.is_once(), (entry.again)().is_some(), "{words:?}");
        assert_eq!(call.is_paged(), entry.is_list, "{words:?}");
        assert!(!entry.is_list || !entry.table.is_empty(), "{words:?}");
        let shown: BTreeSet<String> = entry.members().iter().map(Member::shown).collect();
        let files = entry
            .members()
            .iter()
            .filter(|it| it.kind != MemberKind::Uri);
        let shared = files.filter(|it| entry.url_of(it).is_some()).count();
        assert_eq!(shown.len() + shared, names.len(), "{words:?}: {shown:?}");
        let is_reason = |shown: &str| shown == "--reason" && call.takes_reason();
        assert!(!shown.iter().any(|shown| is_reason(shown)), "{words:?}");
        let others = [
            "--json",
            "--csv",
            "--wide",
            "--limit",
            "--config",
            "--data-dir",
            "--as",
            "--help",
        ];
        assert!(
            others.iter().all(|other| !shown.contains(*other)),
            "{words:?}: {shown:?}"
        );
    }
}

#[test]
fn columns_and_sentences_name_members() {
    for entry in operations::all() {
        let Some(result) = entry.result else {
            continue;
        };
        let schema = serde_json::to_value(result().schema).unwrap();
        let has = |name: &str| schema["properties"].get(name).is_some();
        let columns = entry.table.split_whitespace();
        for column in columns.filter(|_| entry.is_list) {
            assert!(has(column), "{}: {column}", entry.title);
        }
        assert!(
            entry.secret.is_empty() || has(entry.secret),
            "{}",
            entry.title
        );
        for name in entry.done.split('{').skip(1) {
            let name = name.split('}').next().unwrap();
            let is_sent = entry.members().iter().any(|member| member.name == name);
            assert!(has(name) || is_sent, "{}: {name}", entry.title);
        }
    }
}
