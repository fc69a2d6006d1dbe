//! The answers of the operator: options, and questions for those without one.

use std::io::BufRead;

use clap::ValueEnum;
use doorward_config::SecretText;
use doorward_config::initial::{Https, InitialConfig, Source, check_answer};
use doorward_rules::identifier::email_key;
use url::Url;

use super::questions::{Question, Questions};
use crate::command::prelude::*;

/// The directory of Let's Encrypt.
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";
/// Answer that names an SQLite file at the usual place.
const SQLITE: &str = "sqlite";
/// Answer of a deployment without a mail server.
const NO_MAIL: &str = "none";

#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// Public address of the server, such as `https://id.example.org`
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// Source of HTTPS: acme (a certificate from an authority such as Let's Encrypt), files (a certificate
    /// that another program renews) or proxy (a proxy on this machine)
    #[arg(long, value_enum, value_name = "SOURCE")]
    https: Option<HttpsSource>,
    /// Directory of the ACME authority
    #[arg(long, value_name = "URL", default_value = LETS_ENCRYPT)]
    acme_directory: String,
    /// Accept the terms of service of the ACME authority
    #[arg(long)]
    accept_terms: bool,
    /// Certificate chain (PEM), for --https files
    #[arg(long, value_name = "FILE")]
    certificate: Option<String>,
    /// Private key of the certificate (PEM), for --https files
    #[arg(long, value_name = "FILE")]
    private_key: Option<String>,
    /// Database: sqlite, or an address without a password, such as `postgres://doorward@localhost/doorward`
    /// [default: sqlite]
    #[arg(long, value_name = "URL", conflicts_with = "database_url_file")]
    database: Option<String>,
    /// File that contains the address of the database
    #[arg(long, value_name = "FILE")]
    database_url_file: Option<PathBuf>,
    /// Mail server: none, or an address without a password, such as `smtp://localhost:25` [default: none]
    #[arg(long, value_name = "URL", conflicts_with = "smtp_url_file")]
    smtp: Option<String>,
    /// File that contains the address of the mail server
    #[arg(long, value_name = "FILE")]
    smtp_url_file: Option<PathBuf>,
    /// E-mail address of the first administrator, also for messages of the ACME authority
    #[arg(long, value_name = "EMAIL")]
    pub email: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum HttpsSource {
    Acme,
    Files,
    Proxy,
}

/// The answers to all questions.
#[derive(Debug)]
pub struct Answers {
    pub config: InitialConfig,
    pub email: Option<String>,
}

const ISSUER: Question = Question {
    option: "--issuer",
    text: "Public address of this server, such as https://id.example.org",
    default: None,
    check: |text| check_answer("issuer", text),
};

const HTTPS: Question = Question {
    option: "--https",
    text: "HTTPS by acme (a certificate from an authority), files (your certificate) or proxy (on this machine)",
    default: None,
    check: |text| match HttpsSource::from_str(text, false) {
        Ok(_) => Ok(()),
        Err(_) => Err("write acme, files or proxy".to_owned()),
    },
};

const TERMS: Question = Question {
    option: "--accept-terms",
    text: "You accept the terms of service of the ACME authority (yes)",
    default: None,
    check: |text| match text {
        "yes" => Ok(()),
        _ => Err("write yes, or stop with Ctrl-C".to_owned()),
    },
};

const CERTIFICATE: Question = Question {
    option: "--certificate",
    text: "File of the certificate chain (PEM)",
    default: None,
    check: is_file,
};

const PRIVATE_KEY: Question = Question {
    option: "--private-key",
    text: "File of its private key (PEM)",
    ..CERTIFICATE
};

const DATABASE: Question = Question {
    option: "--database",
    text: "Database: sqlite, or postgres://USER:PASSWORD@HOST/NAME",
    default: Some(SQLITE),
    check: |text| match text {
        SQLITE => Ok(()),
        _ => check_answer("database.url", text),
    },
};

const MAIL: Question = Question {
    option: "--smtp",
    text: "Mail server: none, or smtps://USER:PASSWORD@HOST",
    default: Some(NO_MAIL),
    check: |text| match text {
        NO_MAIL => Ok(()),
        _ => check_answer("mail.smtp_url", text),
    },
};

const EMAIL: Question = Question {
    option: "--email",
    text: "E-mail address of the first administrator, or nothing",
    default: Some(""),
    check: |text| match email_key(text) {
        Ok(_) => Ok(()),
        Err(_) => Err("write an e-mail address, such as ops@example.org".to_owned()),
    },
};

fn is_file(text: &str) -> Result<(), String> {
    if Path::new(text).is_file() {
        return Ok(());
    }
    Err(format!(
        "there is no file {text:?}; write the path of a PEM file"
    ))
}

