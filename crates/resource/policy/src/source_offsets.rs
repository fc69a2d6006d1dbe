//! The offsets of the rules in a policy file, which Cedar does not report.

/// Returns the offset of each rule's name: of its `@id`, or of its first word if it has none. Cedar
/// must have parsed the text.
pub(super) fn rules(text: &str) -> impl Iterator<Item = usize> {
    let (mut found, mut first, mut name) = (Vec::new(), None, None);
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let at = text.len() - rest.len();
        let length = length(rest, letter);
        if letter == ';' {
            found.extend(name.or(first));
            (first, name) = (None, None);
        } else if !letter.is_whitespace() && !rest.starts_with("//") {
            first = first.or(Some(at));
            if is_id(rest) {
                name = name.or(Some(at));
            }
        }
        rest = &rest[length..];
    }
    found.into_iter()
}

/// Returns the length of the next token: a comment, a string, or a character.
fn length(rest: &str, letter: char) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if letter != '"' {
        return letter.len_utf8();
    }
    let mut escaped = false;
    let end = rest[1..].find(|letter| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    });
    end.map_or(rest.len(), |end| end + 2)
}

/// Returns true if the text starts with `@id`, and not with a longer name.
fn is_id(rest: &str) -> bool {
    let Some(after) = rest.strip_prefix('@') else {
        return false;
    };
    let after = after.trim_start().strip_prefix("id");
    after.is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests;
