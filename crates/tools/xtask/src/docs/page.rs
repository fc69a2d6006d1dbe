//! Reads the shell blocks of a page, and the comments that say how they run.

/// Languages of blocks that run. A block without a language is a shell block too.
const SHELLS: [&str; 6] = ["", "sh", "bash", "shell", "zsh", "console"];
/// Languages of blocks that show an output.
const OUTPUTS: [&str; 3] = ["text", "json", "http"];

/// A shell block, or a file of the page.
#[derive(Debug, PartialEq)]
pub struct Block {
    pub line: usize,
    pub mode: Mode,
    /// Commands that stand for what the reader does before the block.
    pub reader: Option<String>,
    pub steps: Vec<Step>,
}

#[derive(Debug, PartialEq)]
pub enum Mode {
    Run,
    /// The last command fails.
    Fail,
    /// A server, which answers at these ports until the end of the page.
    Serve(Vec<u16>),
    /// Does not run, for this reason.
    Skip(String),
    /// A block of another language, which becomes this file.
    File(String),
}

/// Commands that run together, and their output if the page shows it.
#[derive(Debug, PartialEq)]
pub struct Step {
    pub line: usize,
    pub script: String,
    pub output: Option<String>,
}

/// A fenced block of any language.
struct Fence {
    line: usize,
    language: String,
    lines: Vec<String>,
}

enum Item<'a> {
    Fence(Fence),
    Comment(usize, String),
    Text(usize, &'a str),
}

/// Returns the shell blocks of a page in its order.
///
/// # Errors
///
/// Returns the line and the reason if a comment belongs to no block or is incomplete.
pub fn read(text: &str) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut marks: Vec<(usize, String)> = Vec::new();
    let mut is_after_block = false;
    for item in items(text)? {
        match item {
            Item::Comment(line, comment) if is_mark(&comment) => marks.push((line, comment)),
            Item::Comment(..) => {}
            Item::Fence(fence) if SHELLS.contains(&fence.language.as_str()) => {
                blocks.push(block(&fence, std::mem::take(&mut marks))?);
                is_after_block = true;
            }
            Item::Fence(fence) => {
                if let Some((line, mark)) = marks.pop_if(|(_, mark)| mark.starts_with("file")) {
                    blocks.push(block(&fence, vec![(line, mark)])?);
                }
                let named = marks.pop_if(|(_, mark)| mark == "output").is_some();
                is_after_block &= OUTPUTS.contains(&fence.language.as_str());
                if named || is_after_block {
                    let compared =
                        |block: &&mut Block| !matches!(block.mode, Mode::Serve(_) | Mode::File(_));
                    let last = blocks.last_mut().filter(compared);
                    let last = last.and_then(|block| block.steps.last_mut());
                    let last = last.ok_or_else(|| at(fence.line, "output of no shell block"))?;
                    if last.output.replace(fence.lines.join("\n")).is_some() {
                        return Err(at(fence.line, "a second output of one block"));
                    }
                }
                is_after_block = false;
                reject(&marks)?;
            }
            Item::Text(..) => {
                is_after_block = false;
                reject(&marks)?;
            }
        }
    }
    reject(&marks).map(|()| blocks)
}

/// Returns the lines of text with their numbers.
pub fn prose(text: &str) -> Result<Vec<(usize, &str)>, String> {
    let lines = items(text)?.into_iter().filter_map(|item| match item {
        Item::Text(line, text) => Some((line, text)),
        _ => None,
    });
    Ok(lines.collect())
}

fn at(line: usize, reason: &str) -> String {
    format!("{line}: {reason}")
}

fn is_mark(comment: &str) -> bool {
    let words = [
        "not run",
        "keeps running",
        "fails",
        "reader",
        "output",
        "file",
    ];
    words.iter().any(|word| comment.starts_with(word))
}

/// Fails if comments are left, which a shell block has to follow directly.
fn reject(marks: &[(usize, String)]) -> Result<(), String> {
    marks.first().map_or(Ok(()), |(line, mark)| {
        Err(at(
            *line,
            &format!("no shell block follows <!-- {mark} -->"),
        ))
    })
}