impl AnswerArgs {
    /// Returns the options that only a new configuration uses.
    pub fn given(&self) -> Vec<&'static str> {
        let options = [
            ("--issuer", self.issuer.is_some()),
            ("--https", self.https.is_some()),
            ("--accept-terms", self.accept_terms),
            ("--certificate", self.certificate.is_some()),
            ("--private-key", self.private_key.is_some()),
            ("--database", self.database.is_some()),
            ("--database-url-file", self.database_url_file.is_some()),
            ("--smtp", self.smtp.is_some()),
            ("--smtp-url-file", self.smtp_url_file.is_some()),
        ];
        let given = options.into_iter().filter(|(_, is_given)| *is_given);
        given.map(|(option, _)| option).collect()
    }

    /// Asks for the values without an option. `sqlite` is the address of an SQLite file at the usual
    /// place.
    pub fn complete<R: BufRead>(
        &self,
        questions: &mut Questions<R>,
        secret_key: &str,
        sqlite: &str,
    ) -> Result<Answers> {
        let issuer = questions.ask(&ISSUER, self.issuer.as_deref())?;
        let mut https = self.https(questions)?;
        let (file, given) = (self.database_url_file.as_deref(), self.database.as_deref());
        let database = match address(file, &DATABASE, given, questions)? {
            Source::Text(text) if text.expose() == SQLITE => Source::text(sqlite),
            other => other,
        };
        let (file, given) = (self.smtp_url_file.as_deref(), self.smtp.as_deref());
        let mail = match address(file, &MAIL, given, questions)? {
            Source::Text(text) if text.expose() == NO_MAIL => None,
            other => Some(other),
        };
        let email = questions.ask(&EMAIL, self.email.as_deref())?;
        let email = Some(email).filter(|email| !email.is_empty());
        if let Https::Acme { contact, .. } = &mut https {
            contact.clone_from(&email);
        }
        let config = InitialConfig {
            issuer,
            https,
            secret_key: Source::text(secret_key),
            database,
            mail,
        };
        Ok(Answers { config, email })
    }

    fn https<R: BufRead>(&self, questions: &mut Questions<R>) -> Result<Https> {
        let source = if let Some(source) = self.https {
            source
        } else {
            let answer = questions.ask(&HTTPS, None)?;
            HttpsSource::from_str(&answer, false).map_err(CliError::usage)?
        };
        Ok(match source {
            HttpsSource::Acme => {
                let accepted = self.accept_terms.then_some("yes");
                questions.ask(&TERMS, accepted)?;
                Https::Acme {
                    directory: self.acme_directory.clone(),
                    contact: None,
                }
            }
            HttpsSource::Files => {
                let certificate = questions.ask(&CERTIFICATE, self.certificate.as_deref())?;
                let private_key = questions.ask(&PRIVATE_KEY, self.private_key.as_deref())?;
                Https::Files {
                    certificate: absolute(Path::new(&certificate))?,
                    private_key: absolute(Path::new(&private_key))?,
                }
            }
            HttpsSource::Proxy => Https::Proxy,
        })
    }
}

/// Returns the path from the root, because the configuration is in another directory.
fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(CliError::at(path))
}

/// Returns the address of a server: its file, or the answer.
fn address<R: BufRead>(
    file: Option<&Path>,
    question: &Question,
    given: Option<&str>,
    questions: &mut Questions<R>,
) -> Result<Source> {
    if let Some(file) = file {
        return Ok(Source::File(absolute(file)?));
    }
    let answer = SecretText::new(questions.ask(question, given)?);
    if given.is_some() && has_password(answer.expose()) {
        let option = question.option;
        let file = if option == DATABASE.option {
            "--database-url-file"
        } else {
            "--smtp-url-file"
        };
        return Err(CliError::usage(format!(
            "{option}: other users of this machine can see a password in an option; write the address into a \
             file, and name it by {file}"
        )));
    }
    Ok(Source::Text(answer))
}

/// Returns true if the address of a server contains a password.
pub fn has_password(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    url.password().is_some() || url.query_pairs().any(|(name, _)| name.contains("password"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    const KEY: &str = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
    const FILE: &str = "sqlite:///var/lib/doorward/doorward.sqlite";

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        answers: AnswerArgs,
    }

    fn complete(options: &str, typed: Option<&str>) -> Result<Answers> {
        let words = ["init"].into_iter().chain(options.split_whitespace());
        let answers = Line::try_parse_from(words).unwrap().answers;
        answers.complete(&mut Questions::new(typed.map(str::as_bytes)), KEY, FILE)
    }

    #[test]
    fn five_answers_at_the_terminal() {
        let typed = "id.example.org\nhttps://id.example.org\nacme\nno\nyes\n\n\
                     smtps://door:secret@mail.example.org\nops\nops@example.org\n";
        let answers = complete("", Some(typed)).unwrap();
        let expected = InitialConfig {
            issuer: "https://id.example.org".to_owned(),
            https: Https::Acme {
                directory: LETS_ENCRYPT.to_owned(),
                contact: Some("ops@example.org".to_owned()),
            },
            secret_key: Source::text(KEY),
            database: Source::text(FILE),
            mail: Some(Source::text("smtps://door:secret@mail.example.org")),
        };
        assert_eq!(answers.config, expected);
        assert_eq!(answers.email.as_deref(), Some("ops@example.org"));
    }

    #[test]
    fn options_answer_without_terminal() {
        let options = "--issuer https://id.example.org --https proxy \
                       --database postgres://doorward@localhost/doorward";
        let answers = complete(options, None).unwrap();
        assert_eq!(answers.config.https, Https::Proxy);
        let database = Source::text("postgres://doorward@localhost/doorward");
        assert_eq!(answers.config.database, database);
        assert_eq!((answers.config.mail, answers.email), (None, None));
    }

    #[test]
    fn missing_and_wrong_options_are_named() {
        let issuer = "--issuer https://id.example.org";
        for (options, expected) in [
            ("", "--issuer is missing"),
            (
                "--issuer http://id.example.org",
                "write \"https://id.example.org\"",
            ),
            (issuer, "--https is missing"),
            (
                "--issuer https://id.example.org --https acme",
                "--accept-terms is missing",
            ),
            (
                "--issuer https://id.example.org --https files",
                "--certificate is missing",
            ),
            (
                "--issuer https://id.example.org --https proxy --database postgres://a:b@localhost/c",
                "--database-url-file",
            ),
            (
                "--issuer https://id.example.org --https proxy --smtp smtps://a:b@localhost",
                "--smtp-url-file",
            ),
            (
                "--issuer https://id.example.org --https proxy --email ops",
                "ops@example.org",
            ),
        ] {
            let error = complete(options, None).unwrap_err().to_string();
            assert!(error.contains(expected), "{options}: {error}");
        }
    }
}
