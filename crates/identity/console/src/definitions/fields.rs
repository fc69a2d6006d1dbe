//! The fields of the forms of definitions, with the stored values.

use DefinitionKind::{Claim, Permission, ProfileField, Resource, Scope};
use doorward_admin::definitions::{Definition, DefinitionKind};
use doorward_admin::resources;
use doorward_domain::model::{self, AccessTokenType, AskedClaims};
use doorward_templates::console::Choice;
use serde_json::Value as Json;

use super::kinds::may_read;
use doorward_console_ui::lifetime;
use doorward_console_ui::prelude::*;

const CODENAME: Field = Field::line("codename", "console-name").hint("console-permission-hint");
const DESCRIPTION: Field = Field::line("description", "console-description").optional();
const SCOPE_NAME: Field = Field::line("name", "console-name").hint("console-scope-hint");
const SENTENCE: Field =
    Field::line("description", "console-description").hint("console-sentence-hint");
const IDENTIFIER: Field =
    Field::line("identifier", "console-identifier").hint("console-identifier-hint");
const NAME: Field = Field::line("name", "console-name");
const FIELD_NAME: Field = Field::line("name", "console-name").hint("console-field-name-hint");
const LABEL: Field = Field::line("label", "console-field-label").hint("console-field-label-hint");
const TYPE: Field = Field::choice(
    "type",
    "console-kind",
    &[
        ("text", "console-field-text"),
        ("number", "console-field-number"),
        ("boolean", "console-field-boolean"),
        ("date", "console-field-date"),
        ("url", "console-field-url"),
        ("choice", "console-field-choice"),
        ("user", "console-field-user"),
    ],
);
const MAX_LENGTH: Field = Field::line("max_length", "console-field-max-length")
    .hint("console-field-max-length-hint")
    .optional();
const CHOICES: Field = Field::lines("choices", "console-field-choices")
    .hint("console-field-choices-hint")
    .optional();
const EDITABLE_BY: Field = Field::choice(
    "editable_by",
    "console-editable-by",
    &[("admin", "console-by-admin"), ("user", "console-by-user")],
);
const VISIBLE_TO: Field = Field::choice(
    "visible_to",
    "console-visible-to",
    &[
        ("user", "console-by-user"),
        ("admin", "console-by-admin"),
        ("directory", "console-by-directory"),
    ],
);
pub(super) const AUDIENCE: &str = "audience";
pub(super) const ALGORITHM: &str = "token_signing_alg";
pub(super) const CLAIMS: &str = "token_claims";
pub(super) const LIFETIME: &str = "access_token_ttl";
pub(super) const TOKEN_TYPE: &str = "token_type";

/// The fields with the place of their value among the members of a definition.
const PLACES: [(&str, &str); 13] = [
    ("description", "/description"),
    (AUDIENCE, "/audience"),
    ("identifier", "/identifier"),
    ("name", "/name"),
    (TOKEN_TYPE, "/token_type"),
    (ALGORITHM, "/token_signing_alg"),
    (CLAIMS, "/token_claims"),
    (LIFETIME, "/access_token_ttl"),
    ("label", "/label"),
    ("max_length", "/kind/max_length"),
    ("choices", "/kind/choices"),
    ("editable_by", "/editable_by"),
    ("visible_to", "/visible_to"),
];

/// Returns the resources that a form of this kind offers.
pub(super) async fn audiences(
    console: &Console<'_>,
    kind: DefinitionKind,
    is_new: bool,
) -> Result<Vec<Choice>, Stop> {
    let is_field = kind == Scope || (kind == Permission && is_new);
    if !is_field || !may_read(console, Resource) {
        return Ok(Vec::new());
    }
    let all = resources::list(&console.context()).await?;
    let issuer = console.page.context.core.issuer();
    let others = all.into_iter().filter(|known| known.identifier != issuer);
    let choice = |known: model::Resource| Choice {
        text: format!("{} ({})", known.name, known.identifier),
        value: known.identifier,
    };
    Ok(others.map(choice).collect())
}

pub(super) fn stored_values(found: &Definition) -> Params {
    let line = |item: &Json| {
        item.as_str()
            .map_or_else(|| item.to_string(), str::to_owned)
    };
    let values = PLACES.map(|(id, place)| {
        let text = match found.members.pointer(place) {
            None | Some(Json::Null) => String::new(),
            Some(Json::Array(all)) => all.iter().map(line).collect::<Vec<_>>().join("\n"),
            Some(Json::Number(time)) if id == LIFETIME => {
                lifetime::format(time.as_i64().unwrap_or_default())
            }
            Some(other) => line(other),
        };
        (id, text)
    });
    Params::from_pairs(values)
}

