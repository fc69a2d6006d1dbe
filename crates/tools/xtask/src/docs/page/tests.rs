use std::path::Path;

use super::{Block, Mode, prose, read};
use crate::docs::every_page;
use crate::run;

fn scripts(text: &str) -> Vec<String> {
    let blocks = read(text).unwrap();
    let steps = blocks.into_iter().flat_map(|block| block.steps);
    steps.map(|step| step.script).collect()
}

#[test]
fn every_form_of_shell_block_is_read() {
    for text in [
        "```sh\necho\n```",
        "```bash\necho\n```\n",
        "```console\necho\n```",
        "```console\n$ echo\n```",
        "```\necho\n```",
        "``` sh\necho\n```",
        "```SH\necho\n```",
        "```sh title=\"x\"\necho\n```",
        "```{.sh}\necho\n```",
        "````sh\necho\n````",
        "~~~sh\necho\n~~~",
        "1. Run:\n\n   ```sh\n   echo\n   ```",
        "- ```sh\n  echo\n  ```",
        "> ```sh\n> echo\n> ```",
        "<!-- a note -->\n```sh\necho\n```",
        "```text\n```sh\n```\n\n```sh\necho\n```",
    ] {
        assert_eq!(scripts(text), ["echo"], "{text}");
    }
    assert_eq!(
        scripts("```python\nprint()\n```\n```toml\n```\na ```span```"),
        [""; 0]
    );
}

#[test]
fn blocks_of_repository_are_all_read() {
    for page in every_page().unwrap() {
        let text = std::fs::read_to_string(run::root().join(&page)).unwrap();
        let opens = |line: &&str| {
            let line = line.trim_start_matches([' ', '>']);
            ["```sh", "```bash", "```console", "```shell"].contains(&line.trim_end())
        };
        let fences = text.lines().filter(opens).count();
        let blocks = read(&text).unwrap_or_else(|error| panic!("{}:{error}", page.display()));
        let shells = blocks
            .iter()
            .filter(|block| !matches!(block.mode, Mode::File(_)));
        assert_eq!(shells.count(), fences, "{}", page.display());
    }
    assert!(
        every_page()
            .unwrap()
            .contains(&Path::new("docs/guides/quickstart.md").to_owned())
    );
}

#[test]
fn block_is_skipped_only_with_reason() {
    let blocks = read("<!-- not run: needs a cluster -->\n\n```sh\na\n```\n```sh\nb\n```").unwrap();
    let modes: Vec<&Mode> = blocks.iter().map(|block| &block.mode).collect();
    assert_eq!(
        modes,
        [&Mode::Skip("needs a cluster".to_owned()), &Mode::Run]
    );
    for (text, reason) in [
        (
            "<!-- not run -->\n```sh\na\n```",
            "1: <!-- not run --> says nothing",
        ),
        (
            "<!-- not run: -->\n```sh\na\n```",
            "1: <!-- not run: --> says nothing",
        ),
        (
            "<!-- not run: x -->\ntext\n```sh\na\n```",
            "1: no shell block follows",
        ),
        (
            "<!-- not run: x -->\n```toml\na\n```\n```sh\na\n```",
            "1: no shell block follows",
        ),
        ("<!-- not run: x -->", "1: no shell block follows"),
        ("text\n```sh\na", "2: the block has no end"),
        ("<!-- not run: x\n```sh\na\n```", "1: no end of comment"),
        (
            "<!-- keeps running: http -->\n```sh\na\n```",
            "1: a port is no number",
        ),
        (
            "```console\nout\n$ a\n```",
            "2: an output before the first prompt",
        ),
        (
            "```console\n$ a\nb\n```\n```text\nc\n```",
            "5: a second output of one block",
        ),
        (
            "<!-- keeps running: 80 -->\n```sh\na\n```\n```text\nb\n```",
            "5: output of no shell block",
        ),
        (
            "<!-- output -->\n```text\na\n```",
            "2: output of no shell block",
        ),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.starts_with(reason), "{text}: {error}");
    }
}

#[test]
fn reads_modes_files_and_step_of_reader() {
    let text = "<!-- reader:\nID=7\n-->\n<!-- keeps running: 80 81 -->\n```sh\na\n```\n\
                <!-- keeps running: -->\n```sh\nb\n```\n<!-- fails -->\n```sh\nc\n```";
    let blocks = read(text).unwrap();
    let modes: Vec<&Mode> = blocks.iter().map(|block| &block.mode).collect();
    assert_eq!(
        modes,
        [
            &Mode::Serve(vec![80, 81]),
            &Mode::Serve(Vec::new()),
            &Mode::Fail
        ]
    );
    let file = &read("<!-- file: a.toml -->\n```toml\nb = 1\n```").unwrap()[0];
    assert_eq!(file.mode, Mode::File("a.toml".to_owned()));
    assert_eq!(file.steps[0].script, "b = 1");
    assert_eq!(blocks[0].reader.as_deref(), Some("ID=7"));
    assert_eq!(blocks[0].line, 5);
}

#[test]
fn reads_outputs() {
    let output = |text: &str| {
        let blocks: Vec<Block> = read(text).unwrap();
        let steps = blocks.into_iter().flat_map(|block| block.steps);
        steps
            .map(|step| (step.script, step.output))
            .collect::<Vec<_>>()
    };
    let shown = |script: &str, text: &str| (script.to_owned(), Some(text.to_owned()));
    let silent = |script: &str| (script.to_owned(), None);
    let after = |text: &str| output(&format!("```sh\na\n```\n{text}"));
    assert_eq!(
        after("\n```json\n{}\n```\n```json\n[]\n```"),
        [shown("a", "{}")]
    );
    assert_eq!(after("```toml\n{}\n```\n```json\n[]\n```"), [silent("a")]);
    assert_eq!(after("Then:\n```json\n{}\n```"), [silent("a")]);
    assert_eq!(
        after("Then:\n<!-- output -->\n```json\n{}\n```"),
        [shown("a", "{}")]
    );
    let text = "```console\n$ a \\\n  b\nc\nd\n$ e\n```";
    assert_eq!(output(text), [shown("a \\\n  b", "c\nd\n"), silent("e")]);
}

#[test]
fn prose_excludes_blocks_and_comments() {
    let text = "a\n```sh\nb\n```\n<!-- c -->\nd\n";
    assert_eq!(prose(text).unwrap(), [(1, "a"), (6, "d")]);
}
