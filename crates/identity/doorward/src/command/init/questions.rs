//! Questions at the terminal, for values without an option.

use std::io::{self, BufRead, Write as _};

use crate::command::prelude::*;

/// A question, which an option answers as well.
pub struct Question {
    pub option: &'static str,
    pub text: &'static str,
    /// Answer if nothing is entered, and without a terminal.
    pub default: Option<&'static str>,
    /// Returns the problem of an answer, and the expected one.
    pub check: fn(&str) -> Result<(), String>,
}

/// Asks the operator.
pub struct Questions<R> {
    /// Input of the terminal; `None` without one.
    input: Option<R>,
}

impl<R: BufRead> Questions<R> {
    pub const fn new(input: Option<R>) -> Self {
        Self { input }
    }

    /// Returns the value of the option, or asks until an answer is good.
    pub fn ask(&mut self, question: &Question, given: Option<&str>) -> Result<String> {
        if let Some(given) = given {
            let problem =
                |problem: String| CliError::usage(format!("{}: {problem}", question.option));
            (question.check)(given).map_err(problem)?;
            return Ok(given.to_owned());
        }
        let Some(input) = &mut self.input else {
            let missing = || {
                let (option, text) = (question.option, question.text);
                CliError::usage(format!("{option} is missing: {text}"))
            };
            return question.default.map(str::to_owned).ok_or_else(missing);
        };
        loop {
            prompt(question);
            let mut line = String::new();
            if input.read_line(&mut line)? == 0 {
                let problem = "the input ended before the last answer; nothing was changed";
                return Err(CliError::failure(problem));
            }
            let answer = line.trim();
            if let ("", Some(default)) = (answer, question.default) {
                return Ok(default.to_owned());
            }
            match (question.check)(answer) {
                Ok(()) => return Ok(answer.to_owned()),
                Err(problem) => output::print_status(&format!("  {problem}")),
            }
        }
    }
}

fn prompt(question: &Question) {
    let default = question.default.filter(|default| !default.is_empty());
    let default = default.map_or_else(String::new, |default| format!(" [{default}]"));
    // A closed standard error leaves no way to ask.
    let _ = write!(io::stderr().lock(), "{}{default}: ", question.text);
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLOR: Question = Question {
        option: "--color",
        text: "Color",
        default: Some("blue"),
        check: |text| match text {
            "blue" | "red" => Ok(()),
            _ => Err("write blue or red".to_owned()),
        },
    };

    const SIZE: Question = Question {
        option: "--size",
        default: None,
        ..COLOR
    };

    fn ask(input: Option<&str>, question: &Question, given: Option<&str>) -> Result<String> {
        Questions::new(input.map(str::as_bytes)).ask(question, given)
    }

    #[test]
    fn asks_until_answer_is_good() {
        let typed = |text| ask(Some(text), &COLOR, None).unwrap();
        assert_eq!(typed("red\n"), "red");
        assert_eq!(typed("\n"), "blue");
        assert_eq!(typed("green\n  red \n"), "red");
        assert_eq!(ask(Some("\nred"), &SIZE, None).unwrap(), "red");
        let ended = ask(Some("green\n"), &COLOR, None).unwrap_err();
        assert!(ended.to_string().contains("nothing was changed"), "{ended}");
    }

    #[test]
    fn option_is_not_asked_for() {
        assert_eq!(ask(Some("red\n"), &COLOR, Some("blue")).unwrap(), "blue");
        let wrong = ask(Some("red\n"), &COLOR, Some("green")).unwrap_err();
        assert_eq!(wrong.to_string(), "error: --color: write blue or red");
    }

    #[test]
    fn without_terminal_defaults_apply() {
        assert_eq!(ask(None, &COLOR, None).unwrap(), "blue");
        let missing = ask(None, &SIZE, None).unwrap_err();
        assert_eq!(missing.to_string(), "error: --size is missing: Color");
    }
}
