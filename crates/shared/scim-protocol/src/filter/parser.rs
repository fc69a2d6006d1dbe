//! The grammar of filters, with limits on length, depth and terms.

use serde_json::Value;

use super::tree::{AttributePath, ChangePath, Filter, MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Operator};
use crate::error::{ScimError, ScimType};

type Parsed<T> = Result<T, String>;

/// Parses a filter.
///
/// # Errors
/// Returns `invalidFilter` for another text, or one beyond the limits.
pub fn parse(text: &str) -> Result<Filter, ScimError> {
    let read = Parser::new(text).and_then(|mut parser| {
        let filter = parser.disjunction(true)?;
        parser.end()?;
        Ok(filter)
    });
    read.map_err(|problem| ScimError::invalid(ScimType::InvalidFilter, problem))
}

/// Parses the path of a change.
///
/// # Errors
/// Returns `invalidPath` for another text, or one beyond the limits.
pub fn parse_path(text: &str) -> Result<ChangePath, ScimError> {
    let read = Parser::new(text).and_then(|mut parser| {
        let path = parser.change_path()?;
        parser.end()?;
        Ok(path)
    });
    read.map_err(|problem| ScimError::invalid(ScimType::InvalidPath, problem))
}

/// Parses the name of an attribute, as in `attributes` and `sortBy`.
///
/// # Errors
/// Returns `invalidPath` for another text.
pub fn parse_attribute(text: &str) -> Result<AttributePath, ScimError> {
    let path = parse_path(text)?;
    if path.filter.is_some() {
        let problem = format!("{text:?} has a filter");
        return Err(ScimError::invalid(ScimType::InvalidPath, problem));
    }
    Ok(path.attribute)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    terms: usize,
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '$')
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Parsed<Self> {
        if text.len() > MAX_LENGTH {
            return Err(format!("it has more than {MAX_LENGTH} bytes"));
        }
        Ok(Self {
            text,
            at: 0,
            depth: 0,
            terms: 0,
        })
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(' ').len();
    }

    fn take(&mut self, c: char) -> bool {
        self.skip_blanks();
        let found = self.rest().starts_with(c);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, c: char) -> Parsed<()> {
        if self.take(c) {
            return Ok(());
        }
        Err(self.problem(&format!("expected {c:?}")))
    }

    fn problem(&self, text: &str) -> String {
        format!("{text} at character {}", self.at + 1)
    }

    fn end(&mut self) -> Parsed<()> {
        self.skip_blanks();
        if self.rest().is_empty() {
            return Ok(());
        }
        Err(self.problem("unexpected text"))
    }

    fn word(&mut self) -> &'a str {
        self.skip_blanks();
        let rest = self.rest();
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Takes a keyword that is followed by a blank or a parenthesis.
    fn keyword(&mut self, keyword: &str) -> bool {
        let before = self.at;
        if self.word().eq_ignore_ascii_case(keyword) {
            return true;
        }
        self.at = before;
        false
    }

    fn enter(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} times"));
        }
        Ok(())
    }

    /// Reads the operands of `or`; brackets may only be in the filter of a whole resource.
    fn disjunction(&mut self, has_brackets: bool) -> Parsed<Filter> {
        let mut parts = vec![self.conjunction(has_brackets)?];
        while self.keyword("or") {
            parts.push(self.conjunction(has_brackets)?);
        }
        Ok(one_or(parts, Filter::Or))
    }

    fn conjunction(&mut self, has_brackets: bool) -> Parsed<Filter> {
        let mut parts = vec![self.term(has_brackets)?];
        while self.keyword("and") {
            parts.push(self.term(has_brackets)?);
        }
        Ok(one_or(parts, Filter::And))
    }

    fn term(&mut self, has_brackets: bool) -> Parsed<Filter> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(format!("it has more than {MAX_TERMS} terms"));
        }
        let before = self.at;
        let is_negated = self.keyword("not") && self.take('(');
        if !is_negated {
            self.at = before;
        }
        if is_negated || self.take('(') {
            self.enter()?;
            let filter = self.disjunction(has_brackets)?;
            self.expect(')')?;
            self.depth -= 1;
            return Ok(if is_negated {
                Filter::Not(Box::new(filter))
            } else {
                filter
            });
        }
        let path = self.attribute()?;
        if has_brackets && self.rest().starts_with('[') {
            return self.any(path);
        }
        self.comparison(path)
    }

    /// Reads a filter in brackets. What follows them compares a part of the same value.
    fn any(&mut self, path: AttributePath) -> Parsed<Filter> {
        let inner = self.bracket()?;
        if !self.rest().starts_with('.') {
            return Ok(Filter::Any(path, Box::new(inner)));
        }
        self.at += 1;
        let sub = self.attribute()?;
        if sub.sub.is_some() || sub.schema.is_some() {
            return Err(self.problem("expected the name of a part"));
        }
        let part = self.comparison(sub)?;
        let mut both = match inner {
            Filter::And(parts) => parts,
            other => vec![other],
        };
        both.push(part);
        Ok(Filter::Any(path, Box::new(Filter::And(both))))
    }

    fn bracket(&mut self) -> Parsed<Filter> {
        self.expect('[')?;
        self.enter()?;
        let filter = self.disjunction(false)?;
        self.expect(']')?;
        self.depth -= 1;
        Ok(filter)
    }

    fn comparison(&mut self, path: AttributePath) -> Parsed<Filter> {
        let word = self.word().to_ascii_lowercase();
        if word == "pr" {
            return Ok(Filter::Present(path));
        }
        let operator = Operator::parse(&word)
            .ok_or_else(|| self.problem(&format!("{word:?} is no operator")))?;
        let value = self.value()?;
        let is_ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
        if is_ordered && (value.is_boolean() || value.is_null()) {
            return Err(self.problem(&format!("{word} does not compare {value}")));
        }
        Ok(Filter::Compare(path, operator, value))
    }

    fn value(&mut self) -> Parsed<Value> {
        self.skip_blanks();
        let rest = self.rest();
        let length = if rest.starts_with('"') {
            let mut is_escaped = false;
            let end = rest.char_indices().skip(1).find(|(_, c)| {
                let is_end = *c == '"' && !is_escaped;
                is_escaped = *c == '\\' && !is_escaped;
                is_end
            });
            end.map(|(at, _)| at + 1)
        } else {
            let is_end = |c: char| matches!(c, ' ' | ')' | ']');
            Some(rest.find(is_end).unwrap_or(rest.len()))
        };
        let length = length.ok_or_else(|| self.problem("a text has no end"))?;
        let text = &rest[..length];
        // JSON has these words in lower case only.
        let lower = text.to_ascii_lowercase();
        let text = match lower.as_str() {
            "true" | "false" | "null" => lower.as_str(),
            _ => text,
        };
        match serde_json::from_str(text) {
            Ok(value @ (Value::Array(_) | Value::Object(_))) => {
                Err(self.problem(&format!("{value} is no simple value")))
            }
            Ok(value) => {
                self.at += length;
                Ok(value)
            }
            Err(_) => Err(self.problem("expected a JSON value, with texts in quotes")),
        }
    }

    fn change_path(&mut self) -> Parsed<ChangePath> {
        let attribute = self.attribute()?;
        if !self.rest().starts_with('[') {
            return Ok(ChangePath {
                sub: attribute.sub.clone(),
                attribute,
                filter: None,
            });
        }
        let filter = Some(self.bracket()?);
        let sub = if self.rest().starts_with('.') {
            self.at += 1;
            let sub = self.attribute()?;
            if sub.sub.is_some() || sub.schema.is_some() {
                return Err(self.problem("expected the name of a part"));
            }
            Some(sub.name)
        } else {
            None
        };
        Ok(ChangePath {
            attribute,
            filter,
            sub,
        })
    }

    fn attribute(&mut self) -> Parsed<AttributePath> {
        let start = self.at;
        let word = self.word();
        let problem = || {
            format!(
                "{word:?} is no name of an attribute, at character {}",
                start + 1
            )
        };
        let is_urn = word
            .get(..4)
            .is_some_and(|urn| urn.eq_ignore_ascii_case("urn:"));
        let (schema, name) = match word.rsplit_once(':') {
            Some((schema, name)) if is_urn => (Some(schema.to_owned()), name),
            Some(_) => return Err(problem()),
            None => (None, word),
        };
        let (name, sub) = match name.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (name, None),
        };
        let is_name = |name: &str| {
            let rest = name.strip_prefix('$').unwrap_or(name);
            rest.starts_with(|c: char| c.is_ascii_alphabetic())
                && rest
                    .chars()
                    .all(|c| is_part(c) && !matches!(c, '.' | ':' | '$'))
        };
        if !is_name(name) || !sub.is_none_or(is_name) {
            return Err(problem());
        }
        Ok(AttributePath {
            schema,
            name: name.to_owned(),
            sub: sub.map(str::to_owned),
        })
    }
}

fn one_or(mut parts: Vec<Filter>, many: fn(Vec<Filter>) -> Filter) -> Filter {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            many(parts)
        }
    }
}