fn block(fence: &Fence, marks: Vec<(usize, String)>) -> Result<Block, String> {
    let mut block = Block {
        line: fence.line,
        mode: Mode::Run,
        reader: None,
        steps: steps(fence)?,
    };
    for (line, mark) in marks {
        let (word, value) = mark.split_once(':').unwrap_or((&mark, ""));
        let value = value.trim();
        match word {
            "not run" if !value.is_empty() => block.mode = Mode::Skip(value.to_owned()),
            "reader" if !value.is_empty() => block.reader = Some(value.to_owned()),
            "file" if !value.is_empty() => block.mode = Mode::File(value.to_owned()),
            "fails" => block.mode = Mode::Fail,
            "keeps running" => {
                let ports: Result<_, _> = value.split_whitespace().map(str::parse).collect();
                block.mode = Mode::Serve(ports.map_err(|_| at(line, "a port is no number"))?);
            }
            _ => return Err(at(line, &format!("<!-- {mark} --> says nothing"))),
        }
    }
    Ok(block)
}

/// Splits a block with prompts into its commands and their outputs.
fn steps(fence: &Fence) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    if !fence.lines.iter().any(|line| line.starts_with("$ ")) {
        steps.push(Step {
            line: fence.line + 1,
            script: fence.lines.join("\n"),
            output: None,
        });
        return Ok(steps);
    }
    for (line, text) in (fence.line + 1..).zip(&fence.lines) {
        match (text.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step {
                line,
                script: command.to_owned(),
                output: None,
            }),
            (None, Some(step)) if step.output.is_none() && step.script.ends_with('\\') => {
                step.script.extend(["\n", text]);
            }
            (None, Some(step)) => step.output.get_or_insert_default().extend([text, "\n"]),
            (None, None) => return Err(at(line, "an output before the first prompt")),
        }
    }
    Ok(steps)
}

fn items(text: &str) -> Result<Vec<Item<'_>>, String> {
    let mut items = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((line, content)) = lines.next() {
        if let Some((indent, end, language)) = opening(content) {
            let mut fence = Fence {
                line,
                language,
                lines: Vec::new(),
            };
            loop {
                match lines.next() {
                    Some((_, content)) if closes(content, end) => break,
                    Some((_, content)) => fence.lines.push(without_indent(content, indent)),
                    None => return Err(at(line, "the block has no end")),
                }
            }
            items.push(Item::Fence(fence));
        } else if let Some(start) = content.trim_start().strip_prefix("<!--") {
            let mut comment = start.to_owned();
            while !comment.contains("-->") {
                let (_, more) = lines.next().ok_or_else(|| at(line, "no end of comment"))?;
                comment.extend(["\n", more]);
            }
            let comment = comment.split("-->").next().unwrap_or_default().trim();
            items.push(Item::Comment(line, comment.to_owned()));
        } else if !content.trim().is_empty() {
            items.push(Item::Text(line, content));
        }
    }
    Ok(items)
}

/// Returns indentation, fence and language if the line opens a block, in a list or a quote too.
fn opening(line: &str) -> Option<(usize, &str, String)> {
    let content =
        line.trim_start_matches(|sign: char| " \t>-*+.)".contains(sign) || sign.is_ascii_digit());
    let sign = content.chars().next().filter(|sign| "`~".contains(*sign))?;
    let info = content.trim_start_matches(sign);
    let length = content.len() - info.len();
    // A code span in a line of text.
    if length < 3 || info.contains('`') {
        return None;
    }
    let language = info.trim().trim_matches(['{', '}', '.']);
    let language = language.split([' ', ',', '}']).next().unwrap_or_default();
    let fence = &content[..length];
    Some((line.len() - content.len(), fence, language.to_lowercase()))
}

fn closes(line: &str, fence: &str) -> bool {
    let line = line.trim_matches([' ', '\t', '>']);
    line.starts_with(fence) && line.trim_start_matches(&fence[..1]).is_empty()
}

fn without_indent(line: &str, indent: usize) -> String {
    let prefix = line
        .bytes()
        .take(indent)
        .take_while(|sign| b" \t>".contains(sign));
    line[prefix.count()..].to_owned()
}

#[cfg(test)]
mod tests;