/// Returns the fields of a new definition, or those of a stored one that can change.
pub(super) fn fields(
    console: &Console<'_>,
    kind: DefinitionKind,
    stored: Option<&Definition>,
    values: &Params,
    audiences: &[Choice],
) -> Result<Vec<EntryField>, Stop> {
    let entries = |table: &[Field]| form::entries(console, table, values);
    let limit = |name: &str| {
        let place = format!("/kind/{name}");
        stored.is_none_or(|found| found.members.pointer(&place).is_some())
    };
    Ok(match (kind, stored) {
        (Permission, None) => {
            let mut fields = entries(&[CODENAME, DESCRIPTION])?;
            fields.insert(1, audience(console, values, audiences, true)?);
            fields
        }
        (Permission, Some(_)) => entries(&[DESCRIPTION])?,
        (Scope, found) => {
            // A scope of a resource does not become one of this server again.
            let belongs = found.is_some_and(|found| !found.members[AUDIENCE].is_null());
            let table = [SCOPE_NAME, SENTENCE];
            let mut fields = entries(&table[usize::from(found.is_some())..])?;
            fields.push(audience(console, values, audiences, belongs)?);
            fields
        }
        (Resource, _) => {
            let mut fields = entries(&[IDENTIFIER, NAME])?;
            fields.extend(token_fields(console, values)?);
            fields
        }
        (ProfileField, found) => {
            let mut table = if found.is_none() {
                vec![FIELD_NAME, LABEL, TYPE]
            } else {
                vec![LABEL]
            };
            table.extend(limit("max_length").then_some(MAX_LENGTH));
            table.extend(limit("choices").then_some(CHOICES));
            table.extend([EDITABLE_BY, VISIBLE_TO]);
            entries(&table)?
        }
        (Claim, _) => return Err(ErrorKind::NotFound.into()),
    })
}

fn audience(
    console: &Console<'_>,
    values: &Params,
    audiences: &[Choice],
    is_required: bool,
) -> Result<EntryField, Stop> {
    let chosen = text(values, AUDIENCE)?;
    let none = (!is_required).then(|| Choice {
        value: String::new(),
        text: console.t("console-this-server"),
    });
    let mut choices: Vec<_> = none.into_iter().chain(audiences.iter().cloned()).collect();
    // A list without the stored value would choose another one.
    if !choices.iter().any(|choice| choice.value == chosen) && !chosen.is_empty() {
        choices.push(Choice {
            value: chosen.to_owned(),
            text: chosen.to_owned(),
        });
    }
    let label = console.t("console-resource");
    Ok(EntryField {
        hint: console.t("console-audience-hint"),
        required: is_required,
        ..entry(AUDIENCE, label, chosen, FieldKind::Select(choices))
    })
}

/// Returns the fields of the access tokens for a resource.
fn token_fields(console: &Console<'_>, values: &Params) -> Result<[EntryField; 4], Stop> {
    let words = |words: &[&str]| {
        let words = words.iter();
        select(words.map(|word| ((*word).to_owned(), (*word).to_owned())))
    };
    let offered = &console.page.context.core.config.keys.algorithms;
    let stored = text(values, ALGORITHM)?;
    let own = (!stored.is_empty()).then_some(stored);
    let others = offered.iter().map(|alg| alg.as_str());
    let others = others.filter(|alg| Some(*alg) != own);
    let algorithms: Vec<_> = own.into_iter().chain(others).collect();
    let field = |id, label, value: &str, kind| entry(id, console.t(label), value, kind);
    let units = lifetime::UNITS.map(|(unit, _)| unit).to_vec();
    let time: Vec<_> = values.all(LIFETIME).collect();
    let (number, unit) = lifetime::split(&time.join("\n"));
    let claims = AskedClaims::ALL.names().into_iter().map(|name| Choice {
        value: name.to_owned(),
        text: String::new(),
    });
    Ok([
        field(
            TOKEN_TYPE,
            "console-setting-format",
            text(values, TOKEN_TYPE)?,
            words(&AccessTokenType::ALL.map(AccessTokenType::as_str)),
        ),
        field(ALGORITHM, "console-algorithm", stored, words(&algorithms)),
        EntryField {
            hint: console.t("console-resource-lifetime-hint"),
            required: false,
            ..field(
                LIFETIME,
                "console-setting-access-ttl",
                &format!("{number} {}", unit.unwrap_or("min")),
                FieldKind::Amount(units),
            )
        },
        EntryField {
            hint: console.t("console-token-claims-hint"),
            required: false,
            ..field(
                CLAIMS,
                "console-token-claims",
                &picker::names(values, CLAIMS).join("\n"),
                FieldKind::Checks(claims.collect(), None),
            )
        },
    ])
}
