use std::collections::BTreeSet;
use std::path::PathBuf;

use super::super::page;
use super::super::shell::Tools;
use super::{Session, assigned, fill};
use crate::scratch::Scratch;

#[test]
fn placeholders_become_variables() {
    let names: BTreeSet<_> = assigned("CODE=$(cat x)\nid=7\n  echo A=b\nCLIENT_ID=app").collect();
    assert_eq!(names.iter().collect::<Vec<_>>(), ["CLIENT_ID", "CODE"]);
    for (script, expected) in [
        ("get CLIENT_ID:CODE", "get ${CLIENT_ID}:${CODE}"),
        ("CODE=1; a $CODE ${CODE}", "CODE=1; a $CODE ${CODE}"),
        ("MY_CODE CODES code", "MY_CODE CODES code"),
        ("CODE", "${CODE}"),
    ] {
        assert_eq!(fill(script, &names), expected);
    }
}

/// Each block of a page, and the first words of its failure if it has one.
const PAGES: [(&str, &[&str]); 9] = [
    (
        "```sh\ncd / && x=1 && f() { echo \"f $x\"; }\n```\n```console\n$ f; pwd\nf 1\n/\n```",
        &["", ""],
    ),
    (
        "```sh\nfalse\ntrue\n```\n```sh\ntrue\n```",
        &["2: the command ended, with exit code 1", ""],
    ),
    (
        "```sh\nfalse | cat\n```",
        &["2: the command ended, with exit code 1"],
    ),
    (
        "```sh\necho $MISSING\n```",
        &["2: the command ended, with exit code"],
    ),
    (
        "```sh\necho a\n```\n```text\nb\n```",
        &["2: the page shows another output, with exit code 0"],
    ),
    (
        "<!-- fails -->\n```sh\nexit 3\n```\n<!-- fails -->\n```sh\ntrue\n```",
        &["", "7: the command ended, with exit code 0"],
    ),
    (
        "<!-- reader:\nID=7\necho typed\n-->\n```sh\nread -r line\necho \"$line ID\"\n```\n```text\ntyped 7\n```",
        &[""],
    ),
    (
        "<!-- reader: false -->\n```sh\ntrue\n```",
        &["2: the step of the reader, with exit code 1"],
    ),
    (
        "<!-- keeps running: -->\n```sh\nexit 4\n```\n<!-- file: src/a -->\n```toml\nb\n```\n```sh\ncat src/a\n```\n```text\nb\n```",
        &["3: the server ended, with exit code 4", "", ""],
    ),
];

#[test]
fn failures_of_blocks_are_reported() {
    let scratch = Scratch::new().unwrap();
    let tools = Tools::install(&scratch, PathBuf::from("/bin/true")).unwrap();
    for (number, (text, expected)) in PAGES.iter().enumerate() {
        let place = scratch.directory(&format!("page-{number}")).unwrap();
        let mut session = Session::new(&tools, &place, false).unwrap();
        let blocks = page::read(text).unwrap();
        assert_eq!(blocks.len(), expected.len(), "{text}");
        for (block, expected) in blocks.iter().zip(*expected) {
            let failure = session.run(block).err().unwrap_or_default();
            let is_expected =
                failure.starts_with(expected) && failure.is_empty() == expected.is_empty();
            assert!(is_expected, "{text}\n{failure}");
        }
    }
}
